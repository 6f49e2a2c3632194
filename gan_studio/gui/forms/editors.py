"""Editors for single values: each has `value`, `set_value`, `set_reset_value` and `changed`."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui.forms.numbers import NumberField, format_number
from gan_studio.gui.widgets.drop_down import DropDown

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent

    from gan_studio.core.schema import FieldSpec


class Pick(DropDown):
    """A choice that fits a narrow inspector; a passing wheel does not change it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMaxVisibleItems(20)
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: list[tuple[Any, str, str]]) -> None:
        """Offer these: value, words, what it does."""
        kept = self.value()
        self.clear()
        for value, words, help_text in choices:
            self.addItem(words, value)
            tip = as_tooltip(words, help_text) if help_text else ""
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.set_value(kept)

    def value(self) -> Any:
        """The chosen value."""
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Choose without a signal; a value that is not offered is added as it is."""
        index = self.findData(value)
        if index < 0 and value is not None:
            self.addItem(str(value), value)
            index = self.count() - 1
        self.setCurrentIndex(index)

    def set_reset_value(self, value: Any) -> None:
        """A choice resets by its dot alone."""

    def _on_activated(self, _index: int) -> None:
        self.changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        before = self.currentIndex()
        super().wheelEvent(event)
        if self.currentIndex() != before:
            self.changed.emit()


class Tick(QCheckBox):
    """Yes or no."""

    changed = Signal()

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self._on_clicked)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Tick without a signal."""
        self.setChecked(bool(value))

    def set_reset_value(self, value: Any) -> None:
        """A tick resets by its dot alone."""

    def _on_clicked(self, _is_checked: bool) -> None:
        self.changed.emit()


class TextField(QLineEdit):
    """Words."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self._on_text_edited)

    def value(self) -> str:
        """What is written."""
        return self.text()

    def set_value(self, value: str) -> None:
        """Write without a signal."""
        if self.text() != value:
            self.setText(value)

    def set_reset_value(self, value: Any) -> None:
        """Words reset by their dot alone."""

    def _on_text_edited(self, _text: str) -> None:
        self.changed.emit()


class PathField(QWidget):
    """A folder or file: typed, browsed for, or dropped."""

    changed = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._edit = TextField()
        self._edit.setPlaceholderText(_("Choose or drop a folder"))
        self._edit.setAcceptDrops(False)  # it would insert the URL as text
        self._edit.setAccessibleName(label)
        self._edit.changed.connect(self._on_edited)
        self._browse = QPushButton(_("Browse …"))
        self._browse.setToolTip(_("Choose a folder on this computer."))
        self._browse.setAccessibleName(_("Browse for {what}").format(what=label))
        self._browse.clicked.connect(self._on_browse_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._edit, 1)
        row.addWidget(self._browse)
        self.setAcceptDrops(True)
        self.setFocusProxy(self._edit)

    def value(self) -> str:
        """The path as typed, with ``~`` expanded."""
        return os.path.expanduser(self._edit.text().strip())

    def set_value(self, value: str) -> None:
        """Show a path without a signal."""
        if self.value() != value:
            self._edit.set_value(value)
        self._edit.setToolTip(value)

    def set_reset_value(self, value: Any) -> None:
        """A path resets by its dot alone."""

    def _take(self, path: str) -> None:
        if path:
            self.set_value(path)
            self.changed.emit()

    def _on_edited(self) -> None:
        self.changed.emit()

    def _on_browse_clicked(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self, self._label, self.value()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self._take(files[0])


Editor = NumberField | Pick | Tick | TextField | PathField


def make_editor(spec: FieldSpec) -> Editor:
    """The editor that suits a value field."""
    if spec.choices:
        labels = spec.choice_labels or spec.choices
        pick = Pick()
        pick.set_choices([(c, _(words), "") for c, words in zip(spec.choices, labels, strict=True)])
        return pick
    if spec.type is bool:
        return Tick()
    if spec.type in (int, float):
        return NumberField(spec)
    return PathField(_(spec.label)) if spec.is_path else TextField()


def describe_value(spec: FieldSpec, value: Any) -> str:
    """A value in words, for tooltips."""
    if spec.choices and value in spec.choices:
        labels = spec.choice_labels or spec.choices
        return _(labels[spec.choices.index(value)])
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if spec.zero_label and value == 0:
        return _(spec.zero_label)
    if isinstance(value, (int, float)):
        unit = f" {_(spec.unit)}" if spec.unit else ""
        return format_number(value, is_int=spec.type is int) + unit
    return str(value) if value else _("empty")


def spec_tooltip(spec: FieldSpec) -> str:
    """What a field does to the model, and its range."""
    tip = as_tooltip(_(spec.label), _(spec.help))
    if spec.type not in (int, float) or spec.lo is None or spec.hi is None:
        return tip
    is_int = spec.type is int
    words = _("{lo} to {hi}, default {default}").format(
        lo=format_number(spec.lo, is_int=is_int),
        hi=format_number(spec.hi, is_int=is_int),
        default=describe_value(spec, spec.default),
    )
    return f"{tip}<br><small>{escape(words)}</small>"


def as_tooltip(title: str, text: str) -> str:
    """Rich text, because Qt wraps only that."""
    return f"<qt><b>{escape(title)}</b><br>{escape(text)}</qt>"
