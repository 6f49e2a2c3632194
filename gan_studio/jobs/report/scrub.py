"""Text without what tells who a person is: folders, names of files, of the user, of the computer.

Where a text leaves open how far a name goes (a path with blanks and without quotes), more is taken
away than needed. What lies in the program's and in Python's own folders is no secret and stays:
without it a traceback tells nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, unquote

PATH, FILE, PERSON, HOST, RUN, NAME = "<path>", "<file>", "<user>", "<computer>", "<run>", "<name>"

# What is in every run's folder and in every settings folder: no names that a person gave.
KNOWN_PART = re.compile(
    r"(samples|checkpoints|\d{1,9}(\.png)?|run\.toml|manifest\.json|events\.jsonl|metrics\.csv"
    r"|(weights|optimizer)\.safetensors|state\.json|window\.json|gan-studio\.log)",
    re.IGNORECASE,
)
ENDINGS = (
    r"7z|avi|bak|bmp|bz2|ckpt|csv|docx|ganlesson|ganrun|gif|gz|h5|heic|html|ipynb|jpe?g|jsonl?|md"
    r"|mov|mp4|mkv|np[yz]|old|onnx|parquet|part|pdf|pickle|pkl|png|pt2?|pth|safetensors|svg|tar|tgz"
    r"|tiff?|tmp|toml|[ct]sv|ttf|txt|webp|xlsx?|xml|xz|ya?ml|zip|zst"
)

_ENDING = rf"\.(?:{ENDINGS})(?![^\W_])(?!\.[A-Za-z_])"
_IN_NAME = r"[^\s\"'“”‘’`<>|:*?(),;=\[\]{}…]"
_FILE = re.compile(
    rf"(?<=[\"'“‘`])[^\"'“”‘’`]*?{_ENDING}(?=[\"'”’`])"  # in quotes: with blanks
    rf"|(?<!{_IN_NAME}){_IN_NAME}+{_ENDING}",
    re.IGNORECASE,
)
# Modules and attributes that end like files: torch.onnx, gan_studio.exporters.png.
_CODE = re.compile(r"(gan_studio|torch|torchvision|numpy|np|PIL|sklearn|scipy|self)\.")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
RUN_NAME = re.compile(r"\b\d{4}-\d\d-\d\d_\d{4}_[\w-]+")
# Where a path or a web address begins. Folders in which people keep things are known by name,
# because there a letter may stand right before the slash (-I/home/ann).
_START = re.compile(
    r"(?P<web>(?<![^\W_])(?:https?|ftp|git|ssh|s3)(?:\+\w+)?://[^\s\"'<>]+)"
    r"|(?P<path>file:/+"
    r"|(?<![^\W_])[A-Za-z]:[\\/]"
    r"|\\{2,4}(?=[\w.?])"
    r"|(?<![\w~\\/])~[\w.-]*[\\/]"
    r"|\$\{?\w+\}?[\\/]|%\w+%[\\/]"
    r"|(?<![\w.~\\/])\.{1,2}[\\/](?=\w)"
    r"|/(?:home|Users|root|mnt|media|srv|Volumes|private|tmp|var)(?=/)"
    r"|(?<![\w.~\\/<>*)\]%])/(?=[^\s/*=<>\"'|)\]]))"
)
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»"}
# Where a path without quotes ends: blanks, commas, brackets and apostrophes may be part of it. The
# program's own sentences give their reason after a colon.
_STOP = re.compile(r"[\r\t\"“”«»`<>|]|:(?=\s|$)")
_WORD_STOP = re.compile(r"[\s\"'<>|:;,)\]]")
_CREDENTIALS = re.compile(r"://[^/@\s]*@")


@dataclass(frozen=True)
class Private:
    """What must not be told.

    Attributes:
        folders: folder -> label; all below is hidden, such as the home folder.
        programs: folder -> label; what lies below is shown.
        names: word -> label; taken away wherever it stands for itself, large or small.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def with_names(self, names: Iterable[str], label: str) -> Private:
        """The same with more names."""
        more = {name: label for name in names if len(name) > 1}
        return Private(self.folders, self.programs, {**more, **self.names})


