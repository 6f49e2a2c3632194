"""One picture, as large as whole multiples allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData


class PictureView(QWidget):
    """Shows one picture, uint8 ``[C, H, W]``, centred; drag it elsewhere, right click for more.

    Attributes:
        carried: gives what a drag carries beside the picture, or None.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._painted = QImage()
        self._empty_text = ""
        self._is_smooth = False
        self._pressed_at = QPoint()
        self.carried: Callable[[], QMimeData | None] = lambda: None
        self.file_name = "picture.png"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setAccessibleName(_("Picture"))
        theme.notifier().changed.connect(self.update)

    def set_picture(self, picture: Any | None) -> None:
        """Show a picture, or the empty text for None."""
        self._image = QImage() if picture is None else pictures.to_image(picture)
        # Qt enlarges this format five times as fast, and holds Python's lock meanwhile.
        wanted = QImage.Format.Format_RGB32
        if self._image.hasAlphaChannel():
            wanted = QImage.Format.Format_ARGB32_Premultiplied
        self._painted = self._image.convertToFormat(wanted)
        self.update()

    def image(self) -> QImage:
        """What is shown, one pixel per pixel; null while empty."""
        return self._image

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no picture."""
        self._empty_text = text
        self.update()

    @property
    def is_smooth(self) -> bool:
        """Whether pixels are blended when enlarged."""
        return self._is_smooth

    def set_smooth(self, is_smooth: bool) -> None:
        """Blend pixels when enlarged, or show each as a square."""
        self._is_smooth = is_smooth
        self.update()

    def copy(self) -> None:
        """Put the picture on the clipboard, one pixel per pixel."""
        if not self._image.isNull():
            pictures.copy_image(self._image)

    def picture_rect(self) -> QRectF:
        """Where the picture is drawn."""
        if self._image.isNull():
            return QRectF()
        ratio = self.devicePixelRatioF()
        scale = min(
            pictures.whole_scale(self.width(), self._image.width(), ratio),
            pictures.whole_scale(self.height(), self._image.height(), ratio),
        )
        width, height = self._image.width() * scale, self._image.height() * scale
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        # On the grid of device pixels, or every pixel's edge would be blurred.
        return QRectF(round(left * ratio) / ratio, round(top * ratio) / ratio, width, height)

    def sizeHint(self) -> QSize:
        return QSize(280, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(QPen(QColor(theme.tokens().muted)))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self._empty_text)
            return
        pictures.draw_picture(
            painter, self.picture_rect(), self._painted, is_smooth=self._is_smooth
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        is_left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if is_left and moved >= QApplication.startDragDistance() and not self._image.isNull():
            pictures.start_drag(self, self._image, self.carried())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._image.isNull():
            return
        menu = QMenu(self)
        menu.addAction(_("Copy"), self.copy)
        menu.addAction(_("Save as …"), self._on_save)
        smooth = menu.addAction(_("Smooth"))
        smooth.setCheckable(True)
        smooth.setChecked(self._is_smooth)
        smooth.toggled.connect(self.set_smooth)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _on_save(self) -> None:
        pictures.save_image(self, self._image, self.file_name)
