"""What to take away, in which format, and where to: a small dialog that a form is made for."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import unused
from gan_studio.exporters.base import DATASET, EXPORTERS, MODEL, SAMPLES, Exporter
from gan_studio.gui import theme
from gan_studio.gui.forms.editors import PathField, Pick, as_tooltip
from gan_studio.gui.forms.rows import GUTTER, LabelledRow
from gan_studio.gui.forms.schema_form import SchemaForm
from gan_studio.gui.widgets.pictures import default_file
from gan_studio.inference.places import Place, Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from gan_studio.inference.bundle import Bundle

WIDTH = 440
FOOT = 140  # the buttons, a problem, and the window's frame
CLASS = "class_name"  # an option that is chosen from the model's classes
WHICH = ("seed", "psi", CLASS)  # options that a given place answers
TITLES = {
    MODEL: N_("Take the model away"),
    SAMPLES: N_("Take samples away"),
    DATASET: N_("Take a data set away"),
}


@dataclass(frozen=True)
class Order:
    """What a person asked for."""

    exporter: Exporter
    out: Path
    places: Places | None = None


class TakeDialog(QDialog):
    """Format, options, name and folder; `order` says what was chosen.

    Args:
        group: `MODEL`, `SAMPLES` or `DATASET`.
        bundle: the model.
        point: where Explore is, or None.
        folder: where things were put last; "" for the pictures folder.
        parent: as in Qt.
    """

    def __init__(
        self,
        group: str,
        bundle: Bundle,
        point: Place | None = None,
        folder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_(TITLES[group]))
        self._bundle, self._point = bundle, point
        self._entries = {e.key: e for e in EXPORTERS if e.extra.get("group") == group}
        self._forms: dict[str, SchemaForm] = {}
        self._build(folder or str(Path(default_file("x")).parent))
        self.format.changed.connect(self._on_format_changed)
        self.name.textEdited.connect(self._check)
        self.folder.changed.connect(self._check)
        self._on_format_changed()

    @property
    def key(self) -> str:
        """The chosen format."""
        return str(self.format.value())

    @property
    def form(self) -> SchemaForm:
        """Its options."""
        return self._forms[self.key]

    def order(self) -> Order:
        """What is to be written, under a name that nothing has yet."""
        exporter = self._exporter()
        places = None
        if self._point is not None and exporter.most_places == 1:
            places = Places((self._point,))
        return Order(exporter, self._out(exporter), places)

    def problem(self) -> str:
        """Why it cannot be written like that; "" where it can."""
        if problems := self.form.refresh_problems():
            return problems[0]
        name = self.name.text().strip()
        if not name or any(sign in name for sign in '/\\:*?"<>|') or name.startswith("."):
            return _("A plain name is needed.")
        if not self.folder.value():
            return _("A folder is needed.")
        try:
            self._exporter().check(self._bundle)
        except StudioError as error:
            return error.sentence()
        return ""

    # Building

    def _build(self, folder: str) -> None:
        self.format = Pick()
        self.format.set_choices([(e.key, _(e.title), _(e.help)) for e in self._entries.values()])
        self.format.set_value(next(iter(self._entries)))
        tip = as_tooltip(_("Format"), _("What kind of file or folder is written."))
        self._format_row = LabelledRow(_("Format"), self.format, tip, is_wide=True)
        self._format_row.setVisible(len(self._entries) > 1)
        self._about = self._words("muted")
        self.name = QLineEdit()
        tip = as_tooltip(_("Name"), _("Of the file or folder. Nothing is ever overwritten."))
        name_row = LabelledRow(_("Name"), self.name, tip, is_wide=True)
        self.folder = PathField(_("In the folder"))
        self.folder.set_value(folder)
        tip = as_tooltip(_("In the folder"), _("It is made where it does not exist yet."))
        folder_row = LabelledRow(_("In the folder"), self.folder, tip, is_wide=True)
        self._where, self._problem = self._words("muted"), self._words("warning")
        self._lay_out((self._format_row, self._about, name_row, folder_row, self._where))
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self.accept_button)  # Enter is never “Browse”
        self.setMinimumWidth(theme.px(WIDTH))

    def _lay_out(self, parts: Sequence[QWidget]) -> None:
        """What is asked scrolls on low screens; the buttons stay in sight."""
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(20, 18, 20, 4)
        self._column.setSpacing(10)
        for part in parts:
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._inside)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 4, 20, 16)
        foot.addWidget(self._problem)
        foot.addWidget(self._buttons())
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self._area, 1)
        self._whole.addLayout(foot)

    def _fit(self) -> None:
        """As high as what is asked, as far as the screen allows."""
        for part in self._inside.findChildren(QWidget):
            part.ensurePolished()  # a part is higher in its own style
        self._column.invalidate()
        self._column.activate()
        width = max(self.width(), self.minimumWidth())
        wanted = self._column.totalHeightForWidth(width)
        self._inside.setMinimumHeight(wanted)
        most = self.screen().availableGeometry().height() - theme.px(FOOT)
        self._area.setFixedHeight(min(wanted, most))
        self._whole.activate()
        self.resize(width, self.minimumSizeHint().height())

    def _words(self, role: str) -> QLabel:
        label = QLabel()
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setContentsMargins(GUTTER, 0, 0, 0)
        return label

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self.accept_button = box.button(kinds.Save)
        self.accept_button.setText(_("Take away"))
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setToolTip(_("Write it, beside whatever else you do. (Enter)"))
        box.button(kinds.Cancel).setText(_("Cancel"))
        box.button(kinds.Cancel).setToolTip(_("Write nothing. (Esc)"))
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _make_form(self, key: str) -> SchemaForm:
        options = self._entries[key].options()
        known = {field.name for field in dataclasses.fields(options)}
        if self._point is not None and "psi" in known:
            options = dataclasses.replace(options, psi=self._point.psi)
        names = {"": _("all in turn"), **{name: name for name in self._bundle.spec.class_names}}
        form = SchemaForm(options, choices={CLASS: names})
        hidden = set() if self._bundle.can(Capability.CONDITIONAL) else {CLASS}
        if self._point is not None and self._entries[key].target.most_places == 1:
            hidden |= set(WHICH)
        for name in hidden & known:
            form.row(name).hide()
        form.changed.connect(self._check)
        self._column.insertWidget(2, form)  # below what the format is
        form.setVisible(bool(known))
        return form

    # What is chosen

    def _exporter(self) -> Exporter:
        exporter: Exporter = self._entries[self.key].target(self.form.value())
        return exporter

    def _out(self, exporter: Exporter) -> Path:
        name = self.name.text().strip()
        if exporter.ending and not name.lower().endswith(exporter.ending):
            name += exporter.ending
        return unused(Path(self.folder.value()) / name, exporter.ending)

    def _on_format_changed(self) -> None:
        key = self.key
        for other, form in self._forms.items():
            form.setVisible(other == key and bool(dataclasses.fields(form.value())))
        if key not in self._forms:
            self._forms[key] = self._make_form(key)
        self._about.setText(_(self._entries[key].help))
        if not self.name.isModified():
            run = self._bundle.run_dir
            self.name.setText(f"{self._bundle.family_key if run is None else run.name}-{key}")
        self._check()
        self._fit()

    def _check(self) -> None:
        problem = self.problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.accept_button.setEnabled(not problem)
        out = "" if problem else str(self._out(self._exporter()))
        self._where.setText(_("Becomes {path}").format(path=out) if out else "")
        self._where.setVisible(bool(out))

    def showEvent(self, event: QShowEvent) -> None:
        self._fit()
        super().showEvent(event)
