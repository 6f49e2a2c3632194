#!/usr/bin/env python3
"""Writes the licences of everything in the packaged program into one file.

    python packaging/licences.py "dist/GAN Studio" [--build DIR] [--out FILE] [--cuda]

It runs in the environment that the program was built in, for it reads the metadata of what is
installed there. It fails, naming each, where something may not be handed on, says nothing of its
licence, or is in the folder without anybody knowing whence: licences/known.toml tells what the
metadata leaves open, and licences/README.md how to add to it.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licence_facts import (
    OWN_DISTRIBUTION,
    Environment,
    Known,
    Package,
    Part,
    Text,
    canonical,
    environment_of,
    objection,
    read_packages,
    read_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HERE = Path(__file__).resolve().parent / "licences"
OWN_LICENCE = HERE.parent.parent / "LICENSE"

OWN_MODULE = "gan_studio"

# Where PyInstaller puts what is collected: one folder on Linux and Windows, a bundle on macOS.
CONTENTS = ("_internal", "Contents/Frameworks", "Contents/Resources")
BOOTLOADER_MODULES = re.compile(r"(pyimod\d|pyi_|_pyi_|PyInstaller\b)")
# The interpreter, its own extension modules and the part of its library that it starts with.
PYTHON_FILES = re.compile(
    r"base_library\.zip|(python[\d.]+/)?lib-dynload/.*|libpython3[\d.]*\.(so|dylib)[\d.]*"
    r"|python3\d*\.dll|Python|Python\.framework/.*"
)
LIBRARY = re.compile(r".*\.(so(\.\d+)*|dylib|dll|pyd)$", re.IGNORECASE)
LIBRARY_STARTS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")


class LicenceError(Exception):
    """What stands in the way of handing the program on; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        told = [f"- {problem}" for problem in problems]
        super().__init__("\n".join(["This program cannot be handed on as it is:", *told]))
        self.problems = problems


@dataclass(frozen=True)
class Component:
    """Something with a licence of its own that is in the program."""

    name: str
    version: str = ""
    licence: str = ""
    homepage: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Module:
    """A module in PyInstaller's archive and the file it was made from, "-" for a namespace."""

    name: str
    source: str = ""


@dataclass
class Shipped:
    """What was found in the built folder."""

    packages: dict[str, Package] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def collect(
    program_folder: Path,
    build_folder: Path | None = None,
    out: Path | None = None,
    *,
    environment: Path | Iterable[Path] | Environment | None = None,
    modules: Iterable[str] | None = None,
    has_cuda: bool = False,
) -> Path:
    """Write the licences of the program in `program_folder`; the file that was written.

    Args:
        program_folder: What PyInstaller made (dist/GAN Studio, or the .app).
        build_folder: PyInstaller's folder with PYZ-00.toc; looked for beside `dist` otherwise.
        out: The file; LICENCES.txt in the folder, or beside the .app, whose contents are sealed.
        environment: The Python it was built with, or its site-packages; None for this one.
        modules: Names of the modules in the archive, instead of the table of contents.
        has_cuda: Let those NVIDIA libraries through that its licence allows to be handed on.

    Raises:
        LicenceError: Something may not be handed on, or it is not known whether it may. Nothing is
            written then.
    """
    used = environment_of(environment)
    known = Known.read(HERE)
    named = [Module(name) for name in modules] if modules is not None else None
    if named is None:
        named = modules_of(build_folder or guess_build_folder(program_folder))
    packages = read_packages(used.site_packages)
    shipped = find_shipped(program_folder, named, packages, known, used)
    components, problems = describe(shipped, known, used, has_cuda=has_cuda)
    if problems:
        raise LicenceError(sorted(set(problems)))
    home = program_folder.parent if program_folder.suffix == ".app" else program_folder
    file = out or home / "LICENCES.txt"
    file.write_text(page(components, known), "utf-8", newline="\n")
    return file


# --- what is shipped ------------------------------------------------------------------------------


def guess_build_folder(program_folder: Path) -> Path:
    return program_folder.resolve().parent.parent / "build"


