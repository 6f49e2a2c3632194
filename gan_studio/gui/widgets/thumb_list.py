"""Thumbnails that scroll: click, rename, put into another order, drag away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.place_mime import has_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData

SIDE, GAP, CAPTION = 64, 8, 16
LOW_WINDOW = 640  # a lower one has room for one row
Index = QModelIndex | QPersistentModelIndex
THUMB = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Thumb:
    """One picture of the list.

    Attributes:
        key: tells it apart from the others.
        image: null where there is none yet.
        name: what stands below it, and what F2 changes.
        words: a line for its tooltip.
        is_marked: the one that is shown elsewhere now.
        is_odd: it cannot be gone to; drawn pale and crossed.
    """

    key: Any
    image: QImage
    name: str = ""
    words: str = ""
    is_marked: bool = False
    is_odd: bool = False


class ThumbModel(QAbstractListModel):
    """The pictures in their order."""

    renamed = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.thumbs: list[Thumb] = []
        self.is_editable = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.thumbs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        thumb = self.thumbs[index.row()]
        if role == THUMB:
            return thumb
        if role == Qt.ItemDataRole.EditRole:
            return thumb.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return thumb.name or thumb.words
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        thumb = self.thumbs[index.row()]
        if value != thumb.name:
            self.renamed.emit(thumb.key, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if self.is_editable else flags


class ThumbDelegate(QStyledItemDelegate):
    """Paints a picture at a whole multiple, its name, and what is chosen."""

    has_names = False
    side = SIDE - 8  # of a picture as it is drawn

    def fit_to(self, image: QImage) -> None:
        """Leave as much room as a picture needs at a whole multiple."""
        extent = max(image.width(), image.height(), 1)
        self.side = min(SIDE, extent * max(1, SIDE // extent))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell()

    def cell(self) -> QSize:
        """The room of one picture with its gap."""
        below = theme.px(CAPTION) if self.has_names else 0
        return QSize(self.side + GAP, self.side + GAP + below)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        thumb: Thumb = index.data(THUMB)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        place = self._picture_rect(rect, thumb.image)
        painter.setOpacity(0.35 if thumb.is_odd else 1.0)
        if thumb.image.isNull():
            painter.fillRect(place, QColor(theme.tokens().soft))
        else:
            pictures.draw_picture(painter, place, thumb.image, is_smooth=False)
        painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if thumb.is_odd:
            painter.setPen(QPen(QColor(theme.tokens().warning), 1.5))
            painter.drawLine(place.bottomLeft(), place.topRight())
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        if is_chosen or thumb.is_marked or has_focus:
            self._frame(painter, place, thumb, is_chosen=is_chosen or has_focus)
        if self.has_names:
            self._caption(painter, rect, thumb.name)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(_("Name"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Wider than the picture, within the list."""
        rect: QRect = option.rect
        holder = editor.parentWidget()
        room = rect.width() if holder is None else holder.width()
        width = min(room, theme.px(160))
        height = editor.sizeHint().height()
        left = max(0, min(rect.left(), room - width))
        editor.setGeometry(left, max(0, rect.bottom() - height), width, height)

    def _picture_rect(self, rect: QRect, image: QImage) -> QRectF:
        extent = max(image.width(), image.height(), 1)
        scale = self.side if image.isNull() else pictures.whole_scale(self.side, extent)
        width, height = max(1, image.width()) * scale, max(1, image.height()) * scale
        room = self.side + GAP
        left, top = rect.left() + (room - width) / 2, rect.top() + (room - height) / 2
        return QRectF(left, top, width, height)

    def _frame(self, painter: QPainter, place: QRectF, thumb: Thumb, *, is_chosen: bool) -> None:
        pen = QPen(QColor(theme.tokens().accent), 2)
        if not is_chosen:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 2, 2)
        if thumb.is_marked:  # a second cue: a dot at its foot
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tokens().accent))
            painter.drawEllipse(QRectF(place.center().x() - 4, place.bottom() - 5, 8, 8))

    def _caption(self, painter: QPainter, rect: QRect, name: str) -> None:
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens().muted))
        room = self.side + GAP
        below = QRect(rect.left() + 1, rect.top() + room - 2, room - 2, theme.px(CAPTION))
        words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)


