"""One program: without arguments the window, with arguments the command line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_OPTIONS = ("--measure-first-paint",)


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window or the command line; returns the exit code."""
    from multiprocessing import freeze_support

    freeze_support()  # first: a child of the frozen program must not start another window
    words = list(sys.argv[1:] if argv is None else argv)
    if any(word not in WINDOW_OPTIONS for word in words):
        from gan_studio.cli import main as command_line

        return command_line(words)
    if not has_display():
        return 1 if words else _without_window()
    try:
        from gan_studio.gui.app import run_app
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        print(f"The window cannot be shown: {error}", flush=True)
        return _without_window()
    return run_app(words)


def has_display() -> bool:
    """Whether there is a screen to show a window on."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _without_window() -> int:
    """The quick start in the terminal; it says in one line why."""
    from gan_studio.cli.quickstart import run_quickstart

    return run_quickstart()


if __name__ == "__main__":
    sys.exit(main())
