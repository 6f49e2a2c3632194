"""Drawings of models, taken away: copied, or saved as a picture or as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.widgets.pictures import default_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FILE_FILTER = N_("Picture (*.png);;Drawing (*.svg)")
FINER = 2  # a picture has so many dots for one of the screen
MARGIN = 16  # around what is saved, and between one drawing and the next


class Drawn(Protocol):
    """What a drawing must be able to do."""

    def size(self) -> QSize:
        """How large it is on the screen."""

    def words(self) -> str:
        """The same in sentences."""

    def paint_alone(self, painter: QPainter) -> None:
        """Paint from (0, 0)."""


def as_image(drawings: Sequence[Drawn]) -> QImage:
    """Drawings below each other, on the ground of a card."""
    image = QImage(_extent(drawings) * FINER, QImage.Format.Format_RGB32)
    image.fill(theme.tokens().surface)
    painter = QPainter(image)
    painter.scale(FINER, FINER)
    _paint(painter, drawings)
    painter.end()
    return image


def write_svg(drawings: Sequence[Drawn], path: str) -> bool:
    """Write drawings below each other as lines and words; whether it worked."""
    extent = _extent(drawings)
    generator = QSvgGenerator()
    generator.setFileName(path)
    generator.setSize(extent)
    generator.setViewBox(QRect(QPoint(), extent))
    generator.setTitle(_("Drawing of the model"))
    generator.setDescription(_words(drawings))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    painter.fillRect(QRect(QPoint(), extent), QColor(theme.tokens().surface))
    _paint(painter, drawings)
    return painter.end()


def copy(drawings: Sequence[Drawn]) -> None:
    """Put drawings on the clipboard, as a picture and in words."""
    data = QMimeData()
    data.setImageData(as_image(drawings))
    data.setText(_words(drawings))
    QGuiApplication.clipboard().setMimeData(data)


def save(parent: QWidget, drawings: Sequence[Drawn]) -> str:
    """Ask where to save drawings; the path, or "" where nothing was saved."""
    path, chosen = QFileDialog.getSaveFileName(
        parent, _("Save the drawing"), default_file("model.png"), _(FILE_FILTER)
    )
    if not path:
        return ""
    if "." not in path.replace("\\", "/").rsplit("/", 1)[-1]:
        path += ".svg" if "svg" in chosen else ".png"
    is_vector = path.lower().endswith(".svg")
    is_saved = write_svg(drawings, path) if is_vector else as_image(drawings).save(path)
    return path if is_saved else ""


def take_away_menu(parent: QWidget, drawings: Sequence[Drawn]) -> QMenu:
    """A menu to copy and to save."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)

    def add(text: str, tooltip: str, slot: Callable[[], object]) -> None:
        menu.addAction(text, slot).setToolTip(tooltip)

    add(_("Copy the drawing"), _("As a picture, and in words."), lambda: copy(drawings))
    add(
        _("Save the drawing …"),
        _("As a picture (PNG), or as lines and words that stay sharp at any size (SVG)."),
        lambda: save(parent, drawings),
    )
    return menu


def _extent(drawings: Sequence[Drawn]) -> QSize:
    width = max((item.size().width() for item in drawings), default=0)
    height = sum(item.size().height() + MARGIN for item in drawings)
    return QSize(width + 2 * MARGIN, height + MARGIN)


def _paint(painter: QPainter, drawings: Sequence[Drawn]) -> None:
    painter.translate(MARGIN, MARGIN)
    for item in drawings:
        item.paint_alone(painter)
        painter.translate(0, item.size().height() + MARGIN)


def _words(drawings: Sequence[Drawn]) -> str:
    return "\n".join(item.words() for item in drawings)
