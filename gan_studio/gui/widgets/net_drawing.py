"""A model as the lecture draws it, with its real sizes: to look at, to ask and to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.net_export import take_away_menu
from gan_studio.gui.widgets.net_paint import FADED, LEAST_TALL, MOST_TALL, NetPainting, Spot
from gan_studio.inference.architecture_words import describe, layer_words, net_title, shape_words

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
    )

    from gan_studio.gui.widgets.net_plan import Joint
    from gan_studio.inference.architecture import Architecture


class NetDrawing(QWidget):
    """The drawing of one model; empty without one.

    Hover, or the left and right arrow keys, tell of each layer; the context menu copies and saves.

    Signals:
        pointed: an arrow key has come to a layer, which is here in the widget.
    """

    pointed = Signal(QRectF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._architecture: Architecture | None = None
        self._painting: NetPainting | None = None
        self._title = ""
        self._largest = 0
        self._lit: Joint | None = None
        self._is_faded = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Drawing of the model"))
        theme.notifier().changed.connect(self._make)

    @property
    def architecture(self) -> Architecture | None:
        """What is drawn."""
        return self._architecture

    @property
    def title(self) -> str:
        """The words above it."""
        return self._title

    @property
    def largest(self) -> int:
        """The size at which the scale was asked to end; 0 for its own."""
        return self._largest

    @property
    def is_faded(self) -> bool:
        """Whether the drawing is of something that is no longer wanted."""
        return self._is_faded

    def set_architecture(
        self, architecture: Architecture | None, title: str = "", largest: int = 0
    ) -> None:
        """Draw this, with bars on a scale that ends at `largest` numbers."""
        self._architecture, self._title, self._largest = architecture, title, largest
        self._lit, self._is_faded = None, False
        self.setAccessibleName(title or _("Drawing of the model"))
        self._make()

    def set_faded(self, is_faded: bool) -> None:
        """Grey what is drawn: it is not what the form says."""
        self._is_faded = is_faded
        self.update()

    def words(self) -> str:
        """The whole drawing in sentences."""
        if self._architecture is None:
            return ""
        title = f"{self._title}. " if self._title else ""
        return title + describe(self._architecture)

    def words_of(self, joint: Joint) -> str:
        """What there is to say of one layer."""
        assert self._architecture is not None, "there are layers"
        net = self._architecture.nets[joint.net]
        before = net.inputs if joint.layer == 0 else net.layers[joint.layer - 1].shape
        return f"{net_title(net)}: {layer_words(net.layers[joint.layer], shape_words(before))}"

    def spots(self) -> list[Spot]:
        """Where the layers are."""
        return self._painting.spots if self._painting is not None else []

    def paint_alone(self, painter: QPainter) -> None:
        """Paint on anything, at the widget's size and with no layer lit."""
        if self._painting is not None:
            self._painting.paint(painter, self.width(), self.height(), None)

    def _make(self) -> None:
        """Everything anew: the model, colours or the text size changed."""
        self._painting = None
        if self._architecture is not None and self._architecture.nets:
            self._painting = NetPainting(
                self._architecture, self.font(), self._largest, self._title
            )
        self.setAccessibleDescription(self.words())
        self.updateGeometry()
        self.update()

    def _light(self, joint: Joint | None) -> None:
        if joint != self._lit:
            self._lit = joint
            self.setAccessibleDescription(self.words() if joint is None else self.words_of(joint))
            self.update()

    def _spot_at(self, place: QPointF) -> Spot | None:
        for spot in self.spots():
            area = spot.area.adjusted(0, -theme.px(10), 0, theme.px(10))
            if area.contains(place):
                return spot
        return None

    def _step(self, by: int) -> None:
        spots = self.spots()
        joints = [spot.joint for spot in spots]
        if not joints:
            return
        at = joints.index(self._lit) + by if self._lit in joints else (0 if by > 0 else -1)
        spot = spots[at % len(spots)]
        self._light(spot.joint)
        self.pointed.emit(spot.area)
        place = self.mapToGlobal(spot.area.bottomLeft().toPoint())
        QToolTip.showText(place, self.words_of(spot.joint), self)

    # Qt

    def sizeHint(self) -> QSize:
        if self._painting is None:
            return QSize(0, 0)
        tall = self._painting.height(theme.px(MOST_TALL))
        return QSize(round(self._painting.least_width), round(tall))

    def minimumSizeHint(self) -> QSize:
        if self._painting is None:
            return QSize(0, 0)
        tall = self._painting.height(theme.px(LEAST_TALL))
        return QSize(round(self._painting.least_width), round(tall))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._painting is None:
            return
        painter = QPainter(self)
        if self._is_faded:
            painter.setOpacity(FADED)
        self._painting.paint(painter, self.width(), self.height(), self._lit)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._light(None)
        super().focusOutEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = self._spot_at(event.position())
        self._light(None if spot is None else spot.joint)

    def leaveEvent(self, event: QEvent) -> None:
        self._light(None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        spot = self._spot_at(QPointF(event.pos()))
        if spot is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), self.words_of(spot.joint), self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._painting is None:
            return
        menu = take_away_menu(self, [self])
        menu.exec(event.globalPos())
        menu.deleteLater()
