"""What licences.py goes by: what packages say of themselves, what known.toml adds, what may be."""

from __future__ import annotations

import csv
import json
import mmap
import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import PathDistribution
from pathlib import Path, PurePosixPath
from typing import Any

OWN_DISTRIBUTION = "gan-studio"

LICENCE_FILE = re.compile(r"licen[cs]e|copying|^notice|copyright|^third.?party|\beula\b|^cc0", re.I)
NO_LICENCE_FILE = re.compile(r"\.(py|pyc|pyi|so|h|hpp|json|js|css|html|dll|pyd)$", re.I)

FORBIDDEN = re.compile(r"^(A?GPL|SSPL|CC-BY-(NC|ND)|LicenseRef-NVIDIA)", re.I)
LGPL = re.compile(r"^LGPL", re.I)


@dataclass(frozen=True)
class Text:
    """A licence text, and where it was found."""

    title: str
    words: str


@dataclass(frozen=True)
class Environment:
    """The Python that the program was built with."""

    site_packages: tuple[Path, ...]
    version: str
    licence_files: tuple[Path, ...] = ()
    standard_modules: frozenset[str] = frozenset(sys.stdlib_module_names)


# --- the environment ------------------------------------------------------------------------------

ASK = (
    "import json, platform, sys, sysconfig;"
    "print(json.dumps([sorted({sysconfig.get_path('purelib'), sysconfig.get_path('platlib')}),"
    " platform.python_version(), [sysconfig.get_path('stdlib'), sys.base_prefix],"
    " sorted(sys.stdlib_module_names)]))"
)


def environment_of(given: Path | Iterable[Path] | Environment | None) -> Environment:
    if isinstance(given, Environment):
        return given
    if given is None or isinstance(given, Path):
        command = [str(given or sys.executable), "-I", "-c", ASK]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        sites, version, homes, standard = json.loads(answer)
        return Environment(
            tuple(map(Path, sites)), version, licence_files(homes), frozenset(standard)
        )
    version = ".".join(map(str, sys.version_info[:3]))
    homes = [sysconfig.get_path("stdlib"), sys.base_prefix]
    return Environment(tuple(given), version, licence_files(homes))


def licence_files(homes: list[str]) -> tuple[Path, ...]:
    """The interpreter's own licence, which on Windows speaks of what is built into it, too."""
    places = [Path(home, "LICENSE.txt") for home in homes]
    return tuple(place for place in places if place.is_file())[:1]


class Package:
    """An installed distribution: its metadata and the files that its RECORD lists."""

    def __init__(self, info: Path, prefix: str = "") -> None:
        self.info = info
        self.metadata = PathDistribution(info).metadata
        self.name = self._said("Name")
        self.version = self._said("Version")
        self.prefix = prefix
        record = info / "RECORD"
        rows = csv.reader(record.read_text("utf-8").splitlines()) if record.exists() else ()
        self.files = [f"{prefix}{row[0]}" for row in rows if row]

    def __repr__(self) -> str:
        return f"{self.name} {self.version}"

    def _said(self, key: str) -> str:
        return str(self.metadata[key]) if key in self.metadata else ""

    def stated(self) -> str:
        """What the package says of its licence, in its own words; "" for nothing."""
        if expression := self._said("License-Expression"):
            return expression
        text = self._said("License").strip()
        if text and "\n" not in text and len(text) < 80:
            return text
        classifiers = self.metadata.get_all("Classifier") or []
        ends = [line.split(" :: ")[-1] for line in classifiers if line.startswith("License ::")]
        return " / ".join(end for end in ends if end not in ("OSI Approved", "DFSG approved"))

    def homepage(self) -> str:
        if page := self._said("Home-page"):
            return page
        links = [line.partition(", ") for line in self.metadata.get_all("Project-URL") or []]
        by_label = {str(label).lower(): str(url) for label, _comma, url in links}
        for label in ("homepage", "home", "source", "source code", "repository", "github"):
            if label in by_label:
                return by_label[label]
        return f"https://pypi.org/project/{self.name}/"

    def texts(self) -> list[Text]:
        """The licence files among its own, those in its metadata first."""
        root = self.info.parent
        info = f"{self.prefix}{self.info.name}/"
        found = [path for path in self.files if is_licence_file(path.removeprefix(info))]
        found.sort(key=lambda path: (not path.startswith(info), path))
        return [
            Text(f"{self.name}: {path.removeprefix(info)}", read_text(file))
            for path in found
            if self.prefix or "/_vendor/" not in path
            if (file := root / path.removeprefix(self.prefix)).is_file()
        ]


def is_licence_file(path: str) -> bool:
    name = PurePosixPath(path).name
    return bool(LICENCE_FILE.search(name)) and not NO_LICENCE_FILE.search(name)


