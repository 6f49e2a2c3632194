"""A window on drawings of models that scrolls where there is not room for all of them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gan_studio.gui import theme
from gan_studio.gui.widgets.net_drawing import NetDrawing

LEAST = 90  # px of height: with less nothing can be seen


class NetScroll(QScrollArea):
    """Drawings below each other. What the arrow keys point at is brought into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * theme.GAP)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._inside)
        self.drawings: list[NetDrawing] = []

    def set_count(self, count: int) -> None:
        """Have so many drawings; the first ones stay what they are."""
        while len(self.drawings) > count:
            drawing = self.drawings.pop()
            self._column.removeWidget(drawing)
            drawing.hide()
            drawing.deleteLater()
        while len(self.drawings) < count:
            drawing = NetDrawing()
            drawing.pointed.connect(self._on_pointed)
            self._column.addWidget(drawing)
            self.drawings.append(drawing)

    def _on_pointed(self, area: QRectF) -> None:
        drawing = self.sender()
        if isinstance(drawing, NetDrawing):
            place = drawing.mapTo(self._inside, area.center().toPoint())
            margins = round(area.width() / 2), round(area.height() / 2)
            self.ensureVisible(place.x(), place.y(), *margins)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(LEAST), theme.px(LEAST))

    def sizeHint(self) -> QSize:
        hint = self._inside.minimumSizeHint()
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(hint.width(), hint.height() + bar)
