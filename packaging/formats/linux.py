"""What Linux gets beside the program: menu entry, icons, kinds of files, a Debian package."""

from __future__ import annotations

import re
from pathlib import Path

from formats.deb import Package, debian_version
from formats.tree import Entry, in_order

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
DRAWING = ROOT / "resources" / "icons" / "app.svg"
OPT = "opt/gan-studio"
PROGRAMS = ("GAN Studio", "gan-studio")
# The bundle brings all else, tried in a bare Debian 12: OpenGL must fit the graphics card, and
# without fontconfig-config, which brings a font, there is no text. Every desktop with Wayland has
# what is recommended (without it the window goes through X11); downloads need certificates.
DEPENDS = ("libstdc++6", "libgl1", "libegl1", "fontconfig-config")
RECOMMENDS = ("ca-certificates", "libwayland-cursor0", "libwayland-egl1")
_GLIBC = re.compile(rb"\0GLIBC_2\.(\d+)(?=\0)")


def shared_files(icons: Path) -> list[Entry]:
    """What lies below ``share/``, be it the system's, the user's, or in the archive itself."""
    hicolor = "share/icons/hicolor"
    pictures = {
        f"{hicolor}/{size}x{size}/apps/gan-studio.png": path
        for path in icons.glob("gan-studio-*.png")
        for size in [path.stem.rpartition("-")[2]]
    }
    files = {
        "share/applications/gan-studio.desktop": LINUX / "gan-studio.desktop",
        "share/mime/packages/gan-studio.xml": LINUX / "gan-studio-mime.xml",
        f"{hicolor}/scalable/apps/gan-studio.svg": DRAWING,
        **pictures,
    }
    return [Entry(name, source=source) for name, source in files.items()]


def folder_to_unzip(program: list[Entry], icons: Path, version: str) -> list[Entry]:
    """The folder ``GAN Studio`` of the archive: the program, and what adds it to the menu."""
    readme = (LINUX / "READ ME FIRST.txt").read_text("utf-8").replace("@VERSION@", version)
    entries = [
        *program,
        *shared_files(icons),
        *(script(name) for name in ("install.sh", "uninstall.sh")),
        Entry("READ ME FIRST.txt", data=readme.encode()),
    ]
    return [Entry("GAN Studio"), *(entry.below("GAN Studio") for entry in in_order(entries))]


def script(name: str) -> Entry:
    return Entry(name, source=LINUX / name, is_program=True)


def debian_package(folder: Path, version: str, kind: str) -> Package:
    """What Debian is told of the program in `folder`."""
    name = "gan-studio" if kind == "cpu" else f"gan-studio-{kind}"
    return Package(
        name=name,
        version=debian_version(version),
        architecture="amd64",
        depends=(f"libc6 (>= {oldest_glibc(folder)})", *DEPENDS),
        recommends=RECOMMENDS,
        conflicts=tuple({"gan-studio", "gan-studio-cuda"} - {name}),
        summary="see, train, understand and use generative models",
        description=(
            "GAN Studio trains GANs and autoencoders on pictures, shows how they learn",
            "and why it goes wrong, and lets people walk through what they have learnt.",
            "Everything that it needs comes with it; it works without a network.",
        ),
    )


def debian_files(program: list[Entry], icons: Path, package: Package) -> list[Entry]:
    """The paths of the installed system, less the first slash."""
    about = f"usr/share/doc/{package.name}"
    return [
        *(entry.below(OPT) for entry in program),
        *(entry.below("usr") for entry in shared_files(icons)),
        Entry("usr/bin/gan-studio", target=f"/{OPT}/gan-studio"),
        Entry(f"{about}/copyright", data=_copyright().encode()),
        Entry(f"{about}/changelog.gz", data=package.changelog()),
    ]


def _copyright() -> str:
    """Debian's file, which points to the licences of all else that the program brings."""
    lines = (ROOT / "LICENSE").read_text("utf-8").strip().splitlines()
    holder = next(line for line in lines if line.startswith("Copyright"))
    text = "\n".join(f" {line}" if line else " ." for line in lines)
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: GAN Studio\n"
        "Comment: The program brings Python, Qt, PyTorch and other libraries, each under its own\n"
        f" licence: see /{OPT}/LICENCES.txt.\n\n"
        "Files: *\n"
        f"Copyright: {holder.removeprefix('Copyright').removeprefix(' (c)').strip()}\n"
        f"License: Expat\n{text}\n"
    )


def oldest_glibc(folder: Path) -> str:
    """The oldest version of the C library that everything in `folder` starts with."""
    programs = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    found = {17}  # what every build of Python for Linux asks for
    for path in programs:
        with path.open("rb") as file:
            if file.read(4) == b"\x7fELF":
                found.update(int(number) for number in _GLIBC.findall(file.read()))
    return f"2.{max(found)}"