class ThumbList(QListView):
    """A row of pictures that scrolls sideways, or as many rows as there is room for.

    Signals:
        went: the key of a picture that was clicked, or Enter pressed on it.
        renamed: a key and its new name.
        moved: keys that were dragged, and the place (0 is the first) that they shall stand before.
        dropped: what was dragged here from elsewhere.
        deleted: keys, by the Delete key.
        menu_requested: a global position; `chosen` are the keys that it is for.
    """

    went = Signal(object)
    renamed = Signal(object, str)
    moved = Signal(list, int)
    dropped = Signal(object)
    deleted = Signal(list)
    menu_requested = Signal(QPoint)

    def __init__(self, name: str, *, rows: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._can_order = False
        self._mime: Callable[[list[Any]], QMimeData | None] = lambda keys: None
        self.thumbs = ThumbModel(self)
        self.paint = ThumbDelegate(self)
        self.setModel(self.thumbs)
        self.setItemDelegate(self.paint)
        self.paint.closeEditor.connect(lambda: self.setFocus())  # the next key is for the list
        self.setAccessibleName(name)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(rows > 1)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        scroll = QAbstractItemView.ScrollMode.ScrollPerPixel
        self.setHorizontalScrollMode(scroll)
        self.setVerticalScrollMode(scroll)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        (self.setHorizontalScrollBarPolicy if rows > 1 else self.setVerticalScrollBarPolicy)(off)
        self.clicked.connect(self._on_clicked)
        self.thumbs.renamed.connect(self.renamed)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    # What is shown

    def set_thumbs(self, thumbs: Sequence[Thumb]) -> None:
        """Show these; what was chosen and is still there stays chosen."""
        if list(thumbs) == self.thumbs.thumbs:
            return
        keys, current = set(self.chosen()), self.current()
        self.thumbs.beginResetModel()
        self.thumbs.thumbs = list(thumbs)
        self.thumbs.endResetModel()
        self.paint.has_names = any(thumb.name for thumb in thumbs) and self._rows > 1
        seen = next((thumb.image for thumb in thumbs if not thumb.image.isNull()), None)
        if seen is not None:
            self.paint.fit_to(seen)
        self._restore(keys, current)
        self._fit()

    def let(self, *, rename: bool = False, order: bool = False) -> None:
        """What a person may change here."""
        self.thumbs.is_editable, self._can_order = rename, order
        mode = QAbstractItemView.DragDropMode
        self.setDragDropMode(mode.DragDrop if order else mode.DragOnly)
        self.setDropIndicatorShown(order)

    def carry(self, mime: Callable[[list[Any]], QMimeData | None]) -> None:
        """What a drag of some keys takes along."""
        self._mime = mime

    def chosen(self) -> list[Any]:
        """Keys of the chosen pictures, in their order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.thumbs.thumbs[row].key for row in rows]

    def current(self) -> Any:
        """The key that keys act on, None where there is none."""
        index = self.currentIndex()
        return self.thumbs.thumbs[index.row()].key if index.isValid() else None

    def choose(self, keys: Sequence[Any]) -> None:
        """Choose these and bring the last into sight."""
        self._restore(set(keys), keys[-1] if keys else None)
        if keys and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def show_marked(self) -> None:
        """Bring the marked picture into sight."""
        for row, thumb in enumerate(self.thumbs.thumbs):
            if thumb.is_marked:
                self.scrollTo(self.thumbs.index(row), QListView.ScrollHint.PositionAtCenter)

    def rename_current(self) -> None:
        """Type another name."""
        if self.thumbs.is_editable and self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def _restore(self, keys: set[Any], current: Any) -> None:
        choices, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        choices.clear()
        for row, thumb in enumerate(self.thumbs.thumbs):
            if thumb.key in keys:
                choices.select(self.thumbs.index(row), flag.Select)
            if thumb.key == current:
                choices.setCurrentIndex(self.thumbs.index(row), flag.NoUpdate)

    def _fit(self) -> None:
        """As high as its rows, at most `rows`; a list beside it must not make it jump."""
        cell = self.paint.cell()
        self.setGridSize(cell)
        bar = 0 if self._rows > 1 else 12
        self.setFixedHeight(cell.height() * self._shown_rows() + bar + 2)

    def _shown_rows(self) -> int:
        across = max(1, (self.viewport().width() or 1) // self.paint.cell().width())
        is_low = self.window().height() < theme.px(LOW_WINDOW)
        most = 1 if is_low else self._rows
        return min(most, max(1, -(-len(self.thumbs.thumbs) // across)))

    def _on_clicked(self, index: QModelIndex) -> None:
        self.went.emit(self.thumbs.thumbs[index.row()].key)

    # Qt's overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        elif key == Qt.Key.Key_Delete and self.chosen():
            self.deleted.emit(self.chosen())
        elif key == Qt.Key.Key_F2:
            self.rename_current()
        elif key == Qt.Key.Key_Space or (event.text().isprintable() and event.text()):
            event.ignore()  # Space is the page's; letters would search by name
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            if index.isValid():
                thumb = self.thumbs.thumbs[index.row()]
                words = " · ".join(part for part in (thumb.name, thumb.words) if part)
                html = words if thumb.image.isNull() else pictures.zoom_html(thumb.image, words)
                QToolTip.showText(event.globalPos(), html, self)
                return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if self._rows > 1:
            self._fit()

    def wheelEvent(self, event: Any) -> None:
        if self._rows > 1 or event.angleDelta().x():
            super().wheelEvent(event)
            return
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y())
        event.accept()

    def startDrag(self, actions: Qt.DropAction) -> None:
        keys = self.chosen()
        mime = self._mime(keys) if keys else None
        if mime is None:
            return
        thumb = next(item for item in self.thumbs.thumbs if item.key == keys[0])
        ways = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        pictures.start_drag(self, thumb.image, mime, ways)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # draws where it would fall
        self._take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.source() is self and self._can_order:
            self.moved.emit(self.chosen(), self._place_at(event.position().toPoint()))
        elif has_places(event.mimeData()):
            self.dropped.emit(event.mimeData())
        else:
            event.ignore()
            return
        # A move would have Qt remove the rows that were dragged.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        self.viewport().update()

    def _take(self, event: QDragMoveEvent) -> None:
        is_own = event.source() is self and self._can_order
        is_wanted = is_own or (self._can_order and has_places(event.mimeData()))
        event.setAccepted(is_wanted)

    def _place_at(self, position: QPoint) -> int:
        """The row before which something falls."""
        index = self.indexAt(position)
        if not index.isValid():
            return len(self.thumbs.thumbs)
        return index.row() + int(position.x() > self.visualRect(index).center().x())
