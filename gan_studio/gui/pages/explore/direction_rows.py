"""The inspector's section with one slider for each of the model's directions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.explore.direction_menu import show_menu
from gan_studio.gui.pages.explore.direction_words import tip_of
from gan_studio.gui.widgets.elided_label import ElidedLabel
from gan_studio.gui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.widgets.field_rows import FieldRows
    from gan_studio.inference.directions import Direction

MOST_ROWS = 8  # more are scrolled to, so that what stands below stays in reach
NAME_WIDTH = 76
UNSEEN = 0.002  # of a slider that shows two decimals


class DirectionSlider(ValueSlider):
    """Filled from its middle; shows numbers beyond its ends as they are."""

    def __init__(self, reach: float, parent: QWidget | None = None) -> None:
        super().__init__("", -reach, reach, 0.0, 2, parent=parent)
        self._track.origin = 0.5

    def show_value(self, value: float) -> None:
        """Where we are, without a signal; the place may lie beyond the ends."""
        if abs(value - self._value) < UNSEEN and not self._number.isModified():
            return  # nothing to paint: every move of z comes here
        self._value = value
        self._track.set_share(self._share_of(value))
        self._show()

    def text(self) -> str:
        return f"{self._value:+.2f}"


class DirectionRow(QWidget):
    """A name and a slider.

    Attributes:
        direction: what it moves along.

    Signals:
        focused: one of its parts has the keys now.
        renamed: the name that was typed.
        menu_requested: a position on the screen.
        deleted: the Delete key.
    """

    focused = Signal()
    renamed = Signal(str)
    menu_requested = Signal(object)
    deleted = Signal()

    def __init__(self, direction: Direction, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.direction = direction
        self.name = ElidedLabel(direction.name)
        self.name.setBuddy(self)
        self.editor = QLineEdit()
        self.editor.setAccessibleName(_("New name"))
        self.editor.setToolTip(_("Enter takes the name, Escape leaves it as it was."))
        self.editor.hide()
        self.slider = DirectionSlider(direction.reach)
        tip += "\n" + _("Double click: 0. F2: rename. Del: delete. Right click: more.")
        self.slider.set_name(direction.name, tip)
        self.name.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.name)
        row.addWidget(self.editor)
        row.addWidget(self.slider, 1)
        self.setFocusProxy(self.slider)
        self.fit()
        self.editor.editingFinished.connect(self._on_typed)
        for part in (self.slider._track, self.slider._number, self.editor, self.name):
            part.installEventFilter(self)

    def fit(self) -> None:
        """Give the words as much room as the text's size asks for."""
        self.name.setFixedWidth(theme.px(NAME_WIDTH))
        self.editor.setFixedWidth(theme.px(2 * NAME_WIDTH))

    def set_current(self, is_current: bool) -> None:
        """Show whether this is the direction that is spoken of."""
        font = QFont()  # its size stays that of the window
        font.setBold(is_current)
        self.name.setFont(font)

    def rename(self) -> None:
        """Let the name be typed."""
        self.editor.setText(self.direction.name)
        self.name.hide()
        self.slider.hide()
        self.editor.show()
        self.editor.setFocus()
        self.editor.selectAll()

    def _on_typed(self) -> None:
        if not self.editor.isHidden():
            self._end_editing()
            self.renamed.emit(self.editor.text())

    def _end_editing(self) -> None:
        self.editor.hide()
        self.name.show()
        self.slider.show()
        self.slider.setFocus()

    # Qt's overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        elif watched is self.name and event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus()
        elif watched is self.editor and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent), "Qt says so"
            if event.key() == Qt.Key.Key_Escape:
                self._end_editing()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())