class Scrubber:
    """Takes what is private out of texts: ``scrub(text)``."""

    def __init__(self, private: Private) -> None:
        self._private = private

    def __call__(self, text: str) -> str:
        """`text` with labels such as ``<home>`` in place of what is private.

        Line by line, so that another thread may go on in between: a search for a pattern keeps
        Python's lock.
        """
        return "\n".join(map(self._line, text.split("\n")))

    def _line(self, text: str) -> str:
        done, at = [], 0
        while (found := _START.search(text, at)) is not None:
            done.append(self._without_names(text[at : found.start()]))
            at = found.end() if found["web"] else self._stop(text, found)
            span = text[found.start() : at]
            is_web = found["web"] is not None
            done.append(self._words(_web(span)) if is_web else self._label(span))
        return "".join([*done, self._without_names(text[at:])])

    def _stop(self, text: str, found: re.Match[str]) -> int:
        """Where the path that begins at `found` ends."""
        closed = _closing_quote(text, found.start())
        if closed is not None:
            return max(closed, found.end())
        root = self._program_at(text, found.start())
        stop = (_WORD_STOP if root else _STOP).search(text, max(root, found.end()))
        return len(text) if stop is None else stop.start()

    def _program_at(self, text: str, start: int) -> int:
        """Where a program's folder that stands at `start` ends; 0 where none does."""
        for root, _label in self._roots:
            if root in self._shown and _plain(text[start : start + len(root)]) == root:
                return start + len(root)
        return 0

    @cached_property
    def _roots(self) -> list[tuple[str, str]]:
        """Folders as they are compared, with their labels, the deepest first."""
        known = {**self._private.folders, **self._private.programs}
        roots = {_plain(folder).rstrip("/"): label for folder, label in known.items()}
        return sorted(
            ((root, label) for root, label in roots.items() if root.count("/")),
            key=lambda item: -len(item[0]),
        )

    @cached_property
    def _shown(self) -> set[str]:
        return {_plain(folder).rstrip("/") for folder in self._private.programs}

    def _label(self, path: str) -> str:
        """What is said in place of `path`."""
        whole = _decoded(path)
        plain = _plain(path)
        for root, label in self._roots:
            if plain == root or plain.startswith(root + "/"):
                rest = whole[len(root) :].strip("/") if len(whole) == len(plain) else ""
                if root in self._shown:
                    return f"{label}/{rest}" if rest else label
                return label + _told_of(rest)
        return PATH + _told_of(whole.strip("/"))

    def _without_names(self, text: str) -> str:
        text = _ADDRESS.sub("<address>", text)
        text = _FILE.sub(_file_label, text)
        return self._words(RUN_NAME.sub(RUN, text))

    def _words(self, text: str) -> str:
        return text if self._names is None else self._names.sub(self._name_label, text)

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        given = {form for name in self._private.names for form in _forms(name)}
        # In some scripts a letter is one more in small or in large ("ß", "İ").
        cases = {case(form) for form in given for case in (str.casefold, str.upper, str.lower)}
        forms = sorted(given | cases, key=len, reverse=True)
        if not forms:
            return None
        words = "|".join(map(re.escape, forms))
        # A label is not looked into: a person may be called "path".
        return re.compile(rf"<[a-z]+>|(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)

    @cached_property
    def _labels_of_forms(self) -> dict[str, str]:
        return {
            form.casefold(): label
            for name, label in self._private.names.items()
            for form in _forms(name)
        }

    def _name_label(self, found: re.Match[str]) -> str:
        if found[0].startswith("<") and found[0].endswith(">"):
            return found[0]
        return self._labels_of_forms.get(found[0].casefold(), NAME)


def _closing_quote(text: str, start: int) -> int | None:
    """Where the quote is that closes the one right before `start`; None where there is none."""
    before = text[start - 1 : start]
    if before not in _QUOTES or not before:
        return None
    is_escaped = text[start - 2 : start - 1] == "\\"
    at = start
    while (at := text.find(_QUOTES[before], at)) >= 0:
        slashes = len(text[start:at]) - len(text[start:at].rstrip("\\"))
        is_apostrophe = before == "'" and text[at + 1 : at + 2].isalnum()
        if slashes % 2 == is_escaped and not is_apostrophe:
            return at - is_escaped
        at += 1
    return None


def _decoded(path: str) -> str:
    """A path as a file system has it: from a URL, from JSON, with slashes of one kind."""
    if path[:5].lower() == "file:":
        path = unquote(re.sub(r"^file:/+(localhost/)?", "/", path, flags=re.IGNORECASE))
        path = re.sub(r"^/(?=[A-Za-z]:)", "", path)
    path = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), path)
    return re.sub(r"[\\/]+", "/", path)


def _plain(path: str) -> str:
    """A path as paths are compared: as in `_decoded`, in small letters, one form of accents."""
    return unicodedata.normalize("NFC", _decoded(path)).lower()


def _told_of(rest: str) -> str:
    """What may be said of a path below a hidden folder: known names at its end, or the ending."""
    parts = [part for part in rest.split("/") if part]
    tail: list[str] = []
    while parts and KNOWN_PART.fullmatch(parts[-1]):
        tail.insert(0, parts.pop())
    if not parts:
        return "".join(f"/{part}" for part in tail)
    if tail:
        return "/…/" + "/".join(tail)
    return "/…" + _ending_of(parts[-1])


def _ending_of(name: str) -> str:
    found = re.search(rf"\.({ENDINGS})(?=$|[\s,;)'])", name, re.IGNORECASE)
    return found[0].lower() if found else ""


def _file_label(found: re.Match[str]) -> str:
    parts = re.split(r"[\\/]", found[0])
    if _CODE.match(found[0]) or all(map(KNOWN_PART.fullmatch, parts)):
        return found[0]
    return FILE + _ending_of(parts[-1])


def _web(address: str) -> str:
    """A web address without passwords and without what follows its question mark."""
    return _CREDENTIALS.sub(f"://{PERSON}@", address).partition("?")[0]


def _forms(name: str) -> set[str]:
    """A name as it may stand in a text: plain, in JSON, in a URL, with accents put together."""
    kinds = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")} | {name}
    return kinds.union(*({json.dumps(kind)[1:-1], quote(kind, safe="")} for kind in kinds))
