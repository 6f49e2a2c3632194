"""What is private on this computer: whose it is, and where things are kept."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import re
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import gan_studio
from gan_studio.core.paths import is_frozen, resources_dir
from gan_studio.jobs.report.scrub import HOST, PERSON, RUN, RUN_NAME, Private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.jobs.folders import Folders

USER_VARIABLES = ("USER", "LOGNAME", "USERNAME", "SUDO_USER")
HOST_VARIABLES = ("HOSTNAME", "COMPUTERNAME")
# The system's own folders, the same on every computer.
SYSTEM_FOLDERS = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/proc",
    "/dev/shm",
    "/System/Library",
    "C:/Windows/System32",
)
MOST_RUNS = 300  # more would make a search of every line slow
# Names that name nobody; they would make holes in ordinary words.
NOBODY = re.compile(
    r"admin|administrator|default|gan|guest|home|localhost(\.localdomain)?|none|python|root|runner"
    r"|student|studio|system|torch|ubuntu|users?",
    re.IGNORECASE,
)


def private_here(folders: Folders) -> Private:
    """What must not be told of this computer and the person before it."""
    names = dict.fromkeys(host_names(), HOST) | dict.fromkeys(user_names(), PERSON)
    private = Private(_folders(folders), _programs(), names)
    return private.with_names(run_names(folders.runs), RUN)


def user_names() -> set[str]:
    """What the person is called on this computer."""
    names = {os.environ.get(name, "") for name in USER_VARIABLES}
    with contextlib.suppress(OSError, KeyError, ImportError, RuntimeError):
        names.add(Path.home().name)
    with contextlib.suppress(OSError, KeyError, ImportError):
        names.add(getpass.getuser())
    return _telling([*names, *_full_names()])


def host_names() -> set[str]:
    """What the computer is called, with and without its domain."""
    names = {platform.node(), *(os.environ.get(name, "") for name in HOST_VARIABLES)}
    return _telling([*names, *(name.partition(".")[0] for name in names)])


def run_names(runs: Path) -> list[str]:
    """How a person called runs; a short word is left out, it would be found everywhere.

    Names that begin with a date, which the program gave, are known by their form.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(runs) if entry.is_dir())
    except OSError:
        return []
    return [name for name in names if len(name) > 3 and not RUN_NAME.match(name)][:MOST_RUNS]


def _telling(names: list[str]) -> set[str]:
    return {name for name in names if len(name) > 1 and not NOBODY.fullmatch(name)}


def _full_names() -> Iterator[str]:
    """First name and family name, where the system knows them."""
    try:
        import pwd

        full = pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]
    except (ImportError, KeyError, OSError, AttributeError):
        return
    yield full
    yield from full.split()


def _folders(folders: Folders) -> dict[str, str]:
    known = {
        str(folders.runs): "<runs>",
        str(folders.cache): "<cache>",
        str(folders.settings): "<settings>",
        str(folders.trash): "<trash>",
    }
    with contextlib.suppress(OSError, RuntimeError):
        known = {str(Path.home()): "<home>", **known}
    return {form: label for path, label in known.items() for form in {path, os.path.realpath(path)}}


def _programs() -> dict[str, str]:
    """Folders that hold nothing but programs."""
    known = {folder: folder for folder in SYSTEM_FOLDERS}
    if is_frozen():
        known[str(getattr(sys, "_MEIPASS", ""))] = "<program>"
    else:
        paths = sysconfig.get_paths()
        known |= {paths[key]: "<python>" for key in ("stdlib", "platstdlib")}
        known |= {paths[key]: "<packages>" for key in ("purelib", "platlib")}
    known[str(Path(gan_studio.__file__).parent)] = "<program>/gan_studio"
    known[str(resources_dir())] = "<program>/resources"
    return {
        form: label
        for path, label in known.items()
        if path
        for form in {path, path if path in SYSTEM_FOLDERS else os.path.realpath(path)}
    }
