"""The inspector's part on searching for z; seen only where a model has no encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.reconstruct.search_plot import SearchPlot
from gan_studio.inference.search import Search

if TYPE_CHECKING:
    from gan_studio.gui.widgets.field_rows import FieldRows


class SearchRows(QObject):
    """Rows of a form.

    Signals:
        changed: `settings` are others.
        again: a person wants to search from more starts.
    """

    changed = Signal()
    again = Signal()

    def __init__(self, form: FieldRows) -> None:
        super().__init__(form)
        usual = Search()
        self._parts: list[QWidget] = [form.add_section(_("Search for z (inversion)"))]
        self.starts = self._number(
            form, _("Starts"), (1, 64), usual.starts,
            _(
                "From how many random z each picture is searched. More find it more surely; the "
                "time grows with them."
            ),
        )  # fmt: skip
        self.steps = self._number(
            form, _("Steps"), (10, 5000), usual.steps,
            _(
                "How many steps downhill each start makes. Too few and the copy is not there yet; "
                "where the curve has become flat, more change nothing."
            ),
        )  # fmt: skip
        self.seed = self._number(
            form, _("Start seed"), (0, 2**31 - 1), usual.seed,
            _("Decides which random z the starts are chosen from. The same seed finds the same."),
        )  # fmt: skip
        self.plot = SearchPlot()
        form.add_wide(self.plot)
        self._words = form.add_note("")
        self.button = QPushButton()
        self.button.clicked.connect(self.again)
        form.add_wide(self.button)
        self._parts += [self.plot, self._words, self.button]
        self.name_button(is_first=False)
        self.show_all(False)

    def _number(
        self, form: FieldRows, name: str, ends: tuple[int, int], value: int, tooltip: str
    ) -> QSpinBox:
        box = QSpinBox()
        box.setRange(*ends)
        box.setValue(value)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self.changed)
        self._parts += [form.add_row(name, box, tooltip), box]
        return box

    @property
    def settings(self) -> Search:
        """How to look."""
        return Search(self.starts.value(), self.steps.value(), seed=self.seed.value())

    def show_all(self, is_shown: bool) -> None:
        """Show or hide the whole part."""
        for part in self._parts:
            part.setVisible(is_shown)

    def name_button(self, *, is_first: bool) -> None:
        """Say whether the button searches for the first time or from more starts."""
        self.button.setText(_("Search now") if is_first else _("Search from more starts"))
        self.button.setToolTip(
            _("Search with the weights of this moment; newer ones are not followed.")
            if is_first
            else _("Search once more with the next seed; the better copy of each picture stays.")
        )

    def say(self, text: str) -> None:
        """How far the starts lie apart; "" says nothing."""
        if self._words.text() != text:
            self._words.setText(text)
        self._words.setVisible(bool(text))
