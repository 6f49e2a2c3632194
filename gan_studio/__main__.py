"""One program: without arguments the window, with arguments the command line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_OPTIONS = ("--measure-first-paint",)
LAB = "lab"
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
    if not opens_window(words):
        from gan_studio.cli import main as command_line

        return command_line(words)
    if reason := why_no_display():
        return _without_window(reason, words)
    try:
        from gan_studio.gui.app import run_app
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        return _without_window(str(error), words)
    return run_app(words)


def opens_window(words: Sequence[str]) -> bool:
    """Whether these words ask for the window: none, or ``lab`` with at most a lesson's file."""
    asks_for_help = bool({"-h", "--help"} & set(words))
    if words[:1] == [LAB] and not asks_for_help:
        return len(words) <= 2 and not any(word.startswith("-") for word in words)
    return all(word in WINDOW_OPTIONS for word in words)


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
