"""How the window was asked for: the words of the command line, understood without Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.gui.single_instance import Desk, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LAB = "lab"
MEASURE, SAFE, NEW = "--measure-first-paint", "--safe-mode", "--new-window"
OPTIONS = (MEASURE, SAFE, NEW)
# What a missing file was meant to be, rather than a command that was mistyped.
ENDINGS = {".ganlesson", ".ganrun", ".json", ".toml", ".png", ".jpg", ".jpeg", ".webp", ".csv"}
TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


@dataclass(frozen=True)
class Start:
    """One start of the window.

    Attributes:
        wish: what is to be shown.
        is_safe: standard settings, no plugins, the processor only.
        is_new: a window of its own even where there is one.
        measures: only the time to the first paint is wanted.
        desk: where later starts leave their wishes; None where they do not come here.
        note: what the person should know of this start, a sentence; "" where all is as usual.
    """

    wish: Wish = Wish()
    is_safe: bool = False
    is_new: bool = False
    measures: bool = False
    desk: Desk | None = None
    note: str = ""


def understood(
    words: Sequence[str],
    is_command: Callable[[str], bool],
    environment: Mapping[str, str] = os.environ,
) -> Start | None:
    """The start of the window that these words ask for, or None where they ask for a command.

    They are options of the window, then nothing, ``lab`` with at most one file, or paths. A path
    that is called like a command is meant as the command: ``./train`` is the path.
    """
    options, rest = _apart(words)
    if rest is None:
        return None
    page = ""
    if rest[:1] == [LAB]:
        page, rest = LAB, rest[1:]
        if len(rest) > 1:
            return None
    elif rest and (is_command(rest[0]) or not looks_like_path(rest[0])):
        return None
    token = next((environment[name] for name in TOKENS if environment.get(name)), "")
    return Start(
        Wish(tuple(map(to_path, rest)), page, token),
        is_safe=SAFE in options,
        is_new=NEW in options,
        measures=MEASURE in options,
    )


def _apart(words: Sequence[str]) -> tuple[set[str], list[str] | None]:
    """The window's options, and the other words; None for those where a flag is another's."""
    options: set[str] = set()
    rest: list[str] = []
    for index, word in enumerate(words):
        if word == "--":  # names that begin with a dash may follow
            return options, [*rest, *words[index + 1 :]]
        if word in OPTIONS:
            options.add(word)
        elif word.startswith("-"):
            return options, None
        else:
            rest.append(word)
    return options, rest


def looks_like_path(word: str) -> bool:
    """Whether a word names something on the disk, or was meant to."""
    has_folder = "/" in word or os.sep in word
    return has_folder or Path(word).suffix.lower() in ENDINGS or os.path.lexists(word)


def to_path(word: str) -> Path:
    """A word as an absolute path, seen from the folder where the program was started."""
    if word.startswith("file:"):  # how some file managers say it
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        word = url2pathname(urlsplit(word).path)
    return Path(os.path.abspath(os.path.expanduser(word)))
