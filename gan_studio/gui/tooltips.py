"""Long tooltips in lines that can be read.

Qt breaks only rich text, and makes of plain text one line as wide as the screen. What is shown is
made inside Qt, and to change it there would take Python for every event of the program; so lines
are broken where a tooltip is given, for all controls at once.
"""

from __future__ import annotations

from functools import wraps
from textwrap import wrap
from typing import Any

from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QTabBar, QWidget

WIDTH = 60  # characters
LONGEST = 70  # a line that is hardly longer stays one

GIVERS = ((QWidget, "setToolTip"), (QAction, "setToolTip"), (QTabBar, "setTabToolTip"))


def in_lines(text: str) -> str:
    """The same words in short lines; rich text, which Qt breaks, stays as it is."""
    if len(text) <= LONGEST or Qt.mightBeRichText(text):
        return text
    return "\n".join(map(_broken, text.split("\n")))


def _broken(line: str) -> str:
    if len(line) <= LONGEST:
        return line
    # A path or a number stays whole.
    return "\n".join(wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False))


def break_long_tooltips() -> None:
    """Let every tooltip that is given from now on be `in_lines`."""
    for kind, name in GIVERS:
        given = getattr(kind, name)
        if not hasattr(given, "__wrapped__"):  # else it is done
            setattr(kind, name, _breaking(given))


def _breaking(given: Any) -> Any:
    @wraps(given)
    def give(item: Any, *words: Any) -> None:
        *before, text = words
        given(item, *before, in_lines(text))

    return give