def modules_of(build_folder: Path) -> list[Module]:
    """The modules in the archives whose tables PyInstaller left in `build_folder`."""
    tables = [
        table
        for pattern in ("PYZ-*.toc", "*/PYZ-*.toc", "*/*/PYZ-*.toc")
        for table in sorted(build_folder.glob(pattern))
    ]
    if not tables:
        raise LicenceError(
            ["There is no PYZ-00.toc of PyInstaller in the build folder: say where with --build."]
        )
    found = {}
    for table in tables:
        for name, source, _kind in ast.literal_eval(table.read_text("utf-8"))[1]:
            found[name] = Module(name, source)
    return list(found.values())


def program_files(program_folder: Path) -> dict[str, Path]:
    """Every file, by the path that it would have in site-packages; no links within the folder."""
    root = program_folder.resolve()
    found = {}
    for path in sorted(program_folder.rglob("*")):
        if path.is_dir() or (path.is_symlink() and path.resolve().is_relative_to(root)):
            continue
        relative = path.relative_to(program_folder).as_posix().replace("__dot__", ".")
        found[inside_contents(relative)] = path
    return found


def inside_contents(relative: str) -> str:
    """The path below the folder of what was collected; "./NAME" for what lies above it."""
    for folder in CONTENTS:
        _before, middle, rest = f"/{relative}".partition(f"/{folder}/")
        if middle:
            return rest
    return f"./{relative}"


def is_library(path: Path) -> bool:
    if LIBRARY.match(path.name):
        return True
    if path.suffix and not path.suffix[1:].isdigit():
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(LIBRARY_STARTS)


def find_shipped(
    program_folder: Path,
    modules: list[Module],
    packages: list[Package],
    known: Known,
    environment: Environment,
) -> Shipped:
    owners = {path: package for package in packages for path in package.files}
    by_name = {
        path.rpartition("/")[2]: owner for path, owner in owners.items() if LIBRARY.match(path)
    }
    shipped = Shipped()
    for relative, path in program_files(program_folder).items():
        # Where there are no links PyInstaller puts copies of libraries at the top.
        owner = owners.get(relative) or by_name.get(relative)
        if not is_pythons(relative, environment.standard_modules):
            note_file(shipped, relative, path, owner, known)
    roots = [f"{site.as_posix()}/" for site in environment.site_packages]
    for module in modules:
        note_module(shipped, module, modules, owners, roots, environment.standard_modules)
    return shipped


def note_file(
    shipped: Shipped, relative: str, path: Path, owner: Package | None, known: Known
) -> None:
    """Add what a file is and what is built into it, or that nobody knows what it is."""
    explained = False
    for part in known.parts:
        if part.matches(relative) and part.is_in(path):
            shipped.parts.setdefault(part.name, []).append(relative)
            explained = explained or not part.holds
    if owner:
        shipped.packages[owner.name] = owner
        shipped.files.setdefault(owner.name, []).append(relative)
    elif not (explained or is_own(relative)):
        kind = "library" if is_library(path) else "file"
        shipped.problems.append(
            f"No installed distribution and nothing in known.toml explains the {kind} {relative}: "
            "leave it out, or add a [[part]] that says what it is."
        )


def is_pythons(relative: str, standard: frozenset[str]) -> bool:
    """Whether it is a part of Python, whose compiled modules lie at the top on Windows."""
    name, _dot, ending = relative.partition(".")
    is_module = ending.lower().endswith("pyd") and name in standard
    return is_module or bool(PYTHON_FILES.fullmatch(relative))


def is_own(relative: str) -> bool:
    """Our own resources and icon and, beside the folder of what was collected, the executables."""
    if relative.startswith((f"{OWN_MODULE}/", "gan_studio-")) or relative == "gan-studio.icns":
        return True
    return relative.startswith("./") and not LIBRARY.match(relative)


