"""Many pictures of one size, as large as whole multiples allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.row_marks import RowMark, draw_row_marks, marks_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData

CAPTION_HEIGHT = 16


def best_columns(count: int, size: tuple[float, float], cell: tuple[float, float]) -> int:
    """How many columns make `count` cells largest in a widget of `size` (whole multiples first)."""
    best, best_key = 1, (-1.0, 0, 0.0)
    for columns in range(1, max(count, 1) + 1):
        rows = math.ceil(count / columns)
        scale = min(size[0] / columns / cell[0], size[1] / rows / cell[1])
        # Among equal multiples the fullest rectangle looks best.
        key = (math.floor(scale) if scale >= 1 else scale, -(rows * columns - count), scale)
        if key > best_key:
            best, best_key = columns, key
    return best


class PictureGrid(QWidget):
    """Pictures, uint8 ``[N, C, H, W]``, in a grid that fits the widget.

    Attributes:
        carried: gives what a drag of a picture carries beside it, or None.

    Signals:
        picked: a picture was clicked or reached by an arrow key.
        activated: a picture was double-clicked, or Enter pressed on it.
        explore_requested, reconstruct_requested: chosen in the context menu (see `offer`).
    """

    picked = Signal(int)
    activated = Signal(int)
    explore_requested = Signal(int)
    reconstruct_requested = Signal(int)

    def __init__(
        self, columns: int = 0, gap: int = 3, max_scale: int = 0, parent: QWidget | None = None
    ) -> None:
        """`columns` 0 chooses by itself; `max_scale` 0 enlarges without limit."""
        super().__init__(parent)
        self._images: list[QImage] = []
        self._captions: list[str] = []
        self._row_marks: tuple[RowMark, ...] = ()
        self._columns = columns
        self._gap = gap
        self._max_scale = max_scale
        self._selected = -1
        self._empty_text = ""
        self._offers: tuple[bool, bool] = (False, False)
        self._pressed_at, self._is_dragged = QPoint(), False
        self.carried: Callable[[int], QMimeData | None] = lambda index: None
        self.file_name = "pictures.png"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Pictures"))
        theme.notifier().changed.connect(self.update)

    # What is shown

    def set_pictures(self, pictures_array: Any | None, captions: Sequence[str] = ()) -> None:
        """Show pictures, or the empty text for None; captions stand below, also in tooltips."""
        array = () if pictures_array is None else pictures_array
        self._images = [pictures.to_image(picture) for picture in array]
        self._captions = list(captions)
        if self._selected >= len(self._images):
            self._selected = -1
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there are no pictures."""
        self._empty_text = text
        self.update()

    def set_columns(self, columns: int) -> None:
        """A fixed number of columns; 0 chooses by itself."""
        self._columns = columns
        self.update()

    def set_row_marks(self, marks: Sequence[RowMark]) -> None:
        """Words and colours left of the rows, over and over from the top."""
        self._row_marks = tuple(marks)
        self.update()

    def offer(self, *, explore: bool = False, reconstruct: bool = False) -> None:
        """Which pages the context menu offers for a picture."""
        self._offers = (explore, reconstruct)

    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._images)

    def image(self, index: int) -> QImage:
        """One picture, one pixel per pixel."""
        return self._images[index]

    @property
    def selected(self) -> int:
        """The highlighted picture, or -1."""
        return self._selected

    def select(self, index: int) -> None:
        """Highlight a picture (-1: none) without a signal."""
        self._selected = index if 0 <= index < len(self._images) else -1
        self.update()

    # Where it is shown

    def columns(self) -> int:
        """How many pictures stand side by side now."""
        if self._columns:
            return min(self._columns, max(len(self._images), 1))
        if not self._images:
            return 1
        size = (self.width() + self._gap, self.height() + self._gap)
        first = self._images[0]
        cell = (first.width() + self._gap, first.height() + self._gap + self._caption_height())
        return best_columns(len(self._images), size, cell)

    def picture_rect(self, index: int) -> QRectF:
        """Where picture `index` is drawn."""
        left, top, width, height = self._layout()
        row, column = divmod(index, self.columns())
        below = self._caption_height()
        return QRectF(
            left + column * (width + self._gap), top + row * (height + self._gap + below),
            width, height,
        )  # fmt: skip

    def index_at(self, position: QPoint) -> int:
        """The picture at a position, or -1."""
        for index in range(len(self._images)):
            if self.picture_rect(index).contains(position):
                return index
        return -1

    def _caption_height(self) -> int:
        return theme.px(CAPTION_HEIGHT) if self._captions else 0

    def _layout(self) -> tuple[float, float, float, float]:
        """Left and top of the grid, width and height of one picture."""
        columns = self.columns()
        rows = math.ceil(len(self._images) / columns)
        ratio = self.devicePixelRatioF()
        first, gap, below = self._images[0], self._gap, self._caption_height()
        side = marks_width(self._row_marks)
        room = (self.width() - side - 4 + gap) / columns - gap
        room_down = (self.height() - 4 + gap) / rows - gap - below
        scale = min(
            pictures.whole_scale(room, first.width(), ratio),
            pictures.whole_scale(room_down, first.height(), ratio),
        )
        if self._max_scale:
            scale = min(scale, self._max_scale)
        width, height = first.width() * scale, first.height() * scale
        wide, side = columns * (width + gap) - gap, marks_width(self._row_marks, height)
        left = min((self.width() + side - wide) / 2, self.width() - wide)
        top = (self.height() - rows * (height + gap + below) + gap) / 2
        return round(left * ratio) / ratio, round(top * ratio) / ratio, width, height

    # Acts

    def copy_selected(self) -> None:
        """Put the highlighted picture on the clipboard."""
        if self._selected >= 0:
            pictures.copy_image(self._images[self._selected])

    def sheet(self, multiple: int = 1) -> QImage:
        """All pictures in one image."""
        return pictures.grid_image(self._images, self.columns(), multiple)

    def _pick(self, index: int) -> None:
        self._selected = index
        self.update()
        self.picked.emit(index)

    def _save(self, image: QImage, index: int) -> None:
        pictures.save_image(self, image, f"{index:03d}_{self.file_name}")

    def _save_all(self) -> None:
        pictures.save_image(self, self.sheet(), self.file_name)

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = theme.tokens()
        if not self._images:
            painter.setPen(QColor(colors.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, self._empty_text)
            return
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        columns, (left, top, width, height) = self.columns(), self._layout()
        below = self._caption_height()
        for index, image in enumerate(self._images):
            row, column = divmod(index, columns)
            x, y = left + column * (width + self._gap), top + row * (height + self._gap + below)
            pictures.draw_picture(painter, QRectF(x, y, width, height), image, is_smooth=False)
            if index < len(self._captions):
                place = QRectF(x - self._gap, y + height, width + 2 * self._gap, below)
                self._draw_caption(painter, place, self._captions[index])
        rows = math.ceil(len(self._images) / columns)
        first = QRectF(left, top, width, height)
        draw_row_marks(painter, self._row_marks, first, rows, height + self._gap + below)
        self._draw_selection(painter)

    def _draw_caption(self, painter: QPainter, place: QRectF, text: str) -> None:
        room = int(place.width())
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_selection(self, painter: QPainter) -> None:
        if self._selected < 0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.tokens().accent), 3 if self.hasFocus() else 2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawRoundedRect(self.picture_rect(self._selected).adjusted(-1, -1, 1, 1), 2, 2)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(event.pos())
            if index >= 0:
                caption = self._captions[index] if index < len(self._captions) else ""
                QToolTip.showText(
                    event.globalPos(), pictures.zoom_html(self._images[index], caption), self
                )
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        self._is_dragged = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # Not at the press: a picture that is dragged away is not gone to.
        index = self.index_at(self._pressed_at)
        is_click = event.button() == Qt.MouseButton.LeftButton and not self._is_dragged
        if is_click and index >= 0 and index == self.index_at(event.position().toPoint()):
            self._pick(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        index = self.index_at(self._pressed_at)
        is_left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if is_left and index >= 0 and moved >= QApplication.startDragDistance():
            self._is_dragged = True
            pictures.start_drag(self, self._images[index], self.carried(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().toPoint())
        if index >= 0:
            self.activated.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = event.key(), self.columns()
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        if key in steps and self._images:
            index = 0 if self._selected < 0 else self._selected + steps[Qt.Key(key)]
            if 0 <= index < len(self._images):
                self._pick(index)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected >= 0:
            self.activated.emit(self._selected)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._images:
            return
        index = self.index_at(event.pos())
        menu = QMenu(self)
        if index >= 0:
            image = self._images[index]  # newer ones may come while the menu is open
            menu.addAction(_("Copy"), lambda: pictures.copy_image(image))
            menu.addAction(_("Save picture …"), lambda: self._save(image, index))
            if self._offers[0]:
                menu.addAction(_("Open in Explore"), lambda: self.explore_requested.emit(index))
            if self._offers[1]:
                menu.addAction(
                    _("Open in Reconstruct"), lambda: self.reconstruct_requested.emit(index)
                )
            menu.addSeparator()
        menu.addAction(_("Copy all"), lambda: pictures.copy_image(self.sheet()))
        menu.addAction(_("Save all …"), self._save_all)
        menu.exec(event.globalPos())
        menu.deleteLater()
