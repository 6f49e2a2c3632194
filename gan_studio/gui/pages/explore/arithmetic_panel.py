"""The tab "Arithmetic": A - B + C with pictures, each of them the average of one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.slot_desk import SlotDesk
from gan_studio.gui.pages.explore.sum_pictures import STRIP, SumPictures
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.place_mime import carrying
from gan_studio.gui.widgets.place_slot import PlaceSlot
from gan_studio.gui.widgets.slot_picture import SIDE
from gan_studio.inference.arithmetic import Sum, add_up, distance, usual_distance

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.places import Place

SIGNS = (1, -1, 1)
OPERATORS = ("", "−", "+")
HEAVIEST = 9.9


class ArithmeticPanel(ExplorePanel):
    """Adds up places of an `Explorer` and goes to the result."""

    main_text = N_("Go there")
    main_tip = N_("Go to the result: its z comes to the sliders, and Undo takes it back.")

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._history: Any = None
        self._is_shown = False
        self._label: int | None = None  # what places without a class are drawn in
        self.sum = Sum((None, None, None), None)
        self.pictures = SumPictures(explorer, self)
        self._build()
        self.desk = SlotDesk(explorer, self.slots, self)
        self.desk.serve(self.result)
        self._connect()

    def main_action(self) -> None:
        if self.sum.result is None:
            self.told.emit(_("There is no result yet."), self._hint())
            return
        self.explorer.go_to(self.sum.result)

    def on_shown(self) -> None:
        self._is_shown = True
        self._add_up()

    def on_hidden(self) -> None:
        self._is_shown = False
        self.pictures.close()

    # Building

    def _build(self) -> None:
        self.card = Card(_("Arithmetic"))
        self.slots = [
            PlaceSlot(name, is_single=False, key=key)
            for name, key in zip("ABC", "123", strict=True)
        ]
        self.result = PlaceSlot(_("Result"), takes=False)
        self.weights = [self._weight(slot.name) for slot in self.slots]
        self.card.body.addLayout(self._build_formula(), 3)
        self.card.body.addWidget(self._build_lengths())
        self.card.body.addWidget(self._build_strip(), 2)
        self.card.body.addLayout(self._build_buttons())
        words = QLabel(
            _(
                "In the DCGAN paper, smiling woman − neutral woman + neutral man gave a smiling "
                "man, each of them the average of three pictures. Single pictures often fail."
            )
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.card.body.addWidget(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def _build_formula(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(6)
        for index, (slot, operator) in enumerate(zip(self.slots, OPERATORS, strict=True)):
            if operator:
                grid.addWidget(self._operator(operator), 0, 2 * index - 1)
            grid.addWidget(slot, 0, 2 * index)
            grid.addWidget(self.weights[index], 1, 2 * index)
            grid.setColumnStretch(2 * index, 1)
        grid.addWidget(self._operator("="), 0, 5)
        grid.addWidget(self.result, 0, 6)
        grid.setColumnStretch(6, 1)
        return grid

    def _operator(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "lead")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _weight(self, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(-HEAVIEST, HEAVIEST)
        box.setSingleStep(0.1)
        box.setDecimals(2)
        box.setPrefix("× ")
        box.setValue(1.0)
        box.setMinimumWidth(SIDE)
        box.setKeyboardTracking(False)
        box.setAccessibleName(_("Weight of {name}").format(name=name))
        box.setToolTip(
            _(
                "How much of {name} counts. Below 1 the result changes less, above 1 more, and far "
                "above it leaves what the model has learned."
            ).format(name=name)
        )
        return box

    def _build_lengths(self) -> QWidget:
        self.brings_averages = QCheckBox(_("averages"))
        self.brings_averages.setToolTip(
            _(
                "The average of many latents lies near the middle, where random z never falls and "
                "pictures are typical of nothing. This brings it out to the usual distance again."
            )
        )
        self.brings_result = QCheckBox(_("the result"))
        self.brings_result.setToolTip(
            _("Bring the result to the distance from the middle at which random z lie.")
        )
        self.lengths, row = QWidget(), QHBoxLayout()
        self.lengths.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(_("At the usual distance from the middle:"))
        label.setWordWrap(True)
        row.addWidget(label, 1)
        row.addWidget(self.brings_averages)
        row.addWidget(self.brings_result)
        return self.lengths

    def _build_strip(self) -> QWidget:
        self.strip = PictureGrid(columns=STRIP)
        self.strip.setMinimumHeight(48)
        self.strip.file_name = "from-a-to-the-result.png"
        self.strip.setAccessibleName(_("From A to the result"))
        self.strip.setToolTip(_("From A to the result in equal steps; click one to go there."))
        self.strip.offer()
        self.strip.carried = lambda index: carrying(self._strip_place(index))
        return self.strip

    def _build_buttons(self) -> QHBoxLayout:
        self.copy = QPushButton(_("Copy as text"))
        self.copy.setToolTip(_("Put the latent of the result on the clipboard."))
        self.empty_all = QPushButton(_("Empty all"))
        self.empty_all.setToolTip(_("Empty A, B and C; the menu of each brings it back."))
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.empty_all)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        explorer = self.explorer
        for slot, weight in zip(self.slots, self.weights, strict=True):
            slot.changed.connect(self._add_up)
            weight.valueChanged.connect(self._add_up)
        for box in (self.brings_averages, self.brings_result):
            box.toggled.connect(self._add_up)
        self.desk.failed.connect(self.failed)
        self.pictures.failed.connect(self.failed)
        self.pictures.drawn.connect(self._on_drawn)
        self.strip.picked.connect(self._on_picked)
        self.copy.clicked.connect(self.result.picture.copy)
        self.empty_all.clicked.connect(self._on_empty_all)
        explorer.space_changed.connect(self._on_space_changed)
        explorer.moved.connect(self._on_moved)

    # The sum

    def _on_moved(self) -> None:
        point = self.explorer.point
        if point is not None and point.label != self._label:
            self._add_up()

    def _on_space_changed(self) -> None:
        space = self.explorer.space
        if space is not None and self.explorer.history is not self._history:
            for slot in self.slots:
                slot.set_space(space.dim, len(self.explorer.class_names))
                slot.empty()
        if self.explorer.history is not self._history:
            self.lengths.setVisible(space is not None and space.prior == "normal")
        self._history = self.explorer.history
        self._add_up()

    def _add_up(self) -> None:
        space, point = self.explorer.space, self.explorer.point
        if not self._is_shown or space is None:
            return
        self._label = None if point is None else point.label
        weights = [sign * box.value() for sign, box in zip(SIGNS, self.weights, strict=True)]
        is_normal = space.prior == "normal"
        self.sum = add_up(
            [slot.places for slot in self.slots],
            weights,
            space.mean,
            space.spread,
            brings_averages=is_normal and self.brings_averages.isChecked(),
            brings_result=is_normal and self.brings_result.isChecked(),
        )
        self._say()
        self.pictures.draw(self.sum)

    def _say(self) -> None:
        space, result = self.explorer.space, self.sum.result
        has_result = result is not None
        self.copy.setEnabled(has_result)
        self.empty_all.setEnabled(any(slot.places for slot in self.slots))
        self.strip.set_empty_text("" if has_result else self._hint())
        if space is None or result is None:
            self.card.set_note("")
            return
        far, usual = distance(result.z, space.mean, space.spread), usual_distance(space.dim)
        words = _("{far} from the middle, usually {usual}")
        short = f"{far:.1f} / {usual:.1f}"
        self.card.set_note(words.format(far=f"{far:.1f}", usual=f"{usual:.1f}"), short, "")

    def _hint(self) -> str:
        return _(
            "Put pictures into A, B and C: drop them, paste them, take a seed, or press 1, 2 or 3 "
            "for the one where you are; more than one make an average."
        )

    def _on_drawn(self, shown: Any, strip: Any) -> None:
        places = (*self.sum.terms, self.sum.result)
        for slot, place, picture in zip((*self.slots, self.result), places, shown, strict=True):
            slot.show_place(place, picture)
        self.strip.set_pictures(strip, ("A", *[""] * (STRIP - 2), _("Result")))

    # Moves

    def _strip_place(self, index: int) -> Place | None:
        strip = self.pictures.strip
        return strip[index] if 0 <= index < len(strip) else None

    def _on_picked(self, index: int) -> None:
        place = self._strip_place(index)
        if place is not None:
            self.explorer.go_to(place)

    def _on_empty_all(self) -> None:
        for slot in self.slots:
            slot.clear()
