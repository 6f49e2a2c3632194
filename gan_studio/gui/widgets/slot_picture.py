"""The picture of a slot for places: it is dropped on, dragged from, and filled by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from gan_studio.gui import theme
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.place_mime import carrying, has_places

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gan_studio.inference.places import Place

SIDE = 72
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class SlotPicture(PictureView):
    """Shows one place; only says what is wanted of it.

    Attributes:
        place: what is dragged and copied from here, or None.
        takes: whether places can be dropped and pasted here.

    Signals:
        given: a `QMimeData` was dropped or pasted.
        here_asked, clear_asked, go_asked: by key or double click.
        menu_asked: where the menu is wanted, on the screen.
    """

    given = Signal(object)
    here_asked = Signal()
    clear_asked = Signal()
    go_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, *, takes: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place: Place | None = None
        self.takes = takes
        self._is_aimed_at = False
        self._badge = ("", "")
        self.carried = lambda: carrying(self.place)
        self.setAcceptDrops(takes)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(SIDE, SIDE)

    def set_badge(self, words: str, short: str) -> None:
        """A few words on the lower edge, or `short` where they would cover the picture."""
        self._badge = (words, short)
        self.update()

    def copy(self) -> None:
        """Put the place on the clipboard: as text, and as a picture where one is wanted."""
        mime = self.carried()
        if mime is not None:
            mime.setImageData(self.image())
            QGuiApplication.clipboard().setMimeData(mime)

    def paste(self) -> None:
        """Take what is on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if self.takes and mime is not None:
            self.given.emit(mime)

    def _aim(self, *, is_aimed_at: bool) -> None:
        self._is_aimed_at = is_aimed_at
        self.update()

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 16, SIDE + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.hasFocus() or self._is_aimed_at
        is_open = self.place is None or self._is_aimed_at
        style = Qt.PenStyle.DashLine if is_open and self.takes else Qt.PenStyle.SolidLine
        line = colors.accent if is_marked else colors.border
        painter.setPen(QPen(QColor(line), 2 if is_marked else 1, style))
        painter.setBrush(QColor(colors.soft))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, theme.RADIUS_FIELD, theme.RADIUS_FIELD)
        painter.end()
        super().paintEvent(event)
        if self._badge[0]:
            self._paint_badge(QPainter(self))

    def _paint_badge(self, painter: QPainter) -> None:
        colors, font = theme.tokens(), painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        words, place = self._badge[0], self._badge_place(painter.fontMetrics(), self._badge[0])
        if place.top() < self.picture_rect().bottom():
            words, place = self._badge[1], self._badge_place(painter.fontMetrics(), self._badge[1])
            place.moveRight(self.width() - 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(place, theme.RADIUS_FIELD, theme.RADIUS_FIELD)
        painter.setPen(QColor(colors.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _badge_place(self, font: QFontMetrics, words: str) -> QRectF:
        size = font.size(0, words)
        place = QRectF(0, 0, size.width() + 10, size.height() + 4)
        place.moveCenter(QPointF(self.width() / 2, self.height() - place.height() / 2 - 3))
        return place

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.go_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.takes and has_places(event.mimeData()) and event.source() is not self:
            self._aim(is_aimed_at=True)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aim(is_aimed_at=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._aim(is_aimed_at=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.given.emit(event.mimeData())

    def event(self, event: QEvent) -> bool:
        # The page has the same keys for its own picture; here they mean this one.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = QKeySequence.StandardKey
            if event.matches(keys.Copy) or event.matches(keys.Paste):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif key in _ENTER and self.takes:
            self.here_asked.emit()
        elif key in _DELETE and self.takes:
            self.clear_asked.emit()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
