"""The present frame of a film, as large as whole multiples allow, painted by Qt alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.canvas import DrawnCanvas

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class FilmView(DrawnCanvas):
    """Shows pictures, uint8 ``[C, H, W]``, that change many times a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._empty_text = ""
        self._is_smooth = False
        self._pressed_at = QPoint()
        self.file_name = "frame.png"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setAccessibleName(_("Film"))

    def set_picture(self, picture: Any | None) -> None:
        """Show a frame, or the empty text for None."""
        self._image = QImage() if picture is None else pictures.to_image(picture)
        self.redraw()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no film."""
        self._empty_text = text
        self.redraw()

    def set_smooth(self, is_smooth: bool) -> None:
        """Blend pixels when enlarged, or show each as a square."""
        self._is_smooth = is_smooth
        self.redraw()

    def frame(self) -> QImage:
        """What is shown, one pixel per pixel; null while empty."""
        return self._image

    def redraw(self) -> None:
        if not self.isVisible():
            return
        self.begin()
        if not self._image.isNull():
            area = self._area()
            is_small = area.width() < self._image.width()
            self.image(area, self._image, is_smooth=self._is_smooth or is_small)
        elif self._empty_text:
            self.use_font(theme.BODY)
            color, align = QColor(theme.tokens().muted), Qt.AlignmentFlag.AlignCenter
            lines = self._empty_text.split("\n")
            height = theme.px(20)
            top = self.height() / 2 - height * len(lines) / 2
            for number, line in enumerate(lines):
                place = QRectF(0, top + number * height, self.width(), height)
                self.text(place, line, color, align)
        self.end()

    def _area(self) -> QRectF:
        ratio = self.devicePixelRatioF()
        wide, high = self._image.width(), self._image.height()
        scale = min(
            pictures.whole_scale(self.width(), wide, ratio),
            pictures.whole_scale(self.height(), high, ratio),
        )
        left, top = (self.width() - wide * scale) / 2, (self.height() - high * scale) / 2
        left, top = round(left * ratio) / ratio, round(top * ratio) / ratio
        return QRectF(left, top, wide * scale, high * scale)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        is_left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if is_left and moved >= QApplication.startDragDistance() and not self._image.isNull():
            pictures.start_drag(self, self._image)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._image.isNull():
            return
        image = self._image.copy()  # it may play on
        menu = QMenu(self)
        menu.addAction(_("Copy this frame"), lambda: pictures.copy_image(image))
        menu.addAction(
            _("Save this frame …"), lambda: pictures.save_image(self, image, self.file_name)
        )
        menu.exec(event.globalPos())
        menu.deleteLater()
