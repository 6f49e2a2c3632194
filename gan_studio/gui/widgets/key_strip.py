"""Key frames of a film in a row: thumbnails, and between them how long the way takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.drop_files import dropped_file
from gan_studio.gui.widgets.key_strip_paint import (
    KeyItem,
    paint_empty,
    paint_key,
    paint_mark,
    paint_way,
)
from gan_studio.gui.widgets.place_mime import has_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QContextMenuEvent, QDragMoveEvent, QDropEvent, QMouseEvent

THUMB, GAP, PAD = 64, 58, 6  # in pixels at 100 % text
WALK_FILES = (".json", ".gif", ".webp", ".mp4", ".png")


class KeyStrip(QWidget):
    """Shows key frames, and says what a person wants done with them.

    Attributes:
        mime_of: what a drag of key frame `index` carries.

    Signals:
        selected: a key frame was clicked or reached by an arrow key.
        activated: it was double-clicked, or Enter pressed on it.
        moved: from where to where, counted without it.
        removed: it is to go.
        dropped: what was dropped, and before which key frame.
        file_dropped: the path of a film or walk.
        undo_wanted, redo_wanted: of edits of the row.
    """

    selected = Signal(int)
    activated = Signal(int)
    moved = Signal(int, int)
    removed = Signal(int)
    dropped = Signal(object, int)
    file_dropped = Signal(object)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[KeyItem] = []
        self._is_loop = True
        self._selected = -1
        self._current = -1
        self._pressed_at = QPoint()
        self._gap_under_drag = -1
        self._empty_text = ""
        self.mime_of: Callable[[int], QMimeData] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Key frames"))
        theme.notifier().changed.connect(self._on_theme_changed)

    # What is shown

    def set_items(self, items: Sequence[KeyItem], *, is_loop: bool) -> None:
        """Show these."""
        self._items, self._is_loop = list(items), is_loop
        if self._selected >= len(self._items):
            self._selected = len(self._items) - 1
        self.updateGeometry()
        self.setMinimumWidth(self._width())
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there are no key frames."""
        self._empty_text = text
        self.update()

    def set_current(self, index: int) -> None:
        """Mark the way from this key frame on as the one that plays; -1 marks none."""
        if index != self._current:
            self._current = index
            self.update()

    def select(self, index: int) -> None:
        """Choose a key frame without a signal; -1 chooses none."""
        self._selected = index if index < len(self._items) else len(self._items) - 1
        if self._selected >= 0:
            self.setAccessibleDescription(self._items[self._selected].caption)
        self.update()

    @property
    def chosen(self) -> int:
        """The selected key frame, -1 for none."""
        return self._selected

    def count(self) -> int:
        """How many key frames."""
        return len(self._items)

    # Geometry

    def thumb_rect(self, index: int) -> QRectF:
        """Where a key frame stands."""
        side, step = theme.px(THUMB), theme.px(THUMB) + theme.px(GAP)
        return QRectF(theme.px(PAD) + index * step, theme.px(PAD), side, side)

    def index_at(self, place: QPointF) -> int:
        """The key frame at a place, -1 for none."""
        for index in range(len(self._items)):
            if self.thumb_rect(index).adjusted(-4, -4, 4, 24).contains(place):
                return index
        return -1

    def gap_at(self, x: float) -> int:
        """Before which key frame something that is dropped at `x` comes."""
        return sum(self.thumb_rect(index).center().x() < x for index in range(len(self._items)))

    def _width(self) -> int:
        return round(self.thumb_rect(max(len(self._items), 1)).left())

    def sizeHint(self) -> QSize:
        return QSize(max(self._width(), 240), theme.px(THUMB + 2 * PAD + 20))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(), self.sizeHint().height())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._items:
            is_hot = self._gap_under_drag >= 0 or self.hasFocus()
            paint_empty(painter, self.rect(), self._empty_text, is_hot=is_hot)
            return
        gap, last = theme.px(GAP), len(self._items) - 1
        for index, item in enumerate(self._items):
            area, is_chosen = self.thumb_rect(index), index == self._selected
            paint_key(painter, area, item, is_chosen=is_chosen, has_focus=self.hasFocus())
            is_back = index == last
            if not is_back or (self._is_loop and last > 0):
                is_played = index == self._current
                paint_way(painter, area, gap, item.seconds, is_played=is_played, is_back=is_back)
        if self._gap_under_drag >= 0:
            at = self._gap_under_drag
            paint_mark(painter, self.thumb_rect(at), gap / 2 if at else 4)

    def _on_theme_changed(self) -> None:
        self.setMinimumWidth(self._width())
        self.updateGeometry()
        self.update()

    # Choosing

    def _choose(self, index: int) -> None:
        self.select(index)
        self.selected.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        index = self.index_at(event.position())
        if index >= 0:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0:
            self.activated.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        index = self.index_at(QPointF(self._pressed_at))
        is_left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        is_drag = moved >= QApplication.startDragDistance()
        if is_left and is_drag and index >= 0 and self.mime_of is not None:
            self._drag(index)

    def _drag(self, index: int) -> None:
        assert self.mime_of is not None, "asked before"
        ways = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        pictures.start_drag(self, self._items[index].image, self.mime_of(index), ways)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = event.key(), self._selected
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in steps and self._items:
            target = min(max(at + steps[Qt.Key(key)], 0), len(self._items) - 1)
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and at >= 0:
                self._move(at, target)
            else:
                self._choose(target)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and at >= 0:
            self.removed.emit(at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self.activated.emit(at)
        elif key == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            is_redo = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.redo_wanted if is_redo else self.undo_wanted).emit()
        else:
            super().keyPressEvent(event)

    def _move(self, at: int, target: int) -> None:
        if target != at:
            self._selected = target
            self.moved.emit(at, target)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z takes edits of this row back while it has the focus, not moves of the page."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Z:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.accept()
                return True
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        return super().event(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        index = self.index_at(QPointF(event.pos()))
        if index < 0:
            QToolTip.showText(event.globalPos(), self.toolTip(), self)
            return
        item = self._items[index]
        text = item.caption
        if not item.image.isNull():
            text = pictures.zoom_html(item.image, item.caption)
        QToolTip.showText(event.globalPos(), text, self, self.thumb_rect(index).toRect())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.index_at(QPointF(event.pos()))
        if index < 0:
            return
        self._choose(index)
        menu = QMenu(self)
        menu.addAction(_("Go there"), lambda: self.activated.emit(index))
        menu.addAction(_("Move left"), lambda: self._move(index, max(index - 1, 0)))
        last = len(self._items) - 1
        menu.addAction(_("Move right"), lambda: self._move(index, min(index + 1, last)))
        menu.addAction(_("Remove"), lambda: self.removed.emit(index))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if self._selected < 0 and self._items:
            self._choose(0)
        self.update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.update()

    # Dropping

    def dragEnterEvent(self, event: Any) -> None:
        if has_places(event.mimeData()) or dropped_file(event.mimeData(), WALK_FILES) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._gap_under_drag = self.gap_at(event.position().x())
        event.acceptProposedAction()
        self.update()

    def dragLeaveEvent(self, event: Any) -> None:
        self._gap_under_drag = -1
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        gap, self._gap_under_drag = self.gap_at(event.position().x()), -1
        self.update()
        if event.source() is self and self._selected >= 0:
            self._move(self._selected, gap - (gap > self._selected))
        elif has_places(event.mimeData()):
            self.dropped.emit(event.mimeData(), gap)
        else:
            path = dropped_file(event.mimeData(), WALK_FILES)
            if path is not None:
                self.file_dropped.emit(path)
        event.acceptProposedAction()
