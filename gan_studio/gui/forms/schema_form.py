"""A form made from a configuration class. It holds values only; nothing observes its widgets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.core.registry import Registry
from gan_studio.core.schema import GROUP, PLUG, PLUGS, FieldSpec, Plug, spec_of
from gan_studio.core.schema_io import check
from gan_studio.gui.forms.editors import Pick, Tick, as_tooltip
from gan_studio.gui.forms.rows import Fold, LabelledRow, ValueRow, section_head

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW_GAP = 8
INDENT = 12  # of options below the tick that they belong to


class SchemaForm(QWidget):
    """Edits one configuration.

    Args:
        config: a configuration, or its class for one with defaults.
        heads: a section head above the field of this name.
        labels: other words for the field of this name than its own.
        choices: what the text field of this name may be, as values and their words.
        parent: as in Qt.

    Signals:
        changed: a person changed a value. Setting values from code says nothing.
    """

    changed = Signal()

    def __init__(
        self,
        config: Any,
        parent: QWidget | None = None,
        *,
        heads: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        choices: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        super().__init__(parent)
        config = config() if isinstance(config, type) else config
        self._base = config
        self._heads = dict(heads or {})
        self._labels = dict(labels or {})
        self._choices = dict(choices or {})
        self._rows: dict[str, Row] = {}
        self._fold: Fold | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_GAP)
        self._after_head: dict[str, int] = {}
        for spec in spec_of(type(config)):
            self._add(spec, getattr(config, spec.name))
        self._column.addStretch(0)
        self.set_value(config)

    # --- values ------------------------------------------------------------------------------

    def value(self) -> Any:
        """A new configuration with what the form shows, which may be out of range."""
        return type(self._base)(**{name: row.value() for name, row in self._rows.items()})

    def set_value(self, config: Any) -> None:
        """Show another configuration of the same class."""
        self._base = config
        for name, row in self._rows.items():
            row.set_value(getattr(config, name))
        self._after_change()

    def set_reference(self, config: Any) -> None:
        """What a value is compared with; differing ones get a dot that brings it back."""
        for name, row in self._rows.items():
            row.set_reference(getattr(config, name))
        self._after_change()

    def problems(self) -> list[str]:
        """Everything wrong with the values, one line each that starts with the field's path."""
        return check(self.value())

    def changes(self) -> int:
        """How many values differ from the reference."""
        return sum(row.changes() for row in self._rows.values())

    def set_read_only(self, is_read_only: bool) -> None:
        """Show values without letting them be changed."""
        for row in self._rows.values():
            row.set_read_only(is_read_only)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each problem below the editor that it is about."""
        for name, row in self._rows.items():
            own = {path: text for path, text in problems.items() if path.split(".")[0] == name}
            row.show_problems({path.partition(".")[2]: text for path, text in own.items()})
            if own and self._fold is not None and self._fold.isAncestorOf(row):
                self._fold.open()

    def row(self, path: str) -> Row:
        """The row of a field, such as ``train.batch_size`` (for pages and tests)."""
        name, _dot, rest = path.partition(".")
        found = self._rows[name]
        return found.form.row(rest) if rest else found  # type: ignore[union-attr]

    def add_below_head(self, name: str, row: QWidget) -> None:
        """Put a row of the page's own right below the head of section `name`."""
        self._column.insertWidget(self._after_head[name], row)
        for other, index in self._after_head.items():
            if index >= self._after_head[name]:
                self._after_head[other] = index + 1

    # --- building ----------------------------------------------------------------------------

    def _add(self, spec: FieldSpec, value: Any) -> None:
        if spec.name in self._heads:
            self._column.addWidget(section_head(self._heads[spec.name]))
            self._after_head[spec.name] = self._column.count()
        spec = dataclasses.replace(spec, label=self._labels.get(spec.name, spec.label))
        if spec.name in self._choices:
            own = self._choices[spec.name]
            spec = dataclasses.replace(spec, choices=tuple(own), choice_labels=tuple(own.values()))
        row = make_row(spec, value, has_head=spec.name not in self._heads)
        row.changed.connect(self._on_row_changed)
        self._rows[spec.name] = row
        (self._advanced() if spec.advanced else self._column).addWidget(row)

    def _advanced(self) -> QVBoxLayout:
        if self._fold is None:
            self._fold = Fold(_("Advanced"))
        # Always last, whatever comes after the first advanced field.
        self._column.removeWidget(self._fold)
        self._column.addWidget(self._fold)
        return self._fold.column

    def _on_row_changed(self) -> None:
        self._after_change()
        self.changed.emit()

    def _after_change(self) -> None:
        for row in self._rows.values():
            condition = row.spec.visible_when
            if condition is not None:
                other, values = condition
                row.setVisible(self._rows[other].value() in values)
        if self._fold is not None:
            rows = [row for row in self._rows.values() if row.spec.advanced]
            self._fold.set_changes(sum(row.changes() for row in rows))
            self._fold.setVisible(any(not row.isHidden() for row in rows))

    def refresh_problems(self) -> list[str]:
        """Check the values and show what is wrong; returns it as well."""
        lines = self.problems()
        self.show_problems(dict(line.partition(": ")[::2] for line in reversed(lines)))
        return lines


