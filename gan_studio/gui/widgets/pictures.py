"""uint8 arrays as Qt images, and what can be done with one: copy, save, drag, show enlarged."""

from __future__ import annotations

import base64
import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMimeData,
    QPoint,
    QRectF,
    QStandardPaths,
    Qt,
)
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QImageWriter, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from gan_studio.core.i18n import _

ZOOM_PX = 168  # about this wide is the enlarged picture under the pointer
StandardLocation = QStandardPaths.StandardLocation
FILE_FILTER = "PNG (*.png)"


def to_image(picture: Any) -> QImage:
    """A picture, uint8 ``[C, H, W]`` with 1, 3 or 4 channels, as an image that owns its pixels."""
    channels, height, width = picture.shape
    formats = {
        1: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }
    if channels not in formats:
        picture, channels = picture[:1], 1
    pixels = picture.transpose(1, 2, 0).tobytes()
    return QImage(pixels, width, height, width * channels, formats[channels]).copy()


def to_array(image: QImage) -> Any:
    """An image of any format as uint8 ``[H, W, 4]``: red, green, blue, opacity."""
    import numpy as np

    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()


def whole_scale(space: float, extent: float, ratio: float = 1.0) -> float:
    """The largest scale at which `extent` pixels fill whole device pixels within `space`.

    Below one device pixel per pixel the scale is fractional.
    """
    scale = max(space, 1.0) * ratio / max(extent, 1.0)
    return (math.floor(scale) if scale >= 1 else scale) / ratio


def draw_picture(painter: QPainter, target: QRectF, image: QImage, *, is_smooth: bool) -> None:
    """Draw an image: nearest neighbour, unless it is wanted smooth or has to shrink."""
    ratio = painter.device().devicePixelRatioF()
    shrinks = target.width() * ratio < image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth or shrinks)
    painter.drawImage(target, image)


def enlarged(image: QImage, multiple: int, *, is_smooth: bool = False) -> QImage:
    """The image `multiple` times as large."""
    if multiple == 1:
        return image
    mode = Qt.TransformationMode
    return image.scaled(
        image.width() * multiple,
        image.height() * multiple,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        mode.SmoothTransformation if is_smooth else mode.FastTransformation,
    )


def png_bytes(image: QImage) -> bytes:
    """The image as a PNG file; safe in any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def zoom_html(image: QImage, caption: str = "") -> str:
    """A tooltip that shows the image enlarged by a whole multiple, with a line below it."""
    from html import escape

    multiple = max(1, round(ZOOM_PX / max(image.width(), image.height(), 1)))
    data = base64.b64encode(png_bytes(enlarged(image, multiple))).decode()
    words = f"<br>{escape(caption)}" if caption else ""
    return f'<img src="data:image/png;base64,{data}">{words}'


def copy_image(image: QImage) -> None:
    """Put an image on the clipboard."""
    QGuiApplication.clipboard().setImage(image)


def default_file(name: str, place: StandardLocation = StandardLocation.PicturesLocation) -> str:
    """A path for a new file in the person's pictures folder, or at home where there is none."""
    folder = Path(QStandardPaths.writableLocation(place))
    return str((folder if folder.is_dir() else Path.home()) / name)


def ask_path(parent: QWidget, title: str, name: str, kinds: str = FILE_FILTER) -> Path | None:
    """Ask where to save a file; None where it is not wanted after all.

    A name that is typed without an ending gets that of `name`, which is offered.
    """
    path, _chosen = QFileDialog.getSaveFileName(parent, title, default_file(name), kinds)
    if not path:
        return None
    return Path(path) if Path(path).suffix else Path(f"{path}{Path(name).suffix}")


def save_image(parent: QWidget, image: QImage, name: str) -> str:
    """Ask where to save an image; returns the path, or "" when it was not saved."""
    path = ask_path(parent, _("Save picture"), name)
    return str(path) if path is not None and image.save(str(path)) else ""


def start_drag(
    source: QWidget,
    image: QImage,
    mime: QMimeData | None = None,
    actions: Qt.DropAction = Qt.DropAction.CopyAction,
) -> None:
    """Begin dragging an image; another slot or program receives it at its own size.

    `mime` is what else is carried: places, text. A null image is left out.
    """
    drag = QDrag(source)
    mime = QMimeData() if mime is None else mime
    if not image.isNull():
        mime.setImageData(image)
        multiple = max(1, 56 // max(image.width(), image.height(), 1))
        drag.setPixmap(QPixmap.fromImage(enlarged(image, multiple)))
        drag.setHotSpot(QPoint(8, 8))
    drag.setMimeData(mime)
    drag.exec(actions)


def grid_image(images: list[QImage], columns: int, multiple: int, gap: int = 2) -> QImage:
    """All images in one, `columns` side by side, on a transparent ground."""
    if not images:
        return QImage()
    rows = math.ceil(len(images) / columns)
    width, height = images[0].width() * multiple, images[0].height() * multiple
    sheet = QImage(
        columns * (width + gap) - gap,
        rows * (height + gap) - gap,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        painter.drawImage(column * (width + gap), row * (height + gap), enlarged(image, multiple))
    painter.end()
    return sheet