class DirectionRows(QWidget):
    """All sliders, and the ways to more of them.

    Signals:
        panel_wanted: the tab with the directions is asked for.
        marking_wanted: so are pictures to be marked.
    """

    panel_wanted = Signal()
    marking_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk: Directions | None = None
        self.rows: list[DirectionRow] = []
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._inside)
        self.bring_back = QPushButton()
        self.bring_back.setProperty("role", "link")
        self.bring_back.setToolTip(_("Undo the deletion: it comes back where it was."))
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)

    def _build(self) -> None:
        self.find_button = _button(
            _("PCA · SeFa"), _("Find directions that the model has by itself, in a tab of its own.")
        )
        self.mark_button = _button(
            _("Mark pictures"),
            _("Mark pictures yes or no, and get a slider from no to yes."),
        )
        self.find_button.clicked.connect(self.panel_wanted)
        self.mark_button.clicked.connect(self.marking_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.find_button, 1)
        buttons.addWidget(self.mark_button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._note)
        column.addWidget(self.area)
        column.addWidget(self.bring_back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)
        self.setAccessibleName(_("Directions of this model"))

    def use(self, desk: Directions) -> None:
        """Show what this holds."""
        self._desk = desk
        self.bring_back.clicked.connect(desk.bring_back)
        desk.changed.connect(self._on_changed)
        desk.selection_changed.connect(self._on_selection_changed)
        desk.explorer.moved.connect(self._on_moved)
        self._on_changed()

    # The desk

    def _on_changed(self) -> None:
        assert self._desk is not None, "it is used by then"
        had_focus = self._inside.isAncestorOf(QApplication.focusWidget() or self)
        self._place_rows()
        has_model = self._desk.key is not None
        self._note.setText(
            _("None yet. Find some, or mark pictures and get a slider of your own.")
            if has_model
            else _("They come with a model.")
        )
        self._note.setVisible(not self.rows)
        self.area.setVisible(bool(self.rows))
        for button in (self.find_button, self.mark_button):
            button.setEnabled(has_model)
        words = self._desk.removed_words
        self.bring_back.setVisible(bool(words))
        self.bring_back.setText(_("Bring back"))
        self.bring_back.setAccessibleName(f"{words} {_('Bring back')}")
        self.bring_back.setToolTip(f"{words} {_('Click to bring back what was there.')}")
        self._fit()
        self._column.activate()
        self._inside.adjustSize()
        self._on_moved()
        self._on_selection_changed()
        if had_focus and 0 <= self._desk.current < len(self.rows):
            self.rows[self._desk.current].setFocus()

    def _place_rows(self) -> None:
        """One row per direction; those that were there stay, since making one takes a while."""
        assert self._desk is not None, "it is used by then"
        known = {row.direction: row for row in self.rows}
        items = self._desk.items
        self.rows = [known.pop(item) if item in known else self._row(item) for item in items]
        for row in known.values():
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        for index, row in enumerate(self.rows):
            if self._column.indexOf(row) != index:
                self._column.insertWidget(index, row)
                row.show()  # at once, so that it can be scrolled to

    def _row(self, direction: Direction) -> DirectionRow:
        desk = self._desk
        assert desk is not None, "it is used by then"
        row = DirectionRow(direction, tip_of(direction, desk.catalogue))
        row.focused.connect(partial(self._on_focused, row))
        row.renamed.connect(partial(self._on_renamed, row))
        row.deleted.connect(partial(self._on_deleted, row))
        row.menu_requested.connect(partial(self._on_menu, row))
        row.slider.moved.connect(partial(self._on_slider_moved, row))
        row.slider.released.connect(desk.end_move)
        return row

    def _on_moved(self) -> None:
        assert self._desk is not None, "it is used by then"
        for row, value in zip(self.rows, self._desk.values(), strict=False):
            row.slider.show_value(value)

    def _on_selection_changed(self) -> None:
        assert self._desk is not None, "it is used by then"
        for index, row in enumerate(self.rows):
            row.set_current(index == self._desk.current)
        if 0 <= self._desk.current < len(self.rows):
            self.area.ensureWidgetVisible(self.rows[self._desk.current], 0, 4)

    def _on_focused(self, row: DirectionRow) -> None:
        assert self._desk is not None, "it is used by then"
        if row in self.rows:  # one that goes may get the keys once more
            self._desk.select(self.rows.index(row))

    def _on_renamed(self, row: DirectionRow, name: str) -> None:
        assert self._desk is not None, "it is used by then"
        if row in self.rows:  # a field that goes with its row says what was typed into it
            self._desk.rename(self.rows.index(row), name)

    def _on_deleted(self, row: DirectionRow) -> None:
        assert self._desk is not None, "it is used by then"
        if row in self.rows:
            self._desk.delete([self.rows.index(row)])

    def _on_slider_moved(self, row: DirectionRow, value: float) -> None:
        assert self._desk is not None, "it is used by then"
        if row in self.rows:
            self._desk.move(self.rows.index(row), value, is_drag=row.slider.is_dragging)

    def _on_menu(self, row: DirectionRow, position: QPoint) -> None:
        desk = self._desk
        assert desk is not None, "it is used by then"
        if row not in self.rows:
            return
        index = self.rows.index(row)
        desk.select(index)
        show_menu(desk, index, self, position, row.rename, self.panel_wanted.emit)

    # Size

    def _fit(self) -> None:
        count = min(len(self.rows), MOST_ROWS)
        if not count:
            return
        height = self.rows[0].sizeHint().height()
        self.area.setFixedHeight(count * (height + 2) + 2)

    def _on_theme_changed(self) -> None:
        for row in self.rows:
            row.fit()
        self._fit()
        if self._desk is not None:
            self._on_selection_changed()  # a new style sheet takes bold letters away


def add_directions(form: FieldRows) -> DirectionRows:
    """Put the section into an inspector."""
    form.add_section(_("Directions of this model"))
    rows = DirectionRows()
    form.add_wide(rows)
    return rows


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    button.setMinimumWidth(QFontMetrics(button.font()).horizontalAdvance(text) // 2)
    return button
