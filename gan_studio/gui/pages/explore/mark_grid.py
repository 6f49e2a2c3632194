"""Pictures that are marked yes or no, by mouse or by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.picture_grid import PictureGrid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

WISHED_PX = 56  # about this wide is a picture, in whole multiples of its pixels
GAP = 6
BADGE = 16
KEYS: dict[int, bool | None] = {
    Qt.Key.Key_Y: True,
    Qt.Key.Key_N: False,
    Qt.Key.Key_Space: None,
    Qt.Key.Key_Backspace: None,
    Qt.Key.Key_Delete: None,
}


class MarkGrid(PictureGrid):
    """Click: yes. Right click: no. The same again: neither. Y and N mark and go on to the next.

    Signals:
        marked: a picture, and True, False or None.
    """

    marked = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(columns=1, gap=GAP, parent=parent)
        self._marks: list[bool | None] = []
        self.setProperty("role", "scrolled")
        self.setAccessibleName(_("Pictures to mark"))
        self.setToolTip(_("Click: yes. Right click: no. Again: neither."))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def set_marks(self, marks: Sequence[bool | None]) -> None:
        """Show these marks."""
        self._marks = list(marks)
        self._say_current()
        self.update()

    def fit_to(self, width: int) -> int:
        """Choose columns for a width; the height that is needed."""
        if not self.count():
            return 0
        picture, wished = self.image(0), theme.px(WISHED_PX)
        multiple = max(1, round(wished / picture.width()))
        # Large pictures shrink to what the columns leave them.
        scale = wished / picture.width() if picture.width() > 2 * wished else float(multiple)
        self._max_scale = multiple
        wide, high = picture.width() * scale + GAP, picture.height() * scale + GAP
        columns = max(1, int((width - 4 + GAP) // wide))
        self.set_columns(columns)
        rows = -(-self.count() // columns)
        return int(rows * high + GAP)

    def words_of(self, index: int) -> str:
        """What a picture is marked as."""
        mark = self._marks[index] if 0 <= index < len(self._marks) else None
        return {True: _("yes"), False: _("no"), None: _("not marked")}[mark]

    def _say_current(self) -> None:
        if self.selected >= 0:
            words = _("picture {number} of {count}: {mark}").format(
                number=self.selected + 1, count=self.count(), mark=self.words_of(self.selected)
            )
            self.setAccessibleDescription(words)

    def _toggle(self, index: int, value: bool) -> None:
        is_same = self._marks[index] is value
        self.marked.emit(index, None if is_same else value)

    def _pick(self, index: int) -> None:
        super()._pick(index)
        self._say_current()

    # Qt's overrides

    def event(self, event: QEvent) -> bool:
        # Keys that the page uses as well belong to the grid while it has the focus.
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent), "Qt says so"
            if event.key() in KEYS and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().toPoint())
        if index < 0:
            return
        self._pick(index)
        if event.button() == Qt.MouseButton.LeftButton:
            self._toggle(index, True)
        elif event.button() == Qt.MouseButton.RightButton:
            self._toggle(index, False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Nothing is dragged away here: a click that slips is still a mark."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in KEYS or event.modifiers():
            super().keyPressEvent(event)
            return
        if self.selected < 0 and self.count():
            self._pick(0)
        if self.selected < 0:
            return
        value = KEYS[event.key()]
        self.marked.emit(self.selected, value)
        if value is not None and self.selected + 1 < self.count():
            self._pick(self.selected + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.count():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, mark in enumerate(self._marks[: self.count()]):
            place = self.picture_rect(index)
            if mark is not None and place.intersects(QRectF(event.rect())):
                _draw_mark(painter, place, is_yes=mark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._draw_selection(painter)


def _draw_mark(painter: QPainter, place: QRectF, *, is_yes: bool) -> None:
    """A frame and a tick, or a veil and a cross: told apart without colours."""
    colors = theme.tokens()
    if is_yes:
        pen = QPen(QColor(colors.accent), 3)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(1.5, 1.5, -1.5, -1.5))
    else:
        veil = QColor(colors.surface)
        veil.setAlphaF(0.62)
        painter.fillRect(place, veil)
    side = min(theme.px(BADGE), place.width() / 2)
    badge = QRectF(place.right() - side, place.bottom() - side, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.accent if is_yes else colors.text))
    painter.drawRect(badge)
    painter.setPen(QPen(QColor(colors.on_accent if is_yes else colors.surface), side / 8))
    x, y, unit = badge.left(), badge.top(), side / 8
    at = [QPointF(x + a * unit, y + b * unit) for a, b in _SHAPES[is_yes]]
    for start, end in zip(at[::2], at[1::2], strict=True):
        painter.drawLine(start, end)


_SHAPES = {
    True: [(2, 4), (3.5, 5.8), (3.5, 5.8), (6.2, 2.2)],
    False: [(2.2, 2.2), (5.8, 5.8), (5.8, 2.2), (2.2, 5.8)],
}


class MarkScroll(QScrollArea):
    """Lets a `MarkGrid` be as high as its rows, and keeps the current picture in sight."""

    def __init__(self, grid: MarkGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = grid
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(grid)
        grid.picked.connect(self.show_picture)
        theme.notifier().changed.connect(self.fit)

    def fit(self) -> None:
        """Lay the pictures out for the width of now."""
        bar = self.verticalScrollBar().sizeHint().width()
        self.grid.setMinimumHeight(max(self.grid.fit_to(self.width() - bar), 64))

    def show_picture(self, index: int) -> None:
        """Scroll to a picture."""
        if 0 <= index < self.grid.count():
            place = self.grid.picture_rect(index).center().toPoint()
            self.ensureVisible(place.x(), place.y(), 0, theme.px(WISHED_PX))

    def sizeHint(self) -> QSize:
        return QSize(400, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
