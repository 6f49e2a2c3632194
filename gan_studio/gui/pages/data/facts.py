"""What there is in a data set, in words: counts, shape, size, what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.data.class_bars import ClassBars
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.data.preview import Summary

MOST_LISTED = 500  # refused files; more would not be read


def format_bytes(count: int) -> str:
    """``4.2 MB``."""
    for unit, size in ((_("GB"), 1e9), (_("MB"), 1e6), (_("kB"), 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"


def facts_of(prepared: Prepared, counted: Summary) -> list[tuple[str, str]]:
    """Names and values of what a person wants to know first."""
    where = _("read from disk as needed") if counted.is_streamed else _("held in memory")
    shape = prepared.spec.describe()
    facts = [
        (_("To train on"), f"{counted.train:,}"),
        (_("Held out"), f"{counted.held_out:,}"),
        (_("Each picture"), shape),
        (_("Size"), f"{format_bytes(counted.byte_count)}, {where}"),
    ]
    if prepared.flip:
        facts.append((_("Mirrored"), _("left to right, at random")))
    if counted.refused:
        facts.append((_("Left out"), _("{count:,} files").format(count=counted.refused)))
    return facts


class FactsCard(Card):
    """Numbers, and notes on what was done to the pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What there is"), parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._notes = QLabel()
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self.body.addLayout(self._grid)
        self.body.addWidget(self._notes)
        self.body.addStretch(0)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        while (item := self._grid.takeAt(0)) is not None:
            if (label := item.widget()) is not None:
                label.hide()
                label.deleteLater()
        self._notes.hide()
        self.show_hint(_("Counts, shape and size."))
        self.setMinimumHeight(theme.px(90))

    def show_facts(self, prepared: Prepared, counted: Summary) -> None:
        """Show a data set."""
        self.clear()
        self.hide_hint()
        for row, (name, value) in enumerate(facts_of(prepared, counted)):
            label, words = QLabel(name), QLabel(value)
            label.setProperty("role", "muted")
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setWordWrap(True)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
        self._notes.setText("\n".join(prepared.notes))
        self._notes.setVisible(bool(prepared.notes))


class ClassesCard(Card):
    """Counts per class, in a list that scrolls when it is long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Pictures per class"), parent)
        self.bars = ClassBars()
        self.bars.setAccessibleName(_("Pictures per class"))
        area = QScrollArea()
        area.setAccessibleName(_("Pictures per class"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        holder = QWidget()
        holder.setProperty("role", "scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bars)
        column.addStretch(1)
        area.setWidget(holder)
        self.body.addWidget(area, 1)
        self.body.addStretch(0)
        self._area = area
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.bars.set_classes(())
        self.set_note("")
        self._area.hide()
        self.show_hint(_("How often each class occurs."))

    def show_classes(self, counted: Summary) -> None:
        """Show a data set's classes."""
        self.bars.set_classes(counted.classes)
        has_held_out = any(item.held_out for item in counted.classes)
        self.set_note(_("to train on + held out") if has_held_out else "")
        self._area.setVisible(bool(counted.classes))
        if counted.classes:
            self.hide_hint()
        else:
            self.show_hint(_("This data set has no classes. Sub-folders become classes."))


class RefusedCard(Card):
    """Files that were left out, each with its reason; hidden when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Left out"), parent)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Files that were left out"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.body.addWidget(self.list, 1)
        self.hide()

    def show_refused(self, prepared: Prepared) -> None:
        """List them."""
        self.list.clear()
        for item in prepared.refused[:MOST_LISTED]:
            name = "/".join(item.path.replace("\\", "/").split("/")[-2:])
            row = QListWidgetItem(f"{name}: {_(item.reason)}")
            row.setToolTip(item.path)
            self.list.addItem(row)
        more = len(prepared.refused) - MOST_LISTED
        if more > 0:
            self.list.addItem(_("… and {count:,} more").format(count=more))
        self.set_note(_("{count:,} files").format(count=len(prepared.refused)))
        self.setMaximumHeight(theme.px(220))
        self.setVisible(bool(prepared.refused))
