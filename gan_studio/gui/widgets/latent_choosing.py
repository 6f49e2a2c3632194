"""Choosing rows of the list of latent sliders: walked through, chosen, locked and linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from gan_studio.gui.widgets.latent_list import LatentList
from gan_studio.gui.widgets.latent_marks import between
from gan_studio.gui.widgets.latent_rows import BY_LINK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

_WALKING = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class ChoosableList(LatentList):
    """Arrows walk (Shift: choose on the way, Ctrl: keep what is chosen); click, Ctrl+click and
    Shift+click on a name choose; L locks, G links or lets go, R draws anew, Escape chooses nothing.

    Signals:
        locks_asked: the dimensions that are to be locked from now on, and no others.
        random_asked: new random values are wished for the chosen rows, or for all.
    """

    locks_asked = Signal(object)
    random_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._anchor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What is marked

    def set_locked(self, dims: Iterable[int]) -> None:
        """Show these, and no others, as locked."""
        before, self.marks.locked = self.marks.locked, frozenset(dims)
        self._update_rows(before ^ self.marks.locked)
        self._say_current()

    def set_chosen(self, dims: Iterable[int]) -> None:
        """Choose these and no others."""
        before, self.marks.chosen = self.marks.chosen, frozenset(dims)
        if before != self.marks.chosen:
            self._update_rows(before ^ self.marks.chosen)
            self._say_current()
            self.marked.emit()

    def targets(self) -> frozenset[int]:
        """What commands are about: the chosen rows, or the current one."""
        return self.marks.chosen or frozenset((self._current,) if self.count() else ())

    # Commands

    def choose_row(self, dim: int, modifiers: Qt.KeyboardModifier) -> None:
        """Choose as a click does: alone, one more or less (Ctrl), or all up to here (Shift)."""
        chosen = self.marks.chosen
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.set_chosen(between(self.shown(), self._anchor, dim))
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._anchor = dim
            self.set_chosen(chosen ^ {dim})
        else:
            self._anchor = dim
            self.set_chosen({dim})
        self._set_current(dim)

    def choose_all(self) -> None:
        """Choose all rows that are shown."""
        self.set_chosen(self.shown())

    def take_up(self, dim: int) -> None:
        """Make a row current; others stay chosen only if it is one of them."""
        if dim not in self.marks.chosen:
            self._anchor = dim
            self.set_chosen(())
        self._set_current(dim)

    def toggle_locks(self) -> None:
        """Lock what is marked, or unlock it where all of it is locked."""
        if self.count():
            self.locks_asked.emit(self.marks.toggled(self.targets()))

    def toggle_link(self) -> None:
        """Link the chosen rows into a group, or take them out of theirs."""
        dims = self.targets()
        if self.marks.is_linked(dims):
            self.marks.unlink(dims)
        else:
            self.marks.link(dims)
        self._say_current()
        if self._order == BY_LINK:
            self.rearrange()
        self.viewport().update()
        self.marked.emit()

    def clear_marks(self) -> None:
        """Nothing is chosen, locked or linked any more."""
        self.marks.clear()
        self.rearrange()
        self.marked.emit()

    def fold(self, title: str) -> None:
        """Fold the group with this head, or unfold it."""
        self._folded ^= {title}
        self.rearrange()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        is_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        plain = {
            Qt.Key.Key_L: self.toggle_locks,
            Qt.Key.Key_G: self.toggle_link,
            Qt.Key.Key_R: self.random_asked.emit,
        }
        if key in _WALKING:
            self._walk(Qt.Key(key), modifiers)
        elif is_control and key == Qt.Key.Key_A:
            self.choose_all()
        elif is_control and key == Qt.Key.Key_Space:
            self.choose_row(self._current, Qt.KeyboardModifier.ControlModifier)
        elif key == Qt.Key.Key_Escape and self.marks.chosen:
            self.set_chosen(())
        elif modifiers == Qt.KeyboardModifier.NoModifier and key in plain:
            plain[Qt.Key(key)]()
        else:
            super().keyPressEvent(event)

    def _walk(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        dims = self.shown()
        if not dims:
            return
        here = dims.index(self._current) if self._current in dims else 0
        page = max(1, self.viewport().height() // self._row_height() - 1)
        there = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_PageUp: here - page,
            Qt.Key.Key_PageDown: here + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(dims) - 1,
        }[key]
        dim = dims[min(max(there, 0), len(dims) - 1)]
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.choose_row(dim, Qt.KeyboardModifier.ShiftModifier)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._set_current(dim)
        else:
            self.take_up(dim)
