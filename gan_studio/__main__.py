"""One program: the window, or, where a command is named, the command line."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.start import Start

MEASURE_WINDOW = "measure-window"  # `gan-studio bench` starts it, people do not
# What Qt most often lacks, and last the one that asks the X server.
X11_LIBRARIES = ("libxcb-cursor.so.0", "libxcb.so.1")


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window or the command line; returns the exit code."""
    from multiprocessing import freeze_support

    freeze_support()  # first: a child of the frozen program must not start another window
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [MEASURE_WINDOW]:
        from gan_studio.gui.bench import main as measure_window

        return measure_window(words[1:])
    start = asked_start(words)
    if start is None:
        from gan_studio.cli import main as command_line

        return command_line(words)
    if reason := why_no_display():
        return _without_window(reason, words)
    return _open_window(start, words)


def opens_window(words: Sequence[str]) -> bool:
    """Whether these words ask for the window: none, paths, or ``lab`` with at most one file."""
    return asked_start(words) is not None


def asked_start(words: Sequence[str]) -> Start | None:
    """The start of the window that these words ask for; None where they are a command's."""
    from gan_studio.gui.start import understood

    return understood(words, _is_command)


def _is_command(word: str) -> bool:
    from gan_studio.cli.app import COMMANDS, HIDDEN_COMMANDS

    return word in COMMANDS or word in HIDDEN_COMMANDS


def _open_window(start: Start, words: Sequence[str]) -> int:
    """Show the window here, or let the one that is open show what is asked for."""
    if start.is_safe:
        from gan_studio.core import safe_mode

        safe_mode.turn_on()  # before Qt and torch are loaded
    found = seated(start)
    if found is None:
        return 0
    try:
        from gan_studio.gui.app import run_app
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        return _without_window(str(error), words)
    return run_app(found)


def seated(start: Start) -> Start | None:
    """The start with its place among the open windows; None where another window has taken it.

    Safe mode keeps to itself, and measuring must not meet anybody.
    """
    from gan_studio.core.i18n import _
    from gan_studio.gui.single_instance import Answer, Desk
    from gan_studio.jobs.folders import Folders

    if start.measures or start.is_safe:
        return start
    settings = Folders.of_user().settings
    desk = Desk.of(settings)
    if start.is_new:
        return dataclasses.replace(start, desk=desk) if desk.is_free() else start
    answer = desk.ask(start.wish)
    if answer is Answer.TAKEN:
        from gan_studio.gui.startup_note import end_start

        end_start()
        if sys.stdout is not None:
            print(_("GAN Studio is open already; that window shows it."))
        return None
    if answer is Answer.FIRST:
        return dataclasses.replace(start, desk=desk)
    if answer is Answer.SILENCE:
        note = _("Another window of GAN Studio is open and does not answer; this is a second one.")
        return dataclasses.replace(start, note=note)
    if not os.access(settings, os.W_OK):
        note = _("{folder} cannot be written: changes to the settings are not kept.")
        return dataclasses.replace(start, note=note.format(folder=settings))
    return start


def why_no_display() -> str:
    """Why there is no screen to show a window on, or nothing where there is one.

    It must be known before Qt starts, which ends the whole process without a display.
    """
    from gan_studio.core.i18n import _

    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or platform not in ("", "xcb"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY") and not platform:
        return ""
    display = os.environ.get("DISPLAY")
    return x11_problem(display) if display else _("there is no display")


def x11_problem(display: str) -> str:
    """Why no window can be shown on the X server called `display`, or nothing if it lets us in."""
    import ctypes

    from gan_studio.core.i18n import _

    for name in X11_LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            return _("the system library {name} is missing").format(name=name)
    library.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(library.xcb_connect(display.encode(), None))
    is_open = library.xcb_connection_has_error(connection) == 0
    library.xcb_disconnect(connection)
    return "" if is_open else _("the display {name} does not answer").format(name=display)


def _without_window(reason: str, words: Sequence[str]) -> int:
    """The quick start in the terminal, after one line that says why."""
    from gan_studio.core.i18n import _

    if words:  # the lab, or the time to the first paint, which the terminal cannot give
        print(_("No window can be shown: {reason}.").format(reason=reason), file=sys.stderr)
        return 1
    from gan_studio.cli.quickstart import run_quickstart

    text = _("No window can be shown: {reason}. The quick start trains here in the terminal.")
    return run_quickstart(text.format(reason=reason))


if __name__ == "__main__":
    sys.exit(main())
