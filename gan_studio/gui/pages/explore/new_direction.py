"""The card from which new directions are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QSpinBox, QWidget

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import _
from gan_studio.gui.forms.progress_strip import ProgressStrip
from gan_studio.gui.pages.explore.direction_maker import LATENT_PCA
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.drop_down import DropDown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.gui.pages.explore.direction_store import Catalogue
    from gan_studio.gui.pages.explore.directions_desk import Directions

ALL = -1  # every class in turn
MOST = 50
AT_FIRST = 5
TOOLTIP = Qt.ItemDataRole.ToolTipRole


class NewDirection(Card):
    """One row for each way to a direction.

    Signals:
        marking_wanted: pictures are to be marked.
    """

    marking_wanted = Signal()

    def __init__(self, desk: Directions, parent: QWidget | None = None) -> None:
        super().__init__(_("New direction"), parent)
        self._desk = desk
        self._filled: object = None  # what the lists were filled for
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._add_found()
        self._add_class()
        self._add_property()
        self._add_marks()
        self.strip = ProgressStrip()
        self.body.addWidget(self.strip)
        self.missing = self._build_missing()
        self._connect()
        self._show_state()

    # Building

    def _add_found(self) -> None:
        self.kinds = _list(
            _("What the model has by itself"),
            _(
                "Without any labels: along which ways its pictures, or its first layer, change "
                "most. What they mean, you see from their pictures."
            ),
        )
        self.count = QSpinBox()
        self.count.setRange(1, MOST)
        self.count.setValue(AT_FIRST)
        self.count.setAccessibleName(_("How many"))
        self.count.setToolTip(_("How many directions, the strongest first."))
        self.find_button = _button(
            _("Find"), _("Find them now; those that are there already stay.")
        )
        self._add_row(_("Find by itself"), self.kinds, self.count, self.find_button)

    def _add_class(self) -> None:
        self.classes = _list(
            _("Class"),
            _(
                "Towards pictures of one class of the run's data: a small classifier learns the "
                "classes, marks the model's own pictures, and a straight boundary is fitted."
            ),
        )
        self.make_class = _button(_("Make"), _("Make a slider towards this class."))
        self._add_row(_("From a class"), self.classes, None, self.make_class)

    def _add_property(self) -> None:
        self.properties = _list(
            _("Property"), _("Along which a number grows that every picture has.")
        )
        self.make_property = _button(_("Make"), _("Make a slider along which it grows."))
        self._add_row(_("From a property"), self.properties, None, self.make_property)

    def _add_marks(self) -> None:
        words = QLabel(_("for what only you can see"))
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.mark = _button(
            _("Mark …"),
            _("Mark pictures yes or no, and get a slider from no to yes."),
        )
        self._add_row(_("Mark pictures"), words, None, self.mark)

    def _add_row(
        self, text: str, editor: QWidget, beside: QWidget | None, button: QPushButton
    ) -> None:
        row, label = self._grid.rowCount(), QLabel(text)
        label.setBuddy(editor)
        label.setToolTip(editor.toolTip())
        button.setAccessibleName(f"{text}: {button.text()}")
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(editor, row, 1, 1, 1 if beside else 2)
        if beside is not None:
            self._grid.addWidget(beside, row, 2)
        self._grid.addWidget(button, row, 3)

    def _build_missing(self) -> QWidget:
        line = QWidget()
        row = QGridLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel(_("The pictures of this run are not on this computer."))
        words.setProperty("role", "warning")
        words.setWordWrap(True)
        self.fetch = _button(
            _("Fetch and go on"), _("Download the run's data set, then make the slider.")
        )
        row.addWidget(words, 0, 0)
        row.addWidget(self.fetch, 0, 1)
        row.setColumnStretch(0, 1)
        line.hide()
        self.body.addWidget(line)
        return line

    def _connect(self) -> None:
        maker = self._desk.maker
        self.find_button.clicked.connect(self._on_find)
        self.make_class.clicked.connect(self._on_class)
        self.make_property.clicked.connect(self._on_property)
        self.mark.clicked.connect(self.marking_wanted)
        self.fetch.clicked.connect(maker.fetch)
        self.strip.cancelled.connect(maker.cancel)
        maker.busy_changed.connect(self._on_busy_changed)
        maker.progressed.connect(self.strip.show_progress)
        maker.data_missing.connect(self.missing.show)
        self._desk.changed.connect(self._on_changed)

    # What there is to choose

    def _on_changed(self) -> None:
        key = (self._desk.key, self._desk.is_ready)
        if key == self._filled:
            return
        self._filled = key
        self.missing.hide()
        self._fill()
        self._show_state()

    def _fill(self) -> None:
        bundle, catalogue = self._desk.explorer.bundle, self._desk.catalogue
        if bundle is None or catalogue is None:
            return
        found = {key: _(title) for key, title in catalogue.found.items()}
        if not bundle.can(Capability.ENCODES):
            # Random z is alike in all directions: nothing stands out.
            found.pop(LATENT_PCA, None)
        _fill_list(self.kinds, found)
        names = dict(enumerate(bundle.spec.class_names))
        _fill_list(self.classes, {**names, ALL: _("every class")} if len(names) > 1 else {})
        self.classes.setPlaceholderText(_("The data have no classes."))
        self._fill_properties(catalogue, is_coloured=bundle.spec.shape[0] == 3)

    def _fill_properties(self, catalogue: Catalogue, *, is_coloured: bool) -> None:
        known = {
            key: (title, words)
            for key, (title, words, needs_colour) in catalogue.properties.items()
            if is_coloured or not needs_colour
        }
        _fill_list(self.properties, {key: _(title) for key, (title, _words) in known.items()})
        for row, (_title, words) in enumerate(known.values()):
            self.properties.setItemData(row, _(words), TOOLTIP)

    def _show_state(self) -> None:
        can_begin = self._desk.is_ready and not self._desk.maker.is_busy
        self.find_button.setEnabled(can_begin and self.kinds.count() > 0)
        self.make_class.setEnabled(can_begin and self.classes.count() > 0)
        self.make_property.setEnabled(can_begin and self.properties.count() > 0)
        self.mark.setEnabled(self._desk.is_ready)
        for combo in (self.kinds, self.classes, self.properties):
            combo.setEnabled(combo.count() > 0)

    # Asking

    def _on_find(self) -> None:
        self._desk.maker.find(self.kinds.currentData(), self.count.value())

    def _on_class(self) -> None:
        chosen = self.classes.currentData()
        indices = range(self.classes.count() - 1) if chosen == ALL else [chosen]
        self._desk.maker.make_classes(indices)

    def _on_property(self) -> None:
        name = self.properties.currentText()
        self._desk.maker.make_property(self.properties.currentData(), name)

    def _on_busy_changed(self, is_busy: bool) -> None:
        if is_busy:
            self.missing.hide()
        else:
            self.strip.hide()
        self._show_state()


def _list(name: str, tooltip: str) -> DropDown:
    combo = DropDown()
    combo.setAccessibleName(name)
    combo.setToolTip(tooltip)
    combo.setAccessibleDescription(tooltip)
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    combo.setMinimumContentsLength(6)
    return combo


def _fill_list(combo: DropDown, entries: Mapping[Any, str]) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        for key, text in entries.items():
            combo.addItem(text, key)
        combo.setCurrentIndex(0 if entries else -1)  # by itself it chooses none once it says why


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
