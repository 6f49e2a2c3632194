"""The list of the model's directions, each with its number and pictures along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.explore.direction_delegate import (
    KIND_ROLE,
    NOTE_ROLE,
    SHARE_ROLE,
    STRIP_ROLE,
    DirectionDelegate,
)
from gan_studio.gui.pages.explore.direction_menu import show_menu
from gan_studio.gui.pages.explore.direction_strips import PICTURES
from gan_studio.gui.pages.explore.direction_words import kind_of, note_of, tip_of
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.direction_strips import DirectionStrips
    from gan_studio.gui.pages.explore.directions_desk import Directions

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class DirectionList(QListWidget):
    """Shows what a `Directions` holds; keys and clicks move along it.

    Signals:
        rows_seen: other rows are in sight.
    """

    rows_seen = Signal()

    def __init__(self, desk: Directions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._strips: DirectionStrips | None = None
        self._painter = DirectionDelegate(self)
        self.setItemDelegate(self._painter)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Directions of this model"))
        self.setAccessibleDescription(
            _("Up and Down choose, Left and Right go along, F2 renames, Delete deletes.")
        )
        self.currentRowChanged.connect(self._on_row_changed)
        self.itemChanged.connect(self._on_item_changed)
        self.verticalScrollBar().valueChanged.connect(self.rows_seen)
        desk.changed.connect(self._on_changed)
        desk.selection_changed.connect(self._on_selection_changed)
        desk.explorer.moved.connect(self._on_moved)
        theme.notifier().changed.connect(self.scheduleDelayedItemsLayout)

    def use(self, strips: DirectionStrips) -> None:
        """Show these pictures."""
        self._strips = strips
        strips.drawn.connect(self._on_drawn)

    def seen(self) -> list[int]:
        """The rows in sight, the current one first."""
        area = self.viewport().rect()
        found = [
            row
            for row in range(min(self.count(), len(self._desk.items)))
            if self.visualItemRect(self.item(row)).intersects(area)
        ]
        found.sort(key=lambda row: row != self._desk.current)
        return found

    # The desk

    def _on_changed(self) -> None:
        bundle = self._desk.explorer.bundle
        if bundle is not None and len(bundle.spec.shape) == 3:
            self._painter.cell = (bundle.spec.shape[2], bundle.spec.shape[1])
        with QSignalBlocker(self):
            self.clear()
            for index in range(len(self._desk.items)):
                self.addItem(self._item(index))
        self._on_moved()
        self._on_selection_changed()

    def _item(self, index: int) -> QListWidgetItem:
        direction, catalogue = self._desk.items[index], self._desk.catalogue
        item = QListWidgetItem(direction.name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        tip = tip_of(direction, catalogue)
        item.setToolTip(tip)
        item.setData(NOTE_ROLE, note_of(direction))
        item.setData(KIND_ROLE, kind_of(direction, catalogue))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, tip.replace("\n", ". "))
        item.setData(STRIP_ROLE, [] if self._strips is None else self._strips.images(index))
        return item

    def _on_drawn(self, index: int) -> None:
        item = self.item(index)
        if item is not None and self._strips is not None:
            with QSignalBlocker(self):
                item.setData(STRIP_ROLE, self._strips.images(index))
            self.viewport().update(self.visualItemRect(item))

    def _on_moved(self) -> None:
        """Only the marks are painted again: this happens with every move of the mouse."""
        if not self.isVisible():
            return  # `showEvent` makes up for it
        values = self._desk.values()
        with QSignalBlocker(self), QSignalBlocker(self.model()):
            for row in range(min(self.count(), len(values))):
                reach = self._desk.items[row].reach
                self.item(row).setData(SHARE_ROLE, (values[row] + reach) / (2 * reach))
        for row in self.seen():
            place = self.visualItemRect(self.item(row))
            self.viewport().update(self._painter.caret_rect(place))

    def _on_selection_changed(self) -> None:
        row = self._desk.current
        with QSignalBlocker(self):
            self.setCurrentRow(row)
        if 0 <= row < self.count():
            self.scrollToItem(self.item(row))

    def _on_row_changed(self, row: int) -> None:
        self._desk.select(row)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        row = self.row(item)
        if 0 <= row < len(self._desk.items):
            self._desk.rename(row, item.text())
            if row < self.count():  # an empty name, or one that is taken, is not taken over
                with QSignalBlocker(self):
                    self.item(row).setText(self._desk.items[row].name)

    # Moves

    def _picture_at(self, position: QPoint) -> tuple[int, int]:
        """Row and picture at a position; -1 where there is none."""
        row = self.indexAt(position).row()
        if row >= 0:
            places = self._painter.picture_rects(self.visualItemRect(self.item(row)))
            for at, place in enumerate(places):
                if place.contains(position):
                    return row, at
        return row, -1

    def _go_to(self, row: int, picture: int) -> None:
        if self._strips is not None:
            steps = self._strips.steps_of(self._desk.items[row])
            self._desk.move(row, float(steps[picture]))
            self._desk.end_move()

    def _step(self, row: int, steps: int) -> None:
        direction = self._desk.items[row]
        value = self._desk.values()[row] + steps * 2 * direction.reach / (PICTURES - 1)
        self._desk.move(row, min(max(value, -direction.reach), direction.reach))

    def rename_current(self) -> None:
        """Let the name of the current direction be typed."""
        item = self.currentItem()
        if item is not None:
            self.editItem(item)

    # Qt's overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row, picture = self._picture_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and picture >= 0:
            self._go_to(row, picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentRow()
        if 0 <= row < len(self._desk.items) and event.key() in STEPS:
            self._step(row, STEPS[Qt.Key(event.key())])
        elif 0 <= row < len(self._desk.items) and event.key() == Qt.Key.Key_Delete:
            self._desk.delete([row])
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.itemAt(event.pos()) or self.currentItem()
        if item is not None:
            self._desk.select(self.row(item))
            show_menu(self._desk, self.row(item), self, event.globalPos(), self.rename_current)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, picture = self._picture_at(event.pos())
            images = self.item(row).data(STRIP_ROLE) if row >= 0 else []
            if 0 <= picture < len(images or []) and self._strips is not None:
                value = float(self._strips.steps_of(self._desk.items[row])[picture])
                words = _("{name} at {value:+.2f}: click to go there").format(
                    name=self._desk.items[row].name, value=value
                )
                tip = pictures.zoom_html(images[picture], words)
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().viewportEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self.rows_seen.emit()
