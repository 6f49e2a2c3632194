"""Files and folders: names, atomic writing, and where the resources and the program are."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import DiskProblem
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# The files that open the program when they are double-clicked.
LESSON_ENDING, RUN_ENDING = ".ganlesson", ".ganrun"
RUN_FILE = f"open{RUN_ENDING}"
"""In the folder of every run; the run is the folder that it lies in."""


# Windows refuses to replace what another program reads: a virus scanner, or a window of ours.
SHARING_S = 2.0 if os.name == "nt" else 0.0


def resources_dir() -> Path:
    """The folder with icons, presets and help pages, installed or in a source tree."""
    installed = Path(__file__).parent.parent / "resources"
    return installed if installed.is_dir() else installed.parent.parent / "resources"


def is_frozen() -> bool:
    """Whether this is the packaged program, which has no Python of its own to start."""
    return bool(getattr(sys, "frozen", False))


def own_program() -> list[str]:
    """The first words of a command that starts this program's command line once more.

    The packaged program is two executables in one folder: a windowed one, and ``gan-studio``,
    which has a console and is the one to start.
    """
    if not is_frozen():
        return [sys.executable, "-m", "gan_studio"]
    return [str(Path(sys.executable).with_name("gan-studio" + (".exe" if os.name == "nt" else "")))]


def own_command() -> str:
    """What a person types, in the folder where they are, to start this program once more.

    ``gan-studio`` where the shell finds it; else a path such as ``.venv/bin/gan-studio``, or, in a
    source tree without that program, ``python -m gan_studio``.
    """
    program = Path(sys.argv[0])
    if program.stem != "gan-studio":  # started as `python -m gan_studio`
        program = Path(sys.executable).with_name("gan-studio" + (".exe" if os.name == "nt" else ""))
    if not program.is_file():
        return f"{_typed(Path(sys.executable))} -m gan_studio"
    found = shutil.which("gan-studio")
    if found is not None and os.path.samefile(found, program):
        return "gan-studio"
    return _typed(program)


def _typed(program: Path) -> str:
    """The path of a program as a shell needs it: short below this folder, absolute elsewhere."""
    path, here = Path(os.path.abspath(program)), Path.cwd()
    if not path.is_relative_to(here):
        return quoted(str(path))
    short = path.relative_to(here)
    return quoted(str(short) if len(short.parts) > 1 else os.path.join(".", short))


def quoted(path: str) -> str:
    """A path as a word for the shell of this system."""
    return f'"{path}"' if " " in path else path


def run_name(now: datetime, family: str, data: str) -> str:
    """``2026-11-20_1430_gan_digits``: sorts by date and is a legal file name everywhere."""
    words = [now.strftime("%Y-%m-%d_%H%M"), family, data]
    return "_".join(re.sub(r"[^\w-]+", "-", word).strip("-") or "data" for word in words)


def unused(path: Path, ending: str = "") -> Path:
    """`path`, or the first of ``path-2``, ``path-3`` ... that does not exist.

    The numbers come before `ending`, with which the names of files end.
    """
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.name.removesuffix(ending)}-{count}{ending}")
    return candidate


@contextlib.contextmanager
def naming_disk_problems(path: Path) -> Iterator[None]:
    """Turn an `OSError` on writing into a `DiskProblem` that names `path`."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            reason = "the disk is full"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            reason = "it is read-only for you"
        elif error.errno == errno.ENOENT:
            advice = N_("Choose another folder; it may have been moved or deleted.")
            raise DiskProblem(path, "its folder is not there any more", advice) from error
        else:
            reason = error.strerror or str(error)
        raise DiskProblem(path=path, reason=reason) from error


def _usual_mask() -> int:
    mask = os.umask(0o022)  # it can be read only by setting it
    os.umask(mask)
    return mask


_MASK = _usual_mask()  # here, while there is one thread


def open_to_others(temporary: Path) -> None:
    """Give a temporary file or folder the rights of any new one: it is for its owner only."""
    with contextlib.suppress(OSError):  # some network drives know no rights
        temporary.chmod((0o777 if temporary.is_dir() else 0o666) & ~_MASK)


def replace(source: Path, target: Path) -> None:
    """`os.replace`, which waits a little for whoever reads one of the two.

    Raises:
        OSError: it cannot be done, or not within `SHARING_S`.
    """
    deadline = time.monotonic() + SHARING_S
    while True:
        try:
            return os.replace(source, target)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.02)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a whole file or nothing; what was there before stays until the new file is complete.

    Raises:
        DiskProblem: the folder is full, read-only or gone.
    """
    with naming_disk_problems(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            open_to_others(Path(name))
            replace(Path(name), path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


@contextlib.contextmanager
def folder_atomically(path: Path, *, waits_for_disk: bool = True) -> Iterator[Path]:
    """A temporary folder beside `path` that becomes `path` when the block ends well.

    An existing `path` is replaced only once the new folder is complete and on disk. Without
    `waits_for_disk` a power cut soon after may leave damaged files behind, a crash may not.

    Raises:
        DiskProblem: the folder is full, read-only or gone.
    """
    with naming_disk_problems(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            yield temporary
            open_to_others(temporary)
            if waits_for_disk:
                for file in temporary.rglob("*"):
                    if file.is_file():
                        sync(file)
            if path.exists():
                shutil.rmtree(path)
            replace(temporary, path)
            if waits_for_disk:
                sync(path.parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def sync(path: Path) -> None:
    """Make sure that a file or a folder entry has reached the disk (no-op where unsupported)."""
    if os.name == "nt" and path.is_dir():
        return
    flags = os.O_RDONLY if os.name != "nt" else os.O_RDWR
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