def read_packages(site_packages: Iterable[Path]) -> list[Package]:
    """All distributions, with those that others carry inside them in a folder `_vendor`."""
    found = []
    for site in site_packages:
        for info in sorted(site.glob("*.dist-info")):
            found.append(Package(info))
        for info in sorted(site.glob("*/_vendor/*.dist-info")):
            found.append(Package(info, f"{info.parent.relative_to(site).as_posix()}/"))
    return [package for package in found if canonical(package.name) != OWN_DISTRIBUTION]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_text(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n\f")


# --- what is known and what may be ----------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """An entry of known.toml: files with a licence of their own, or what is built into files."""

    name: str
    files: tuple[str, ...]
    licence: str
    homepage: str
    texts: tuple[str, ...] = ()
    note: str = ""
    # Found in the file's bytes where the part is built into it.
    holds: str = ""

    def matches(self, relative: str) -> bool:
        name = relative.rpartition("/")[2]
        return any(
            fnmatchcase(relative if "/" in pattern else name, pattern) for pattern in self.files
        )

    def is_in(self, path: Path) -> bool:
        if not self.holds:
            return True
        if not path.stat().st_size:
            return False
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(self.holds.encode()) >= 0


@dataclass(frozen=True)
class Known:
    """What licences/known.toml says."""

    folder: Path
    preface: str
    allowed: frozenset[str]
    exceptions: frozenset[str]
    normal: Mapping[str, str]
    refused: Mapping[str, str]
    redistributable: tuple[str, ...]
    distributions: Mapping[str, Mapping[str, Any]]
    parts: tuple[Part, ...]

    @staticmethod
    def read(folder: Path) -> Known:
        table = tomllib.loads((folder / "known.toml").read_text("utf-8"))
        policy = table["policy"]
        return Known(
            folder=folder,
            preface=table["preface"].strip(),
            allowed=frozenset(name.lower() for name in policy["allowed"]),
            exceptions=frozenset(name.lower() for name in policy["exceptions"]),
            normal=table["normal"],
            refused=table["refused"],
            redistributable=tuple(table["cuda"]["redistributable"]),
            distributions={canonical(entry["name"]): entry for entry in table["distribution"]},
            parts=tuple(
                Part(**{key: as_tuple(value) for key, value in entry.items()})
                for entry in table["part"]
            ),
        )

    def text(self, name: str) -> Text:
        return Text(name, read_text(self.folder / "texts" / name))


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def objection(expression: str, known: Known, *, is_replaceable: bool) -> str:
    """Why something under this SPDX expression may not be handed on; "" if it may.

    Args:
        expression: Licences joined by AND, OR, WITH and parentheses.
        known: The policy.
        is_replaceable: Whether users can put their own version in its place, as the LGPL asks.
    """
    try:
        return _Expression(expression, known, is_replaceable=is_replaceable).read()
    except (IndexError, ValueError):
        return (
            f"'{expression}' is no SPDX expression: say in known.toml, under [normal] or for this "
            "[[distribution]], which one is meant"
        )


class _Expression:
    """A parser that answers with objections: "" is none, AND keeps any, OR needs one without."""

    def __init__(self, expression: str, known: Known, *, is_replaceable: bool) -> None:
        self.rest = re.findall(r"[()]|[^\s()]+", expression)[::-1]
        self.known = known
        self.is_replaceable = is_replaceable

    def read(self) -> str:
        answer = self._either()
        if self.rest:
            raise ValueError(self.rest[-1])
        return answer

    def _takes(self, word: str) -> bool:
        if self.rest and self.rest[-1].upper() == word:
            self.rest.pop()
            return True
        return False

    def _either(self) -> str:
        answers = [self._all()]
        while self._takes("OR"):
            answers.append(self._all())
        return "" if "" in answers else answers[0]

    def _all(self) -> str:
        answers = [self._one()]
        while self._takes("AND"):
            answers.append(self._one())
        return next(filter(None, answers), "")

    def _one(self) -> str:
        if self._takes("("):
            answer = self._either()
            if not self._takes(")"):
                raise ValueError("(")
            return answer
        name = self.rest.pop()
        if self._takes("WITH"):
            return self._excepted(f"{name} WITH {self.rest.pop()}")
        return self._single(name)

    def _excepted(self, name: str) -> str:
        if name.lower() in self.known.exceptions:
            return ""
        return f"{name} is not among the exceptions that known.toml allows"

    def _single(self, name: str) -> str:
        if LGPL.match(name):
            if self.is_replaceable:
                return ""
            return f"{name} asks that users can replace it: say in known.toml how (replace = ...)"
        if name.lower() in self.known.allowed:
            return ""
        if FORBIDDEN.match(name):
            return f"{name} forbids handing it on in this program"
        return (
            f"{name} is not known: if it permits handing on, add it to [policy] allowed in "
            "known.toml, else leave the package out"
        )
