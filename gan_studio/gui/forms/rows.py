"""The rows of a form: a dot that resets, a label, an editor, and what is wrong with the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.forms.editors import (
    Editor,
    PathField,
    describe_value,
    make_editor,
    spec_tooltip,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.core.schema import FieldSpec

GAP = 6
GUTTER = 8 + GAP  # the dot's place, left of every label
EDITOR_WIDTH = 136


class Dot(QToolButton):
    """A mark that a value differs from its preset; a click brings the preset's value back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(GUTTER - GAP, 20))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(theme.tokens().accent)
        painter.setPen(color)
        is_pointed_at = self.underMouse() or self.hasFocus()
        painter.setBrush(Qt.BrushStyle.NoBrush if is_pointed_at else color)
        radius = 4.0 if is_pointed_at else 3.0
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), radius, radius)


def section_head(text: str) -> QLabel:
    """A group's name in small capitals."""
    label = QLabel(text.upper())
    label.setProperty("role", "section")
    label.setAccessibleName(text)
    label.setContentsMargins(GUTTER, 8, 0, 0)
    return label


class LabelledRow(QWidget):
    """Dot, label and any editor in one line (or in two, for wide editors)."""

    reset_clicked = Signal()

    def __init__(self, label: str, editor: QWidget, tooltip: str, is_wide: bool = False) -> None:
        super().__init__()
        self.dot = Dot()
        self.dot.clicked.connect(self._on_dot_clicked)
        self.label = QLabel(label)
        self.label.setWordWrap(True)
        self.label.setBuddy(editor)
        self.label.setToolTip(tooltip)
        self.editor = editor
        editor.setToolTip(tooltip)
        editor.setAccessibleName(label)
        editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._problem = QLabel()
        self._problem.setProperty("role", "warning")
        self._problem.setWordWrap(True)
        self._problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.dot, 0, 0)
        grid.addWidget(self.label, 0, 1)
        if is_wide:
            grid.addWidget(editor, 1, 1, 1, 2)
        else:
            grid.addWidget(editor, 0, 2)
        grid.addWidget(self._problem, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, theme.px(EDITOR_WIDTH))

    def show_dot(self, is_changed: bool, reference: str = "") -> None:
        """Mark the value as changed from `reference` (in words), or as unchanged."""
        self.dot.setVisible(is_changed)
        words = _("Changed from {reference}. Click to go back.").format(reference=reference)
        self.dot.setToolTip(words)
        self.dot.setAccessibleName(f"{self.label.text()}: {words}")

    def show_problem(self, text: str) -> None:
        """Say below the editor what is wrong; "" says nothing."""
        if bool(text) != bool(self._problem.text()):
            self.editor.setProperty("problem", bool(text))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _on_dot_clicked(self) -> None:
        self.reset_clicked.emit()


class ValueRow(LabelledRow):
    """One value field."""

    changed = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        self.spec = spec
        editor: Editor = make_editor(spec)
        super().__init__(_(spec.label), editor, spec_tooltip(spec), isinstance(editor, PathField))
        self._field = editor
        self._reference: Any = spec.default
        editor.setAccessibleDescription(_(spec.help))
        editor.set_value(spec.default)
        editor.changed.connect(self._on_changed)
        self.reset_clicked.connect(self._on_reset_clicked)

    def value(self) -> Any:
        return self._field.value()

    def set_value(self, value: Any) -> None:
        if value != self._field.value():
            self._field.set_value(value)
        self._update_dot()

    def set_reference(self, reference: Any) -> None:
        self._reference = reference
        self._field.set_reset_value(reference)
        self._update_dot()

    def set_read_only(self, is_read_only: bool) -> None:
        self._field.setEnabled(not is_read_only)
        self.dot.setEnabled(not is_read_only)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        self.show_problem(problems.get("", ""))

    def changes(self) -> int:
        """How many values differ from the reference."""
        # No preset knows where somebody's files are.
        return int(not self.spec.is_path and self.value() != self._reference)

    def _update_dot(self) -> None:
        words = describe_value(self.spec, self._reference)
        self.show_dot(bool(self.changes()), words)

    def _on_changed(self) -> None:
        self._update_dot()
        self.changed.emit()

    def _on_reset_clicked(self) -> None:
        self._field.set_value(self._reference)
        self._on_changed()


class Fold(QWidget):
    """Rows that most people never need, below a line that opens them."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._button = QToolButton()
        self._button.setProperty("role", "fold")
        self._is_open = False
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setToolTip(_("Show settings that rarely need a change."))
        self._button.clicked.connect(self._on_clicked)
        self._content = QWidget()
        self.column = QVBoxLayout(self._content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        line = QHBoxLayout()
        line.setContentsMargins(GUTTER - 8, 0, 0, 0)
        line.addWidget(self._button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self._content)
        self.open(False)
        self.set_changes(0)

    @property
    def is_open(self) -> bool:
        """Whether the rows are shown."""
        return self._is_open

    def open(self, is_open: bool = True) -> None:
        """Show or fold the rows."""
        self._is_open = is_open
        arrow = Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow
        self._button.setArrowType(arrow)
        self._content.setVisible(is_open)

    def set_changes(self, count: int) -> None:
        """Say how many folded values differ from the preset."""
        words = _("{count} changed").format(count=count) if count else ""
        self._button.setText(f"{self._title} ({words})" if words else self._title)
        self._button.setAccessibleName(self._button.text())

    def _on_clicked(self) -> None:
        self.open(not self._is_open)
