"""The inspector of the Train page: preset, family, data, training, and live values at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.gui.forms.editors import Pick, as_tooltip
from gan_studio.gui.forms.rows import GUTTER, LabelledRow
from gan_studio.gui.forms.schema_form import SchemaForm
from gan_studio.gui.pages.train import drafts
from gan_studio.gui.pages.train.live import LivePanel
from gan_studio.gui.widgets.tab_order import tab_as_laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.core.config import RunConfig
    from gan_studio.core.presets import Preset

DEFAULTS = ""  # the preset that a family has by itself


class TrainForm(QWidget):
    """Edits the draft.

    Signals:
        changed: the person changed something; `config` is the new draft.
        failed: a preset cannot be used (a StudioError).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = LivePanel()
        self._presets: Mapping[str, Preset] = {}
        self._family = ""
        self._form: SchemaForm | None = None
        self._pick = Pick()
        self._pick.changed.connect(self._on_preset_picked)
        tip = as_tooltip(
            _("Preset"),
            _("Settings that are known to work for this family. Dots mark what you changed."),
        )
        self._preset_row = LabelledRow(_("Preset"), self._pick, tip)
        self._preset_row.setParent(self)  # before the form, so that Tab comes to it first
        self._preset_row.hide()
        self._expects = QLabel()
        self._expects.setProperty("role", "muted")
        self._expects.setWordWrap(True)
        self._expects.setContentsMargins(GUTTER, 0, 0, 0)
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self._note.setContentsMargins(16, 12, 14, 0)
        self._note.setText(_("Loading the learning engine … The form appears in a moment."))
        self._build()

    def _build(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setMinimumHeight(120)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._note)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.live)

    def begin(self, config: RunConfig, presets: Mapping[str, Preset]) -> None:
        """Make the form; the registries are loaded."""
        self._presets = presets
        self._form = SchemaForm(
            config,
            heads={"model": _("Model"), "data": _("Data"), "train": _("Training")},
            labels={"data": _("Data set")},
        )
        self._form.changed.connect(self._on_form_changed)
        self._form.setParent(self)
        self._form.add_below_head("model", self._preset_row)
        holder = QWidget(self)
        holder.setProperty("role", "scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(2, 4, 12, 14)
        column.addWidget(self._form)
        column.addWidget(self._expects)
        column.addStretch(1)
        self._scroll.setWidget(holder)
        self._note.hide()
        self._preset_row.show()
        self.show_config(config)

    # --- values ------------------------------------------------------------------------------

    @property
    def form(self) -> SchemaForm:
        """The schema's form, once `begin` was called."""
        assert self._form is not None
        return self._form

    @property
    def is_ready(self) -> bool:
        """Whether there is a form."""
        return self._form is not None

    @property
    def preset(self) -> Preset | None:
        """The chosen preset; None for the family's defaults."""
        return self._presets.get(self._pick.value() or DEFAULTS)

    def config(self) -> RunConfig:
        """The draft as the form shows it."""
        return self.form.value()

    def show_config(self, config: RunConfig) -> None:
        """Show a draft that came from elsewhere, such as a quick start."""
        if config != self.config():
            self.form.set_value(config)
        chosen = self.preset
        is_other_family = self._family != config.model.key
        try:
            own = drafts.presets_of(self._presets, config.model.key)
            if is_other_family or chosen is None or drafts.reference(chosen, config) != config:
                chosen = drafts.closest_preset(own, config)
        except StudioError as problem:
            self.failed.emit(problem)
            own, chosen = [], None
        self._offer(config.model.key, own, chosen)

    def set_read_only(self, is_read_only: bool) -> None:
        """While a run is going the form shows what it was made with."""
        if self._form is None:
            return
        self._form.set_read_only(is_read_only)
        self._pick.setEnabled(not is_read_only)
        words = _("While it trains, only the values at the foot can be moved.")
        self._note.setText(words)
        self._note.setVisible(is_read_only)

    def problems(self) -> list[str]:
        """What is wrong with the draft, also shown below the editors."""
        return self.form.refresh_problems()

    # --- presets -----------------------------------------------------------------------------

    def _offer(self, family: str, presets: list[Preset], chosen: Preset | None) -> None:
        self._family = family
        choices = [(item.key, _(item.title), _(item.help)) for item in presets]
        plain = (DEFAULTS, _("Defaults"), _("What the family begins with, without a preset."))
        self._pick.set_choices([*choices, plain])
        self._pick.set_value(chosen.key if chosen is not None else DEFAULTS)
        self._show_preset()
        tab_as_laid_out(self.form)

    def _show_preset(self) -> None:
        preset = self.preset
        try:
            self.form.set_reference(drafts.reference(preset, self.config()))
        except StudioError as problem:
            self.failed.emit(problem)
        help_text = _(preset.help) if preset is not None else _("The family's own settings.")
        self._pick.setToolTip(as_tooltip(self._pick.currentText(), help_text))
        self._expects.setText(self._expectation(preset))
        self._expects.setVisible(bool(self._expects.text()))

    def _expectation(self, preset: Preset | None) -> str:
        """What the preset reaches, where it is used on the data that it was measured on."""
        if preset is None:
            return ""
        data = preset.values.get("data", {})
        measured_on = data.get("name") if isinstance(data, dict) else None
        return _(preset.expects) if measured_on in (None, self.config().data.key) else ""

    def _take_preset(self, preset: Preset | None, *, keeps_data: bool) -> None:
        try:
            config = drafts.apply_preset(preset, self.config(), keeps_data=keeps_data)
        except StudioError as problem:
            self.failed.emit(problem)
            return
        self.form.set_value(config)
        self._show_preset()

    def _on_preset_picked(self) -> None:
        self._take_preset(self.preset, keeps_data=False)
        self._report()

    def _on_form_changed(self) -> None:
        config = self.config()
        if config.model.key != self._family:
            own = drafts.presets_of(self._presets, config.model.key)
            first = own[0] if own else None
            self._offer(config.model.key, own, first)
            self._take_preset(first, keeps_data=True)
        else:
            self._show_preset()
        self._report()

    def _report(self) -> None:
        self.problems()
        self.changed.emit()
