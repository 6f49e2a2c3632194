"""The Reconstruct page's inspector: which models, which pictures, how errors are coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.pages.reconstruct.baseline import BaselineField
from gan_studio.gui.pages.reconstruct.search_rows import SearchRows
from gan_studio.gui.pages.reconstruct.wishes import DRAWN, ORDERS, SOURCES
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.field_rows import FieldRows
from gan_studio.gui.widgets.placing_switches import PlacingSwitches
from gan_studio.gui.widgets.reconstruction_numbers import MEASURES

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.widgets.run_picker import RunPicker

COUNTS = (4, 8, 16, 24, 32)
DEFAULT_COUNT = 8


class ColumnList(QWidget):
    """The columns that were added beside the first, each with a button that takes it away."""

    removed = Signal(object)  # the key of a column

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.setAccessibleName(_("Added runs"))

    def set_columns(self, columns: list[tuple[tuple[Path, int | None], str]]) -> None:
        """Show these columns: what tells them apart, a folder first, and their titles."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for key, title in columns:
            self._column.addWidget(self._row(key, title))
        self.setVisible(bool(columns))

    def _row(self, key: tuple[Path, int | None], title: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        label = QLabel(title)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        label.setToolTip(str(key[0]))
        button = QPushButton()
        button.setProperty("role", "flat")
        button.setIcon(theme.icon("close", theme.tokens().muted))
        button.setToolTip(_("Take this column away."))
        button.setAccessibleName(_("Take away {title}").format(title=title))
        button.clicked.connect(lambda: self.removed.emit(key))
        layout.addWidget(label, 1)
        layout.addWidget(button)
        return row


class ReconstructInspector(FieldRows):
    """Only widgets; the page connects them."""

    def __init__(self, picker: RunPicker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._add_models(picker)
        self.search = SearchRows(self)
        self._add_pictures()
        self._add_errors()
        self.setAccessibleName(_("Reconstruct settings"))

    def _add_models(self, picker: RunPicker) -> None:
        self.add_section(_("Models"))
        self.add_wide(
            picker.runs,
            _("Run"),
            _("Which model copies the pictures; its data set is where pictures come from."),
        )
        self.add_row(
            _("Checkpoint"),
            picker.steps,
            _("The weights of which step. Earlier ones show what was not yet learned."),
        )
        self.columns = ColumnList()
        self.columns.hide()
        self.add_wide(self.columns)
        self.baseline = BaselineField()
        self.add_row(
            _("PCA baseline"),
            self.baseline,
            _(
                "Principal components as a column: the best that a straight line can do with as "
                "many numbers. A model that is no better has learned nothing bent."
            ),
        )

    def _add_pictures(self) -> None:
        self.add_section(_("Pictures"))
        self.source = _combo(SOURCES)
        self.add_row(
            _("From"),
            self.source,
            _(
                "Held-out pictures were never trained on, so they show what the model understood; "
                "training pictures may be known by heart."
            ),
        )
        self.class_box = QComboBox()
        self.class_label = self.add_row(
            _("Class"), self.class_box, _("Only pictures of one class, to see how it fares.")
        )
        self.count = QComboBox()
        for count in COUNTS:
            self.count.addItem(str(count), count)
        self.count.setCurrentIndex(COUNTS.index(DEFAULT_COUNT))
        self.add_row(_("How many"), self.count, _("How many pictures are compared."))
        self.order = _combo(ORDERS)
        self.add_row(
            _("Order"),
            self.order,
            _(
                "Worst first shows what is copied worst of the whole held-out set, as soon as it "
                "is measured; until then, and of other pictures, of up to 1,000 that are drawn."
            ),
        )
        self.decider = DropDown()
        self.decider_label = self.add_row(
            _("By"), self.decider, _("Whose errors decide on the order: one column of the table.")
        )
        self.show_deciders([])
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(1)
        self.seed.setKeyboardTracking(False)
        self.add_row(
            _("Seed"),
            self.seed,
            _("Decides which pictures are drawn; in order of error, 1 shows the first ones."),
        )
        self.placing = PlacingSwitches()
        self.placing_label = self.add_row(
            _("Prepare"),
            self.placing,
            _(
                "What is done to your own pictures, so that they are like those that the models "
                "were trained on; the banner says what was done."
            ),
        )

    def _add_errors(self) -> None:
        self.add_section(_("Errors"))
        self.map = _combo({"signed": N_("signed"), "absolute": N_("absolute")})
        self.add_row(
            _("Map"),
            self.map,
            _("Signed tells too dark from too bright; absolute shows only how far a copy is off."),
        )
        self.measure = _combo(MEASURES)
        self.add_row(
            _("Number"),
            self.measure,
            _("What stands beside each copy; best and worst of a row are marked by it."),
        )
        self.scale = QComboBox()
        self.scale.addItem(_("at large errors"), "auto")
        self.scale.addItem(_("at ±1"), "fixed")
        self.add_row(
            _("Full colour"),
            self.scale,
            _(
                "Which error gets the full colour, in all columns alike. “fixed” stays the same "
                "from draw to draw; the other shows small errors better."
            ),
        )
        self.save = QPushButton(_("Save the table …"))
        self.save.setToolTip(_("Save the whole table as a PNG file. (Ctrl+S)"))
        self.save.setShortcut("Ctrl+S")
        self.add_wide(self.save)

    def show_classes(self, names: tuple[str, ...]) -> None:
        """Offer a filter by class, or none."""
        known = tuple(self.class_box.itemText(row) for row in range(1, self.class_box.count()))
        if names != known or not self.class_box.count():
            blocked = self.class_box.blockSignals(True)
            self.class_box.clear()
            self.class_box.addItem(_("all"), None)
            for index, name in enumerate(names):
                self.class_box.addItem(name, index)
            self.class_box.blockSignals(blocked)
        self.class_box.setVisible(bool(names))
        self.class_label.setVisible(bool(names))

    def show_deciders(self, titles: list[str]) -> None:
        """Offer the columns that can decide on an order; one alone needs no choice."""
        row = min(max(self.decider.currentIndex(), 0), max(len(titles) - 1, 0))
        if len(titles) == self.decider.count():  # titles of a run that trains change all the time
            for item, title in enumerate(titles):
                self.decider.setItemText(item, title)
        else:
            with QSignalBlocker(self.decider):
                self.decider.clear()
                self.decider.addItems(titles)
                self.decider.setCurrentIndex(row)
        is_useful = len(titles) > 1 and self.order.currentData() != DRAWN
        self.decider.setVisible(is_useful)
        self.decider_label.setVisible(is_useful)

    def show_own(self, is_own: bool) -> None:
        """Show what matters for a person's own pictures only there."""
        self.placing.setVisible(is_own)
        self.placing_label.setVisible(is_own)
        self.seed.setEnabled(not is_own)
        self.class_box.setEnabled(not is_own)


def _combo(choices: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for key, text in choices.items():
        box.addItem(_(text), key)
    return box
