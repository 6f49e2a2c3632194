"""The packaged program: unpacked where it is an archive, and its two executables found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENDING = ".exe" if os.name == "nt" else ""
WINDOW, CONSOLE = f"GAN Studio{ENDING}", f"gan-studio{ENDING}"
SYMLINK = 0o120000
# Said where Python knows the word: its first versions of 3.11 do it unasked.
AS_IT_IS: dict[str, Any] = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}


class Unusable(Exception):
    """It is no packaged program; the text says why."""


@dataclass(frozen=True)
class Program:
    """Attributes: the folder with everything, and how each of the two is started."""

    folder: Path
    window: tuple[str, ...]
    console: tuple[str, ...]
    is_packaged: bool = True

    @classmethod
    def of_folder(cls, folder):
        """The program in a folder or somewhere below it.

        Raises:
            Unusable: its executables are not there.
        """
        for path, folders, files in os.walk(folder):
            if CONSOLE in files and WINDOW in files:
                here = Path(path)
                return cls(here, (str(here / WINDOW),), (str(here / CONSOLE),))
            folders[:] = sorted(name for name in folders if name != "_internal")
        raise Unusable(f"{folder}: “{WINDOW}” and “{CONSOLE}” are not side by side in it")

    @classmethod
    def of_command(cls, command, folder):
        """A command in place of both executables, to try the smoke test itself."""
        return cls(Path(folder), tuple(command), tuple(command), is_packaged=False)


def unpack(archive, folder):
    """Unpack an archive as a person would; links and permissions stay.

    Raises:
        Unusable: nothing here can unpack it.
    """
    name = archive.name.lower()
    if name.endswith(".zip"):
        unpack_zip(archive, folder)
    elif name.endswith(".tar.zst"):
        unpack_zst(archive, folder)
    elif name.endswith((".tar.gz", ".tar.xz")):
        with tarfile.open(archive) as tar:
            tar.extractall(folder, **AS_IT_IS)
    elif name.endswith(".deb"):
        run_tool("dpkg-deb", "-x", archive, folder)
    else:
        raise Unusable(f"{archive.name}: not a .zip, .tar.zst or .deb, and not a folder")


def unpack_zip(archive, folder):
    """As unzip does; zipfile alone forgets permissions and links."""
    if sys.platform == "darwin":
        run_tool("ditto", "-x", "-k", archive, folder)
        return
    with zipfile.ZipFile(archive) as file:
        for item in file.infolist():
            mode = item.external_attr >> 16
            if os.name != "nt" and (mode & 0o170000) == SYMLINK:
                link = folder / item.filename
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file.read(item).decode())
                continue
            path = Path(file.extract(item, folder))
            if mode & 0o777 and not item.is_dir():
                path.chmod(mode & 0o777)


def unpack_zst(archive, folder):
    """By the library where there is one, else by the program zstd."""
    try:
        import zstandard
    except ImportError:
        plain = folder.parent / "plain.tar"
        run_tool("zstd", "-d", "-q", "-f", "-o", plain, archive)
        with tarfile.open(plain) as tar:
            tar.extractall(folder, **AS_IT_IS)
        plain.unlink()
        return
    with archive.open("rb") as file:
        stream = zstandard.ZstdDecompressor().stream_reader(file)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            tar.extractall(folder, **AS_IT_IS)


def run_tool(name, *words):
    if shutil.which(name) is None:
        raise Unusable(f"{name} is needed for this archive and is not installed")
    done = subprocess.run([name, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unusable(f"{name}: {done.stderr.strip()}")


def judge_layout(program):
    """What is wrong with the files of the program, before anything is started."""
    problems = []
    for word in (program.window[0], program.console[0]):
        path = Path(word)
        if os.name != "nt" and not os.access(path, os.X_OK):
            problems.append(f"{path.name} cannot be executed")
        if path.stat().st_size < 1000:
            problems.append(f"{path.name} is only {path.stat().st_size} bytes")
    licences = [path for place in licence_places(program) for path in place.glob("LICENCES*")]
    if not any(path.stat().st_size > 10_000 for path in licences if path.is_file()):
        problems.append("there is no file LICENCES with the licences of what is shipped")
    return problems


def licence_places(program):
    """Where the licences may lie: beside the executables, or beside the bundle of macOS."""
    folder = program.folder
    return [folder, folder.parents[2]] if folder.name == "MacOS" else [folder]


def source_version(root):
    """The version that the source tree gives itself."""
    text = (root / "gan_studio" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"', text, re.MULTILINE)
    return found[1] if found else ""


def listing(folder):
    """Files of a folder with size and time, to see whether any was written."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in (*files, *(one for one in folders if os.path.islink(os.path.join(path, one)))):
            at = os.path.join(path, name)
            facts = os.lstat(at)
            found[os.path.relpath(at, folder)] = (facts.st_size, facts.st_mtime_ns)
    return found


def judge_listing(before, after):
    """Files that appeared, went or changed."""
    changed = [name for name in before if name in after and before[name] != after[name]]
    kinds = {"appeared": after.keys() - before.keys(), "went": before.keys() - after.keys()}
    kinds["changed"] = changed
    return [
        f"{len(names)} files {kind} in the program's folder: {', '.join(sorted(names)[:5])}"
        for kind, names in kinds.items()
        if names
    ]
