"""A Debian package, written without Debian's tools: an ar archive of two tars."""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from formats.tars import tar_bytes, write_tar
from formats.tree import Entry, in_order, time_of_everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    Compressor = Callable[[Path], AbstractContextManager[IO[bytes]]]

MAINTAINER = "The GAN Studio developers <gan-studio@users.noreply.github.com>"


@dataclass(frozen=True)
class Package:
    """What the package manager is told."""

    name: str
    version: str
    architecture: str
    depends: tuple[str, ...]
    recommends: tuple[str, ...]
    conflicts: tuple[str, ...]
    summary: str
    description: tuple[str, ...]

    def control(self, installed_bytes: int) -> str:
        """The text of the file ``control``."""
        fields = {
            "Package": self.name,
            "Version": self.version,
            "Architecture": self.architecture,
            "Maintainer": MAINTAINER,
            "Installed-Size": str(-(-installed_bytes // 1024)),
            "Depends": ", ".join(self.depends),
            "Recommends": ", ".join(self.recommends),
            "Conflicts": ", ".join(self.conflicts),
            "Replaces": ", ".join(self.conflicts),
            "Section": "education",
            "Priority": "optional",
            "Description": "\n ".join([self.summary, *self.description]),
        }
        return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)

    def changelog(self) -> bytes:
        """The shortest changelog that Debian's policy lets pass."""
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(time_of_everything()))
        text = (
            f"{self.name} ({self.version}) unstable; urgency=medium\n\n"
            f"  * Version {self.version}; what is new is said in the program's CHANGELOG.md.\n\n"
            f" -- {MAINTAINER}  {when}\n"
        )
        return gzip.compress(text.encode(), mtime=0)


def debian_version(version: str) -> str:
    """`version` as Debian orders it: 1.0rc1 comes before 1.0."""
    for mark in (".dev", "a", "b", "rc"):
        version = version.replace(mark, "~" + mark.strip("."))
    return version


def write_deb(
    path: Path, package: Package, files: list[Entry], compressor: Compressor, ending: str
) -> None:
    """Write `files`, whose paths are those of the installed system less the first slash.

    `ending` says what `compressor` makes: "zst", which Debian 12 and Ubuntu 22.04 were the first to
    read (older ones have too old a C library for the program anyhow), or "xz".
    """
    entries = in_order(files)
    data = path.with_name(path.name + ".data")
    try:
        with compressor(data) as stream:
            write_tar(stream, [entry.below(".") for entry in entries])
        with path.open("wb") as file:
            file.write(b"!<arch>\n")
            _member(file, "debian-binary", b"2.0\n")
            _member(file, "control.tar.gz", _control(package, entries))
            _member_of_file(file, f"data.tar.{ending}", data)
    finally:
        data.unlink(missing_ok=True)


def _control(package: Package, entries: list[Entry]) -> bytes:
    installed = sum(entry.size for entry in entries)
    files = [
        Entry("./control", data=package.control(installed).encode()),
        Entry("./md5sums", data=_sums(entries).encode()),
    ]
    return gzip.compress(tar_bytes(files), mtime=0)


def _sums(entries: list[Entry]) -> str:
    """What ``dpkg --verify`` compares the installed files with."""
    files = [entry for entry in entries if not entry.is_folder and not entry.is_link]
    return "".join(f"{_md5(entry)}  {entry.path}\n" for entry in files)


def _md5(entry: Entry) -> str:
    if entry.source is None:
        return hashlib.md5(entry.read(), usedforsecurity=False).hexdigest()
    with entry.source.open("rb") as file:
        return hashlib.file_digest(file, _new_md5).hexdigest()


def _new_md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _header(name: str, size: int) -> bytes:
    words = f"{name:<16}{time_of_everything():<12}{0:<6}{0:<6}{'100644':<8}{size:<10}`\n"
    return words.encode("ascii")


def _member(file: IO[bytes], name: str, data: bytes) -> None:
    file.write(_header(name, len(data)) + data + b"\n" * (len(data) % 2))


def _member_of_file(file: IO[bytes], name: str, source: Path) -> None:
    size = source.stat().st_size
    file.write(_header(name, size))
    with source.open("rb") as data:
        while block := data.read(1 << 20):
            file.write(block)
    file.write(b"\n" * (size % 2))