class SubForm(QWidget):
    """A row that holds the form of a nested configuration or of a registry entry's options."""

    changed = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.spec = spec
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_GAP)

    def _on_changed(self) -> None:
        self.changed.emit()


class GroupRow(SubForm):
    """A nested configuration below a head."""

    def __init__(self, spec: FieldSpec, value: Any, has_head: bool) -> None:
        super().__init__(spec)
        if has_head:
            head = section_head(_(spec.label))
            head.setToolTip(as_tooltip(_(spec.label), _(spec.help)))
            self._column.addWidget(head)
        self.form = SchemaForm(value)
        self.form.changed.connect(self._on_changed)
        self._column.addWidget(self.form)

    def value(self) -> Any:
        return self.form.value()

    def set_value(self, value: Any) -> None:
        self.form.set_value(value)

    def set_reference(self, reference: Any) -> None:
        self.form.set_reference(reference)

    def set_read_only(self, is_read_only: bool) -> None:
        self.form.set_read_only(is_read_only)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        self.form.show_problems(problems)

    def changes(self) -> int:
        return self.form.changes()


class PlugRow(SubForm):
    """One entry of a registry, with the form of its options below.

    Options of an entry that was left are kept, so that looking at another one loses nothing.
    """

    def __init__(self, spec: FieldSpec, value: Plug) -> None:
        super().__init__(spec)
        self._registry = Registry.of_kind(spec.registry)
        self._pick = Pick()
        self._pick.set_choices([(e.key, _(e.title), _(e.help)) for e in self._registry])
        self._pick.changed.connect(self._on_picked)
        self._line = LabelledRow(_(spec.label), self._pick, as_tooltip(_(spec.label), _(spec.help)))
        self._line.reset_clicked.connect(self._on_reset_clicked)
        self._column.addWidget(self._line)
        self._forms: dict[str, SchemaForm] = {}
        self._reference: Plug | None = None
        self._is_read_only = False
        self.set_value(value)

    @property
    def form(self) -> SchemaForm:
        """The form of the chosen entry."""
        return self._forms[self._pick.value()]

    @property
    def pick(self) -> Pick:
        """The choice among the registry's entries."""
        return self._pick

    def value(self) -> Plug:
        return Plug(self._pick.value(), self.form.value())

    def set_value(self, value: Plug) -> None:
        self._pick.set_value(value.key)
        self._show_form(value.key, value.options).set_value(value.options)
        self._update_dot()

    def set_reference(self, reference: Plug) -> None:
        self._reference = reference
        for key, form in self._forms.items():
            form.set_reference(self._reference_of(key))
        self._update_dot()

    def set_read_only(self, is_read_only: bool) -> None:
        self._is_read_only = is_read_only
        self._pick.setEnabled(not is_read_only)
        self._line.dot.setEnabled(not is_read_only)
        for form in self._forms.values():
            form.set_read_only(is_read_only)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        self._line.show_problem(problems.get("", ""))
        self.form.show_problems(problems)

    def changes(self) -> int:
        if self._reference is None:
            return 0
        if self._reference.key != self._pick.value():
            return 1
        return self.form.changes()

    def _show_form(self, key: str, options: Any) -> SchemaForm:
        if key not in self._forms:
            form = SchemaForm(options)
            form.changed.connect(self._on_changed)
            form.set_read_only(self._is_read_only)
            form.set_reference(self._reference_of(key))
            self._forms[key] = form
            self._column.addWidget(form)
        for other, form in self._forms.items():
            has_rows = bool(dataclasses.fields(form.value()))
            form.setVisible(other == key and has_rows)
        return self._forms[key]

    def _reference_of(self, key: str) -> Any:
        if self._reference is not None and self._reference.key == key:
            return self._reference.options
        return self._registry.get(key).options()

    def _update_dot(self) -> None:
        if self._reference is not None:
            title = _(self._registry.get(self._reference.key).title)
            self._line.show_dot(self._reference.key != self._pick.value(), title)
        self._pick.setToolTip(as_tooltip(self._pick.currentText(), self.help_text()))

    def help_text(self) -> str:
        """What the chosen entry is."""
        entry = self._registry.get(self._pick.value())
        return _(entry.help) or _(self.spec.help)

    def _on_picked(self) -> None:
        key = self._pick.value()
        self._show_form(key, self._reference_of(key))
        self._update_dot()
        self.changed.emit()

    def _on_reset_clicked(self) -> None:
        if self._reference is not None:
            self.set_value(self._reference)
            self.changed.emit()


