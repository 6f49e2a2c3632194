"""The inspector of the Data page: which data set with which options, and what of it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.core.schema import param, spec_of
from gan_studio.gui.forms.editors import Pick, as_tooltip
from gan_studio.gui.forms.rows import LabelledRow, section_head
from gan_studio.gui.forms.schema_form import ROW_GAP, PlugRow, SchemaForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.core.config import RunConfig
    from gan_studio.core.schema import Plug

ALL_CLASSES = -1


@dataclass(frozen=True)
class Shown:
    """Which samples are looked at."""

    split: str = param(
        "train",
        label=N_("Part"),
        help=N_("Training pictures teach the networks; held-out ones they never see."),
        choices=("train", "held_out"),
        choice_labels=(N_("to train on"), N_("held out")),
    )
    seed: int = param(
        1,
        label=N_("Draw"),
        help=N_("Which random pictures are shown; every number shows others."),
        lo=0,
        hi=2**31 - 1,
        step=1,
    )


class DataForm(QWidget):
    """Says what is looked at.

    Signals:
        data_changed: another data set, or other options.
        shown_changed: another part, class or draw of it.
    """

    data_changed = Signal()
    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: PlugRow | None = None
        self._classes = Pick()
        self._classes.changed.connect(self.shown_changed)
        self._shown = SchemaForm(Shown)
        self._shown.changed.connect(self.shown_changed)
        tip = as_tooltip(_("Class"), _("Show only the pictures of one class."))
        self._class_row = LabelledRow(_("Class"), self._classes, tip)
        self._about = QLabel()
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        self._about.setContentsMargins(14, 0, 0, 0)
        self._about.setText(_("Loading the list of data sets …"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 4, 12, 14)
        self._column.setSpacing(ROW_GAP)
        self._column.addWidget(section_head(_("Data")))
        self._column.addWidget(self._about)
        self._column.addWidget(section_head(_("Shown")))
        self._column.addWidget(self._class_row)
        self._column.addWidget(self._shown)
        self._column.addStretch(1)
        self.set_classes(())

    def begin(self, config: RunConfig) -> None:
        """Offer the data sets; the registry is loaded."""
        spec = next(item for item in spec_of(type(config)) if item.name == "data")
        self._row = PlugRow(replace(spec, label=_("Data set")), config.data)
        self._row.changed.connect(self._on_row_changed)
        self._column.insertWidget(1, self._row)
        self._describe()

    @property
    def is_ready(self) -> bool:
        """Whether there is a list of data sets."""
        return self._row is not None

    @property
    def data(self) -> Plug:
        """The data set with its options."""
        assert self._row is not None
        return self._row.value()

    @property
    def title(self) -> str:
        """What the data set is called in the list."""
        assert self._row is not None
        return self._row.pick.currentText()

    @property
    def about(self) -> str:
        """One sentence on the data set."""
        return self._about.text()

    @property
    def shown(self) -> Shown:
        """Part and draw."""
        return self._shown.value()

    @property
    def class_index(self) -> int | None:
        """The class that is shown alone, or None."""
        chosen = self._classes.value()
        return None if chosen in (None, ALL_CLASSES) else chosen

    def set_data(self, data: Plug) -> None:
        """Choose a data set without a signal."""
        assert self._row is not None
        self._row.set_value(data)
        self._describe()

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes; all of them are shown at first."""
        choices = [(ALL_CLASSES, _("all"), ""), *((i, name, "") for i, name in enumerate(names))]
        self._classes.clear()
        self._classes.set_choices(choices)
        self._classes.set_value(ALL_CLASSES)
        self._class_row.setVisible(bool(names))

    def choose_class(self, index: int) -> None:
        """Show one class alone (-1: all), without a signal."""
        self._classes.set_value(index)

    def draw_again(self) -> None:
        """Show other random pictures."""
        shown = self.shown
        self._shown.set_value(Shown(shown.split, (shown.seed + 1) % 2**31))
        self.shown_changed.emit()

    def _describe(self) -> None:
        assert self._row is not None
        self._about.setText(self._row.help_text())

    def _on_row_changed(self) -> None:
        self._describe()
        self.data_changed.emit()
