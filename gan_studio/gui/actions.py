"""All keys of the window in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class ActionSpec:
    """One thing that a key does. `key` names the window's handler."""

    key: str
    text: str  # marked for translation
    shortcuts: tuple[str, ...]


SPECS: tuple[ActionSpec, ...] = (
    *(
        ActionSpec(f"page:{page.key}", page.title, (f"Ctrl+{number}",))
        for number, page in enumerate(PAGES, start=1)
    ),
    ActionSpec("help", N_("Help for this page"), ("F1",)),
    ActionSpec("settings", N_("Settings"), ("Ctrl+,",)),
    ActionSpec("report", N_("Report a fault"), ("Ctrl+F1",)),
    ActionSpec("about", N_("About GAN Studio"), ()),
    ActionSpec("inspector", N_("Show or hide the right panel"), ("F9",)),
    ActionSpec("fullscreen", N_("Full screen"), ("F11",)),
    ActionSpec("larger", N_("Larger text"), ("Ctrl++", "Ctrl+=")),
    ActionSpec("smaller", N_("Smaller text"), ("Ctrl+-",)),
    ActionSpec("dismiss", N_("Dismiss the message"), ("Ctrl+.",)),
    ActionSpec("quit", N_("Quit"), ("Ctrl+Q",)),
)
# Keys of pages, for the help; the pages' own buttons have them.
PAGE_KEYS: tuple[tuple[str, str], ...] = (
    ("S, D, G", N_("Lab: one step of both, of D alone, of G alone")),
    ("W", N_("Lab: slow motion, stage by stage")),
    ("R", N_("Lab: back to the first weights")),
    ("B", N_("Lab: two games beside each other")),
    ("L", N_("Lab: lessons and failures; their number opens one")),
    ("N", N_("Lab: the newest step")),
    ("Left, Right", N_("Lab: a step back or on (Shift: 100)")),
    ("Return, Page Up, Page Down", N_("Lab: go through a lesson")),
    (
        "Ctrl+E, Ctrl+Shift+S, Ctrl+Shift+E",
        N_("Explore: take away the model, samples, a data set"),
    ),
    ("Ctrl+V", N_("Reconstruct: paste pictures, into Compare or onto the pad")),
    ("Alt+1 … Alt+8", N_("Explore, Reconstruct: a tab")),
    (
        "Ctrl+Z, Ctrl+Shift+Z",
        N_("Explore: take a move back, repeat it; edits of the timeline there"),
    ),
    ("Ctrl+S, Ctrl+C", N_("Explore: save the picture, copy it")),
    ("Ctrl+D, F2, Delete", N_("Explore: keep the place as a bookmark; rename, delete one")),
    ("Ctrl+Shift+C, Ctrl+V", N_("Explore: copy the latent as text, paste one or a picture")),
    ("Ctrl+F", N_("Explore, Sliders, and Runs: search")),
    ("R, L, G", N_("Explore, Sliders: draw anew, lock, link what is chosen")),
    ("Y, N, Ctrl+Enter", N_("Explore, Directions: mark yes, mark no, make the slider")),
    ("1, 2, 3", N_("Explore, Pad and Arithmetic: put the place into A, B, C")),
    ("S, R, M", N_("Explore, Sheet: star, reject, more like these")),
    ("Alt+Left, Alt+Right", N_("Explore, Sheet: the sheet before, the one after")),
    ("K", N_("Explore, Walk: make the place the next key frame")),
    ("Ctrl+Z, Ctrl+Shift+Z", N_("Reconstruct: take a stroke on the pad back, put it back")),
    ("Arrows, Enter, Backspace, Delete", N_("On the pad: move, dot, rub out, clear (Shift draws)")),
    ("Shift+L, Shift+A, Shift+G", N_("Lab: draw the lattice, the arrows, G's average")),
)
# Space is no shortcut: it would be taken from the button or the list that has the focus.
MAIN_ACTION = N_("The page's main action")


def make_actions(window: QWidget, handlers: Mapping[str, Callable[[], None]]) -> dict[str, QAction]:
    """Add the table's actions to a window; `handlers` are by key, pages by ``page:home``."""
    actions = {}
    for spec in SPECS:
        action = QAction(_(spec.text), window)
        action.setObjectName(spec.key)
        action.setShortcuts([QKeySequence(text) for text in spec.shortcuts])
        action.triggered.connect(_without_arguments(handlers[spec.key], action))
        window.addAction(action)
        actions[spec.key] = action
    return actions


def key_table() -> list[tuple[str, str]]:
    """What each key does, for the help."""
    rows = [(", ".join(spec.shortcuts), _(spec.text)) for spec in SPECS if spec.shortcuts]
    pages = [(keys, _(words)) for keys, words in PAGE_KEYS]
    return [(_("Space"), _(MAIN_ACTION)), *rows, *pages]


class _Caller(QObject):
    """Drops the `checked` argument of `triggered`, in a QObject of the main thread."""

    def __init__(self, handler: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._handler = handler

    def call(self) -> None:
        self._handler()


def _without_arguments(handler: Callable[[], None], parent: QObject) -> Callable[[], None]:
    return _Caller(handler, parent).call