class PlugsRow(SubForm):
    """Any entries of a registry, each with the form of its options while it is ticked."""

    def __init__(self, spec: FieldSpec, value: tuple[Plug, ...]) -> None:
        super().__init__(spec)
        self._ticks: dict[str, Tick] = {}
        self._lines: dict[str, LabelledRow] = {}
        self._forms: dict[str, SchemaForm] = {}
        self._order: list[str] = []
        self._reference: tuple[Plug, ...] | None = None
        for index, entry in enumerate(Registry.of_kind(spec.registry)):
            self._add(entry, _(spec.label) if index == 0 else "")
        self.set_value(value)

    def _add(self, entry: Any, label: str) -> None:
        tick, help_text = Tick(_short(_(entry.title))), _(entry.help)
        tick.changed.connect(self._on_ticked)
        line = LabelledRow(label, tick, as_tooltip(_(entry.title), help_text))
        line.label.setToolTip(as_tooltip(_(self.spec.label), _(self.spec.help)))
        tick.setAccessibleName(_(entry.title))
        line.reset_clicked.connect(self._on_reset_clicked)
        form = SchemaForm(entry.options)
        form.changed.connect(self._on_changed)
        self._ticks[entry.key], self._lines[entry.key] = tick, line
        self._forms[entry.key] = form
        form.setContentsMargins(INDENT, 0, 0, 0)
        self._column.addWidget(line)
        self._column.addWidget(form)

    def value(self) -> tuple[Plug, ...]:
        ticked = [key for key, tick in self._ticks.items() if tick.value()]
        ordered = [key for key in self._order if key in ticked]
        ordered += [key for key in ticked if key not in ordered]
        return tuple(Plug(key, self._forms[key].value()) for key in ordered)

    def set_value(self, value: tuple[Plug, ...]) -> None:
        chosen = {item.key: item.options for item in value}
        self._order = list(chosen)
        for key, tick in self._ticks.items():
            tick.set_value(key in chosen)
            if key in chosen:
                self._forms[key].set_value(chosen[key])
        self._update()

    def set_reference(self, reference: tuple[Plug, ...]) -> None:
        self._reference = reference
        chosen = {item.key: item.options for item in reference}
        for key, form in self._forms.items():
            entry = Registry.of_kind(self.spec.registry).get(key)
            form.set_reference(chosen.get(key) or entry.options())
        self._update()

    def set_read_only(self, is_read_only: bool) -> None:
        for key, tick in self._ticks.items():
            tick.setEnabled(not is_read_only)
            self._lines[key].dot.setEnabled(not is_read_only)
            self._forms[key].set_read_only(is_read_only)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        for key, form in self._forms.items():
            own = {path: text for path, text in problems.items() if path.split(".")[0] == key}
            form.show_problems({path.partition(".")[2]: text for path, text in own.items()})

    def changes(self) -> int:
        changed = sum(self._differs(key) for key in self._ticks)
        return changed + sum(
            self._forms[key].changes() for key, tick in self._ticks.items() if tick.value()
        )

    @property
    def form(self) -> SchemaForm:
        """The form of the first entry that is ticked."""
        return next(self._forms[key] for key, tick in self._ticks.items() if tick.value())

    def tick(self, key: str) -> Tick:
        """The check box of an entry."""
        return self._ticks[key]

    def _differs(self, key: str) -> bool:
        if self._reference is None:
            return False
        is_in = any(item.key == key for item in self._reference)
        return is_in != self._ticks[key].value()

    def _update(self) -> None:
        for key, tick in self._ticks.items():
            form = self._forms[key]
            form.setVisible(tick.value() and bool(dataclasses.fields(form.value())))
            words = _("off") if tick.value() else _("on")
            self._lines[key].show_dot(self._differs(key), words)

    def _on_ticked(self) -> None:
        self._update()
        self.changed.emit()

    def _on_reset_clicked(self) -> None:
        for key, tick in self._ticks.items():
            if self._lines[key] is self.sender() and self._differs(key):
                tick.set_value(not tick.value())
        self._on_ticked()


Row = ValueRow | GroupRow | PlugRow | PlugsRow


def make_row(spec: FieldSpec, value: Any, has_head: bool = True) -> Row:
    """The row that suits a field."""
    if spec.kind == GROUP:
        return GroupRow(spec, value, has_head)
    if spec.kind == PLUG:
        return PlugRow(spec, value)
    if spec.kind == PLUGS:
        return PlugsRow(spec, value)
    return ValueRow(spec)


def _short(title: str) -> str:
    """``R1 (on real pictures)`` as ``R1``: the rest is in the tooltip."""
    return title.partition(" (")[0]
