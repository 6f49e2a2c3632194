"""The buttons below the sliders' search: what can be done with the chosen rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gan_studio.core.i18n import _, ngettext
from gan_studio.gui.widgets.latent_menu import link_words, lock_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.widgets.latent_sliders import LatentSliders


class SliderActions(QWidget):
    """Randomise, to the middle, lock, link; the same as the keys of the list.

    Signals:
        noted: how many rows are chosen and locked, in words for the card's title line.
    """

    noted = Signal(str)

    def __init__(self, sliders: LatentSliders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sliders = sliders
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.randomise = self._add(_("Randomise"), sliders.random_asked.emit)
        self.middle = self._add(_("To the middle"), sliders.reset_marked)
        self.lock = self._add(_("Lock"), sliders.toggle_locks)
        self.link = self._add(_("Link"), sliders.toggle_link)
        sliders.marked.connect(self.follow)
        self.follow()

    def _add(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setProperty("inline", "true")
        button.clicked.connect(lambda _is_checked=False: act())
        self._row.addWidget(button)
        return button

    def follow(self) -> None:
        """Say what the buttons would do now."""
        marks = self._sliders.marks
        count = len(marks.chosen)
        self.lock.setText(lock_words(self._sliders))
        self.link.setText(link_words(self._sliders))
        self.link.setEnabled(count > 1 or marks.is_linked(self._sliders.targets()))
        self._explain(count)
        words = [ngettext("{n} chosen", "{n} chosen", count).format(n=count)] if count else []
        if marks.locked:
            words.append(_("{n} locked").format(n=len(marks.locked)))
        self.noted.emit(" · ".join(words))

    def _explain(self, count: int) -> None:
        what = (
            ngettext("the chosen slider", "the {n} chosen sliders", count).format(n=count)
            if count
            else _("the current slider")
        )
        whole = what if count else _("all sliders")
        for button, words, which in (
            (
                self.randomise,
                _("Draw new random values for {what}; locked ones stay. Undo goes back. (R)"),
                whole,
            ),
            (
                self.middle,
                _("Bring {what} to its middle, and what moves with it; locked ones stay. (Delete)"),
                what,
            ),
            (
                self.lock,
                _(
                    "Hold {what}: random draws, directions and Reset leave it alone, and it cannot "
                    "be dragged; the same again lets go. (L)"
                ),
                what,
            ),
            (
                self.link,
                _(
                    "Make a group of {what}: where one moves, the others move by the same number "
                    "of standard deviations; the same again lets go. Choose rows by Ctrl+click "
                    "or Shift+click on their names. (G)"
                ),
                what,
            ),
        ):
            button.setToolTip(words.format(what=which))
            button.setAccessibleDescription(words.format(what=which))
