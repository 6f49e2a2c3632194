"""The inspector of the Lab: what is played. Everything may be changed while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.core.registry import Registry
from gan_studio.core.schema import Plug, spec_of
from gan_studio.core.schema_io import check
from gan_studio.data.distributions import ON_LINE, ON_PLANE
from gan_studio.gui.forms.editors import Pick, as_tooltip
from gan_studio.gui.forms.rows import GUTTER, LabelledRow, ValueRow, section_head
from gan_studio.gui.forms.schema_form import SchemaForm
from gan_studio.gui.pages.lab.push_plot import PushPlot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.core.config import RunConfig

LINE, PLANE, POINTS = "points_1d", "points_2d", "points"
SHAPES = {LINE: ON_LINE, PLANE: ON_PLANE}
NOISE = {LINE: 1, PLANE: 2}  # as many numbers as the data has: what bends into what is seen
FIELDS = {
    "nets": ("generator", "discriminator"),
    "noise": ("latent_dim", "prior"),
    "loss": ("loss",),
    "penalties": ("penalties",),
    "optimiser": ("game",),
}
"""Which fields of the model a lesson hides by which name."""
TRAINING = ("batch_size", "seed")


class LabSetup(QWidget):
    """Edits the configuration of the lab.

    Signals:
        changed: a person changed something that can be used; `config` is the new configuration.
        side_chosen: the settings of the other game are wanted in the form.
    """

    changed = Signal()
    side_chosen = Signal()

    def __init__(self, config: RunConfig, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = config
        self._shows_data = True
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 14, 14)
        self._column.setSpacing(8)
        self._add_data()
        self._column.addWidget(section_head(_("Game")))
        self.push = PushPlot()
        self.model = SchemaForm(config.model.options)
        self.model.changed.connect(self._on_model_changed)
        self._column.addWidget(self.model)
        self._add_training()
        self._column.addStretch(1)
        self.show_config(config)

    def config(self) -> RunConfig:
        """What the form shows."""
        return self._config

    def compare(self, is_on: bool) -> None:
        """Offer a choice between the settings of two games."""
        self.side.set_value(1 if is_on else 0)
        self.side_row.setVisible(is_on)

    def hide_controls(self, names: Sequence[str]) -> None:
        """Leave out the groups of controls of these names (`gan_studio.lab.lessons.CONTROLS`)."""
        self._shows_data = "data" not in names
        for row in self._data_rows:
            row.setVisible(self._shows_data)
        self.shape_row.setVisible(self._shows_data and self._config.data.key in SHAPES)
        for group, fields in FIELDS.items():
            for field in fields:
                self.model.row(field).setVisible(group not in names)

    def show_config(self, config: RunConfig) -> None:
        """Show a configuration that came from elsewhere."""
        self._config = config
        self.space.set_value(config.data.key)
        self._offer_shapes(config.data.key)
        self.shape.set_value(getattr(config.data.options, "shape", None))
        self.shape_row.setVisible(self._shows_data and config.data.key in SHAPES)
        if self.model.value() != config.model.options:
            self.model.set_value(config.model.options)
        self.model.refresh_problems()
        for name, row in self.training.items():
            row.set_value(getattr(config.train, name))
        self.push.show_loss(config.model.options.loss)

    def set_reference(self, config: RunConfig) -> None:
        """What values are compared with; differing ones get a dot."""
        self.model.set_reference(config.model.options)
        for name, row in self.training.items():
            row.set_reference(getattr(config.train, name))

    # --- building ----------------------------------------------------------------------------

    def _add_data(self) -> None:
        self.side = Pick()
        self.side.set_choices([(0, _("A"), ""), (1, _("B"), "")])
        self.side.set_value(0)
        self.side.changed.connect(self.side_chosen)
        self.side_row = self._row(
            _("Settings of"), self.side, _("Which of the two games the form below changes.")
        )
        self.side_row.hide()
        head = section_head(_("Data"))
        self._column.addWidget(head)
        self.space, self.shape = Pick(), Pick()
        self.space.set_choices(
            [
                (LINE, _("1-D: a line"), _("One number per sample: densities and D in one plot.")),
                (PLANE, _("2-D: a plane"), _("Two numbers per sample: D as a heat map.")),
                (POINTS, _("own points"), _("What was drawn, pasted or read from a file.")),
            ]
        )
        self.space.changed.connect(self._on_space_changed)
        self.shape.changed.connect(self._on_shape_changed)
        space = self._row(_("Space"), self.space, _("Whether samples are one number or two."))
        self.shape_row = self._row(
            _("Shape"),
            self.shape,
            _("The distribution that real points are drawn from; it can be changed while it runs."),
        )
        self.draw = QPushButton(_("Draw your own"))
        self.draw.setCheckable(True)
        self.draw.setProperty("role", "plain")
        self.draw.setAccessibleName(_("Draw your own"))
        self.draw.setToolTip(
            _("Paint real points into the picture with the mouse; they become the data.")
        )
        self.open_file = QPushButton(_("CSV …"))
        self.open_file.setProperty("role", "plain")
        self.open_file.setAccessibleName(_("Open a CSV file"))
        self.open_file.setToolTip(
            _("One or two numbers per row. A file can also be dropped, a table pasted (Ctrl+V).")
        )
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(GUTTER, 0, 0, 0)
        row.addWidget(self.draw)
        row.addWidget(self.open_file)
        self._column.addWidget(line)
        self._data_rows = (head, space, self.shape_row, line)

    def _add_training(self) -> None:
        self._column.addWidget(section_head(_("Training")))
        self.training = {
            spec.name: ValueRow(spec)
            for spec in spec_of(type(self._config.train))
            if spec.name in TRAINING
        }
        self._column.insertWidget(self._column.indexOf(self.model), self.push)
        for row in self.training.values():
            row.changed.connect(self._on_training_changed)
            self._column.addWidget(row)

    def _row(self, label: str, editor: Any, help_text: str) -> LabelledRow:
        row = LabelledRow(label, editor, as_tooltip(label, help_text))
        editor.setAccessibleName(label)
        self._column.addWidget(row)
        return row

    def _offer_shapes(self, key: str) -> None:
        named = SHAPES.get(key, {})
        self.shape.set_choices([(name, _(item.title), "") for name, item in named.items()])

    # --- slots -------------------------------------------------------------------------------

    def _on_space_changed(self) -> None:
        key = self.space.value()
        if key == POINTS:
            self.space.set_value(self._config.data.key)
            self.open_file.click()
            return
        self._offer_shapes(key)
        options = Registry.of_kind("dataset").get(key).options()
        self.shape.set_value(options.shape)
        data = Plug(key, options)
        model = replace(self._config.model.options, latent_dim=NOISE[key])
        self._take(replace(self._config, data=data, model=Plug(self._config.model.key, model)))
        self.model.set_value(model)
        self.model.refresh_problems()

    def _on_shape_changed(self) -> None:
        data = self._config.data
        options = replace(data.options, shape=self.shape.value())
        self._take(replace(self._config, data=Plug(data.key, options)))

    def _on_model_changed(self) -> None:
        if self.model.refresh_problems():
            return
        model = Plug(self._config.model.key, self.model.value())
        self._take(replace(self._config, model=model))

    def _on_training_changed(self) -> None:
        values = {name: row.value() for name, row in self.training.items()}
        train = replace(self._config.train, **values)
        if not check(train):
            self._take(replace(self._config, train=train))

    def _take(self, config: RunConfig) -> None:
        self._config = config
        self.push.show_loss(config.model.options.loss)
        self.changed.emit()
