#!/usr/bin/env python3
"""Packs the folder that PyInstaller made into what people download.

    python packaging/archives.py FOLDER OUT [--version V] [--kind cpu|cuda]

FOLDER decides for which system: "GAN Studio.app" is macOS's, one with "GAN Studio.exe" is
Windows's, any other Linux's. OUT gets

    Linux     .tar.zst, .deb, and .run, one file that unpacks itself
    Windows   .zip, and the installer where Inno Setup is
    macOS     .zip and .dmg

and SHA256SUMS. The archives depend on nothing but the folder's content, the version and, where it
is set, SOURCE_DATE_EPOCH: packed twice, they are the same to the byte. The installer and the .dmg,
which other programs make, are not.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))  # for when it is imported from elsewhere

from formats import linux  # noqa: E402
from formats.deb import write_deb  # noqa: E402
from formats.single_file import write_single_file  # noqa: E402
from formats.tars import write_tar, zstd_file  # noqa: E402
from formats.tree import Entry, entries_of  # noqa: E402
from formats.zips import write_zip  # noqa: E402

ICONS = ROOT / "build" / "icons"
INNO_SETUP = Path(os.environ.get("ProgramFiles(x86)", "C:/Program Files (x86)"))  # noqa: SIM112
# Measured on 784 MB with two threads: level 10 makes 200 MB in 25 s, 12: 198 MB in 53 s,
# 15: 196 MB in 112 s, 17: 185 MB in 196 s, 19: 176 MB in 321 s. The .deb and the .tar.zst are
# compressed one after the other.
ZSTD_LEVEL = 12


def program_version() -> str:
    """The version that the package says of itself."""
    text = (ROOT / "gan_studio" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise ValueError("gan_studio/__init__.py says no version")
    return found[1]


def system_of(folder: Path) -> str:
    """For which system the program in `folder` is."""
    if folder.suffix == ".app":
        return "macos"
    return "windows" if (folder / "GAN Studio.exe").is_file() else "linux"


def name_of(version: str, system: str, kind: str) -> str:
    """How the archives are called, less their endings."""
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    words = ["GAN-Studio", version, system, machine, *([] if kind == "cpu" else [kind])]
    return "-".join(words)


def make(folder: Path, out: Path, *, version: str, kind: str = "cpu") -> list[Path]:
    """Write every archive of the program in `folder` into `out`; the one to unpack comes first."""
    out.mkdir(parents=True, exist_ok=True)
    system = system_of(folder)
    stem = out / name_of(version, system, kind)
    packers = {"linux": pack_for_linux, "windows": pack_for_windows, "macos": pack_for_macos}
    made = packers[system](folder, stem, version, kind)
    write_sums(out, made)
    return made


def with_ending(stem: Path, ending: str) -> Path:
    """`stem` and `ending`; a version has dots of its own."""
    return stem.with_name(stem.name + ending)


def pack_for_linux(folder: Path, stem: Path, version: str, kind: str) -> list[Path]:
    program = entries_of(folder)
    missing = [name for name in linux.PROGRAMS if not (folder / name).is_file()]
    if missing:
        raise ValueError(f"{folder} has no {' and no '.join(missing)}")
    icons = provide_icons()
    unzipped = linux.folder_to_unzip(program, icons, version)
    tar, deb, run = (with_ending(stem, ending) for ending in (".tar.zst", ".deb", ".run"))
    with Telling(tar), zstd_file(tar, ZSTD_LEVEL) as file:
        write_tar(file, unzipped)
    package = linux.debian_package(folder, version, kind)
    with Telling(deb):
        files = linux.debian_files(program, icons, package)
        write_deb(deb, package, files, lambda path: zstd_file(path, ZSTD_LEVEL), "zst")
    with Telling(run):
        write_single_file(run, unzipped, version)
    return [tar, deb, run]


def pack_for_windows(folder: Path, stem: Path, version: str, kind: str) -> list[Path]:
    archive = with_ending(stem, ".zip")
    with Telling(archive):
        write_zip(archive, in_top_folder(folder))
    compiler = shutil.which("iscc") or shutil.which("ISCC", path=INNO_SETUP / "Inno Setup 6")
    if compiler is None:
        print("  Inno Setup is not here: no installer", flush=True)
        return [archive]
    installer = with_ending(stem, "-setup.exe")
    with Telling(installer):
        provide_icons()
        subprocess.run(installer_command(compiler, folder, installer, version), check=True)
    return [archive, installer]


def installer_command(compiler: str, folder: Path, installer: Path, version: str) -> list[str]:
    return [
        compiler,
        "/Qp",
        f"/DVersion={version}",
        f"/DProgram={folder.resolve()}",
        f"/DIcon={ICONS / 'gan-studio.ico'}",
        f"/O{installer.parent.resolve()}",
        f"/F{installer.stem}",
        str(HERE / "windows" / "installer.iss"),
    ]


def pack_for_macos(folder: Path, stem: Path, version: str, kind: str) -> list[Path]:
    archive, image = with_ending(stem, ".zip"), with_ending(stem, ".dmg")
    if shutil.which("codesign") is not None:
        sign(folder)
    # It lies beside the app, whose contents are sealed.
    licences = folder.with_name("LICENCES.txt")
    beside = [licences] if licences.is_file() else []
    with Telling(archive):
        files = [Entry(path.name, source=path) for path in beside]
        write_zip(archive, [*in_top_folder(folder), *files])
    if shutil.which("hdiutil") is None:
        print("  hdiutil is not here: no .dmg", flush=True)
        return [archive]
    with Telling(image):
        script = HERE / "macos" / "make_dmg.sh"
        subprocess.run(["sh", str(script), str(image), str(folder), *map(str, beside)], check=True)
    return [archive, image]


def sign(app: Path) -> None:
    """Seal the app without an identity ("ad hoc"), unless it is sealed.

    PyInstaller does it, and whatever is put into the app afterwards breaks the seal: macOS then
    calls a downloaded app damaged instead of letting a person open it anyway.
    """
    verify = ["codesign", "--verify", "--deep", "--strict", str(app)]
    if subprocess.run(verify, check=False).returncode != 0:
        subprocess.run(["codesign", "--force", "--deep", "--sign", "-", str(app)], check=True)
        subprocess.run(verify, check=True)


def in_top_folder(folder: Path) -> list[Entry]:
    """The entries of an archive that unpacks to one folder, called as `folder` is."""
    return [Entry(folder.name), *(entry.below(folder.name) for entry in entries_of(folder))]


def provide_icons() -> Path:
    """The folder with the icons, drawn anew: it takes less than a second."""
    import icons

    icons.make(linux.DRAWING, ICONS)
    return ICONS


def write_sums(out: Path, files: list[Path]) -> None:
    """Write SHA256SUMS, which ``sha256sum --check`` reads."""
    lines = []
    for path in sorted(files):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (out / "SHA256SUMS").write_bytes("".join(lines).encode())


class Telling:
    """Says which file is being made, how long that took and how large it is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        self.start = time.monotonic()
        print(f"  {self.path.name} ...", end="", flush=True)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            print(" failed", flush=True)
            self.path.unlink(missing_ok=True)
            return
        megabytes = self.path.stat().st_size / 1_000_000
        print(f" {time.monotonic() - self.start:.0f} s, {megabytes:.1f} MB", flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="what PyInstaller made")
    parser.add_argument("out", type=Path, help="where the archives go")
    parser.add_argument("--version", default=program_version())
    parser.add_argument("--kind", choices=("cpu", "cuda"), default="cpu")
    given = parser.parse_args(arguments)
    try:
        make(given.folder, given.out, version=given.version, kind=given.kind)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The archives could not be made: {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