def note_module(
    shipped: Shipped,
    module: Module,
    modules: list[Module],
    owners: Mapping[str, Package],
    roots: list[str],
    standard: frozenset[str],
) -> None:
    if BOOTLOADER_MODULES.match(module.name) or module.source == "-":
        return
    path = next((path for path in module_files(module, roots) if path in owners), None)
    if path:
        owner = owners[path]
        shipped.packages[owner.name] = owner
        shipped.files.setdefault(owner.name, []).append(path)
        return
    top = module.name.partition(".")[0]
    if top in standard or top == OWN_MODULE or top.startswith("_sysconfigdata"):
        return
    if any(other.name.startswith(f"{module.name}.") for other in modules):
        return  # a namespace, with modules of several distributions in it
    shipped.problems.append(f"No installed distribution explains the module {module.name}.")


def module_files(module: Module, roots: list[str]) -> Iterator[str]:
    source = module.source.replace("\\", "/")
    for root in roots:
        if source.startswith(root):
            yield source.removeprefix(root)
    path = module.name.replace(".", "/")
    yield from (f"{path}.py", f"{path}/__init__.py", f"{path}.pyc", f"{path}/__init__.pyc")


# --- putting together -----------------------------------------------------------------------------


def describe(
    shipped: Shipped, known: Known, environment: Environment, *, has_cuda: bool
) -> tuple[list[Component], list[str]]:
    """All components in their order, and everything that speaks against handing them on."""
    problems = list(shipped.problems)
    components = own_components(known, environment)
    for package in sorted(shipped.packages.values(), key=lambda one: canonical(one.name)):
        files = shipped.files.get(package.name, [])
        component, found = describe_package(package, files, known, has_cuda=has_cuda)
        components.append(component)
        problems += found
    parts = {part.name: part for part in known.parts}
    for name in sorted(shipped.parts, key=str.lower):
        component, found = describe_part(parts[name], shipped.parts[name], known, has_cuda=has_cuda)
        components.append(component)
        problems += found
    return components, problems


def own_components(known: Known, environment: Environment) -> list[Component]:
    own = Component(
        "GAN Studio",
        licence="MIT",
        notes=notes_of(known.distributions[OWN_DISTRIBUTION]),
        texts=(Text("GAN Studio: LICENSE", read_text(OWN_LICENCE)),),
    )
    python_texts = [
        Text("Python: LICENSE.txt", read_text(path)) for path in environment.licence_files
    ]
    python = from_entry(known, "python", environment.version)
    if python_texts:
        python = replace(python, texts=tuple(python_texts))
    return [own, python, from_entry(known, "pyinstaller", "")]


def from_entry(known: Known, name: str, version: str) -> Component:
    """What known.toml alone knows of: it is in every program, whatever else is."""
    entry = known.distributions[name]
    return Component(
        entry["title"],
        version,
        entry["licence"],
        entry["homepage"],
        notes_of(entry),
        texts=tuple(known.text(text) for text in entry["texts"]),
    )


def notes_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    notes = (entry.get("note", ""), entry.get("replace", ""))
    return tuple(" ".join(note.split()) for note in notes if note)


def describe_package(
    package: Package, files: list[str], known: Known, *, has_cuda: bool
) -> tuple[Component, list[str]]:
    name = canonical(package.name)
    entry = known.distributions.get(name, {})
    licence, problems = licence_of(package, entry, known)
    if name in known.refused:
        problems.append(f"{package}: {known.refused[name]}")
    elif licence.lower().startswith("licenseref-nvidia"):
        problems += [
            f"{package}: {why}" for why in nvidia_objections(files, known, has_cuda=has_cuda)
        ]
    elif licence:
        why = objection(licence, known, is_replaceable="replace" in entry)
        problems += [f"{package}: {why}."] if why else []
    texts = [*package.texts(), *(known.text(text) for text in entry.get("texts", ()))]
    if not texts:
        problems.append(
            f"{package} comes without its licence text: add texts = [...] for this "
            "[[distribution]] in known.toml."
        )
    component = Component(
        package.name,
        package.version,
        licence,
        package.homepage(),
        notes_of(entry),
        texts=tuple(texts),
    )
    return component, problems


