"""What stands above a contact sheet: what is drawn, how many, the way back, and more like these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.field_rows import keep_narrow
from gan_studio.gui.widgets.value_slider import ValueSlider
from gan_studio.inference.sheets import CLASSES, COUNTS, KINDS, NEAR

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gan_studio.gui.pages.explore.sheet_leaves import Leaf

STRETCHES = {DropDown: 1, ValueSlider: 1}
TOOLTIP = Qt.ItemDataRole.ToolTipRole
NEAR_TITLE = N_("More like these")
KIND_TIPS = {
    "seeds": N_("One random latent per picture, from seeds that follow each other."),
    "sweep": N_("Rows of truncation ψ from 0 to 1.2, the same seeds in each: typical to rare."),
    "classes": N_("A row per class, the same seeds in each."),
    NEAR: N_("Places near the starred pictures, or near the chosen ones where none has a star."),
}


class SheetTools(QWidget):
    """Only widgets; the panel connects them.

    Signals:
        kind_chosen: the key of another kind of sheet.
        count_chosen: another number of pictures.
    """

    kind_chosen = Signal(str)
    count_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._build_sheet_tools()
        self._build_choice_tools()
        self._is_narrow: bool | None = None
        self._arrange(is_narrow=False)
        self.kind.activated.connect(lambda _row: self.kind_chosen.emit(self.kind.currentData()))
        self.count.activated.connect(lambda _row: self.count_chosen.emit(self.count.currentData()))

    def _build_sheet_tools(self) -> None:
        self.kind = _combo(_("Kind of sheet"), _("What the sheet shows."))
        self.set_kinds(has_classes=False)
        self.count = _combo(_("How many"), _("How many pictures the sheet has."))
        for count in COUNTS:
            self.count.addItem(_("{count} pictures").format(count=count), count)
        self.count.setCurrentIndex(COUNTS.index(64))
        self.back = _button("←", _("Back"), _("Go back to the sheet before. (Alt+Left)"))
        self.on = _button(
            "→", _("Forward"), _("Go on to the sheet you came back from. (Alt+Right)")
        )
        self.more = _button(
            "⋯",
            _("More"),
            _("Save and keep; marks; the size of the pictures; the same seeds again."),
        )
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _build_choice_tools(self) -> None:
        self.like = QPushButton(_(NEAR_TITLE))
        self.like.setToolTip(f"{_(KIND_TIPS[NEAR])} (M)")
        self.share = ValueSlider(
            _("Distance"),
            0.0,
            1.0,
            0.3,
            tooltip=_(
                "How far from them new pictures lie: 0 mixes them only, 1 is as far as random "
                "ones. In between, noise is added to random mixtures."
            ),
        )
        self.change = QPushButton()
        self.change.setToolTip(
            _("Draw others in place of the rejected ones; starred and other pictures stay.")
        )

    def _arrange(self, *, is_narrow: bool) -> None:
        """In two rows, or in four where large text leaves no room for two."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        while (row := self._rows.takeAt(0)) is not None:
            row.layout().deleteLater()
        ways: tuple[QWidget, ...] = (self.back, self.on, self.more)
        rows = (
            [(self.kind, self.count), (*ways, self.change), (self.like,), (self.share,)]
            if is_narrow
            else [(self.kind, self.count, *ways), (self.like, self.share, self.change)]
        )
        for widgets in rows:
            row = QHBoxLayout()
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, STRETCHES.get(type(widget), 0))
            self._rows.addLayout(row)

    def _wide(self) -> int:
        """What two rows take."""
        first = (self.kind, self.count, self.back, self.on, self.more)
        second = (self.like, self.share, self.change)
        return max(
            sum(part.minimumSizeHint().width() + 6 for part in row) for row in (first, second)
        )

    def set_kinds(self, *, has_classes: bool) -> None:
        """Which kinds of sheet the model can have."""
        now = self.kind.currentData()
        with QSignalBlocker(self.kind):
            self.kind.clear()
            for key, title in {**KINDS, NEAR: NEAR_TITLE}.items():
                if key != CLASSES or has_classes:
                    self.kind.addItem(_(title), key)
                    row = self.kind.count() - 1
                    self.kind.setItemData(row, _(KIND_TIPS[key]), TOOLTIP)
            self.kind.setCurrentIndex(max(0, self.kind.findData(now)))

    def show_leaf(self, leaf: Leaf | None, *, can_go_back: bool, can_go_on: bool) -> None:
        """Say what the sheet is."""
        self.back.setEnabled(can_go_back)
        self.on.setEnabled(can_go_on)
        self.more.setEnabled(leaf is not None)
        if leaf is not None:
            recipe = leaf.sheet.recipe
            for combo, value in ((self.kind, recipe.kind), (self.count, recipe.count)):
                with QSignalBlocker(combo):
                    combo.setCurrentIndex(combo.findData(value))

    def show_marks(self, leaf: Leaf | None, chosen: int) -> None:
        """Offer what can be done with the marks."""
        rejected = 0 if leaf is None else len(leaf.rejected)
        has_any = leaf is not None and bool(leaf.starred or chosen)
        self.like.setEnabled(has_any)
        self.change.setEnabled(rejected > 0)
        words = ngettext("Replace {count}", "Replace {count}", rejected)
        self.change.setText(words.format(count=rejected) if rejected else _("Replace"))

    def minimumSizeHint(self) -> QSize:
        parts = (self.kind, self.share, self.like)
        narrow = max(part.minimumSizeHint().width() for part in parts)
        return QSize(narrow, self._rows.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_narrow=self.width() < self._wide())


def _combo(name: str, tooltip: str) -> QComboBox:
    combo = DropDown()
    combo.setAccessibleName(name)
    combo.setToolTip(tooltip)
    keep_narrow(combo)
    return combo


def _button(text: str, name: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setProperty("role", "plain")
    button.setAccessibleName(name)
    button.setToolTip(tooltip)
    return button