def licence_of(package: Package, entry: Mapping[str, Any], known: Known) -> tuple[str, list[str]]:
    """The SPDX expression of a package, and what is wrong about finding it out."""
    stated = package.stated()
    if "licence" in entry:
        if stated == entry.get("says", ""):
            return entry["licence"], []
        return "", [
            f"{package} says '{stated}' where known.toml knows '{entry.get('says', '')}': read its "
            "licence anew and bring the entry up to date."
        ]
    if not stated:
        return "", [
            f"{package} says nothing of its licence: read it and add a [[distribution]] with "
            "licence = ... to known.toml."
        ]
    return known.normal.get(stated.lower(), stated), []


def nvidia_objections(files: list[str], known: Known, *, has_cuda: bool) -> list[str]:
    """What speaks against these files of NVIDIA; with CUDA, those on its list may be handed on."""
    if not has_cuda:
        return ["NVIDIA's licence forbids handing it on but for a CUDA build (--cuda)."]
    # Its wheels mark their folders as packages with files that are empty.
    told = [path for path in files if not path.endswith("/__init__.py")]
    return [
        f"{path} is not among the files that NVIDIA's licence lists as redistributable."
        for path in told
        if not any(fnmatchcase(path.rpartition("/")[2], name) for name in known.redistributable)
    ]


def describe_part(
    part: Part, files: list[str], known: Known, *, has_cuda: bool
) -> tuple[Component, list[str]]:
    component = Component(
        part.name,
        licence=part.licence,
        homepage=part.homepage,
        notes=(" ".join(part.note.split()),) if part.note else (),
        files=tuple(sorted(files)),
        texts=tuple(known.text(text) for text in part.texts),
    )
    where = f"{part.name} ({', '.join(component.files[:3])})"
    if part.licence.lower().startswith("licenseref-nvidia"):
        return component, [
            f"{where}: {why}" for why in nvidia_objections(files, known, has_cuda=has_cuda)
        ]
    # A library of its own can be replaced by another file of its name; what is built in cannot.
    why = objection(part.licence, known, is_replaceable=not part.holds)
    return component, [f"{where}: {why}."] if why else []


# --- the page -------------------------------------------------------------------------------------


def page(components: list[Component], known: Known) -> str:
    """All of it as text: what there is, then every licence text once."""
    numbers: dict[str, int] = {}
    titles: dict[str, list[str]] = {}
    for component in components:
        for text in component.texts:
            numbers.setdefault(text.words, len(numbers) + 1)
            titles.setdefault(text.words, []).append(text.title)
    lines = [known.preface, "", rule("What is in the program"), ""]
    for component in components:
        lines += [*entry_lines(component, numbers), ""]
    for words, number in numbers.items():
        lines += [rule(f"Text {number}"), *dict.fromkeys(titles[words]), "", words, ""]
    return "\n".join(lines)


def rule(title: str) -> str:
    return f"==== {title} ".ljust(100, "=")


def entry_lines(component: Component, numbers: Mapping[str, int]) -> list[str]:
    lines = [
        f"{component.name} {component.version}".strip(),
        f"    Licence: {component.licence}",
    ]
    if component.homepage:
        lines.append(f"    Home page: {component.homepage}")
    lines += [f"    {note}" for note in component.notes]
    if component.files:
        lines.append(f"    Files: {', '.join(component.files)}")
    if component.texts:
        used = sorted({numbers[text.words] for text in component.texts})
        lines.append(f"    Text: {ranges(used)}")
    return lines


def ranges(numbers: list[int]) -> str:
    """1, 2, 3, 5 as "1-3, 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program_folder", type=Path)
    parser.add_argument("--out", type=Path, help="LICENCES.txt in the program unless given")
    parser.add_argument("--build", type=Path, help="PyInstaller's folder with PYZ-00.toc")
    parser.add_argument("--python", type=Path, help="the Python that the program was built with")
    parser.add_argument("--cuda", action="store_true", help="let NVIDIA's redistributable files in")
    given = parser.parse_args(arguments)
    try:
        file = collect(
            given.program_folder,
            given.build,
            given.out,
            environment=given.python,
            has_cuda=given.cuda,
        )
    except LicenceError as error:
        print(error, file=sys.stderr)
        return 1
    print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
