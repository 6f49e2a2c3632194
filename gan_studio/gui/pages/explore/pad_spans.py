"""What spans the pad's plane: two numbers, two directions of the model, or three pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.place_slot import PlaceSlot
from gan_studio.inference.places import truncated
from gan_studio.inference.slices import (
    Slice,
    Window,
    slice_of_directions,
    slice_of_numbers,
    slice_of_places,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages.explore.explorer import Space
    from gan_studio.gui.pages.explore.latent_state import Floats, Point

REACH = 4.0  # of a direction that does not say how far it goes


class Span(QWidget):
    """The controls that choose a plane.

    Attributes:
        title: what the choice is called, marked for translation.
        follows: whether the plane goes with a place that leaves it.

    Signals:
        changed: another plane was chosen.
    """

    changed = Signal()
    title = ""
    follows = True

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)

    def set_space(self, space: Space, classes: int) -> None:
        """Another model; nothing that was chosen before means anything."""

    def missing(self) -> str:
        """What has to be done before there is a plane; "" where nothing is missing."""
        return ""

    def plane(self, point: Point, space: Space) -> Slice:
        """The plane that was chosen, through the point where it can be.

        Raises:
            NoPlane: what was chosen spans none.
        """
        raise NotImplementedError

    def seen(self, space: Space) -> Window:
        """How much of it is seen at first."""
        raise NotImplementedError

    def middle(self, space: Space) -> tuple[float, float]:
        """Where Home and a double click go."""
        return 0.0, 0.0


class NumbersSpan(Span):
    """Two of the latent's own numbers; at first those that change the picture most."""

    title = N_("two numbers")

    def __init__(self) -> None:
        super().__init__()
        self._effects: Any = None
        self._is_chosen = False  # by a person
        self._dim = 0
        self.first, self.second = self._box(_("Across")), self._box(_("Upwards"))
        self.strongest = QPushButton(_("Strongest"))
        self.strongest.setToolTip(
            _("The two numbers that change the picture most around the place where you are.")
        )
        self.strongest.clicked.connect(self._on_strongest)
        for box, text in ((self.first, "→"), (self.second, "↑")):
            self._row.addWidget(QLabel(text))
            self._row.addWidget(box, 1)
        self._row.addWidget(self.strongest)

    @property
    def dims(self) -> tuple[int, int]:
        """Which two; the same one twice is a line."""
        return self.first.value(), self.second.value()

    @property
    def is_waiting(self) -> bool:
        """Whether it does not know yet which two matter."""
        return self._effects is None and not self._is_chosen and self._dim > 2

    def set_space(self, space: Space, classes: int) -> None:
        self._dim, self._effects, self._is_chosen = space.dim, None, False
        for box in (self.first, self.second):
            with QSignalBlocker(box):
                box.setRange(0, space.dim - 1)
        self.strongest.setVisible(space.dim > 2)
        self._choose(0, min(1, space.dim - 1))

    def set_effects(self, effects: Any) -> None:
        """How much each number changes the picture, just measured."""
        if len(effects) != self._dim:
            return
        is_first = self._effects is None
        self._effects = effects
        if is_first and not self._is_chosen and self._dim > 2:
            self._on_strongest()
            self._is_chosen = False

    def plane(self, point: Point, space: Space) -> Slice:
        return slice_of_numbers(point.z, *self.dims)

    def seen(self, space: Space) -> Window:
        (a, b), (lo, hi) = self.dims, (space.lo, space.hi)
        return Window.between((float(lo[a]), float(lo[b])), (float(hi[a]), float(hi[b])))

    def middle(self, space: Space) -> tuple[float, float]:
        first, second = self.dims
        return float(space.mean[first]), float(space.mean[second])

    def _box(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setPrefix("z")
        box.setKeyboardTracking(False)
        box.setWrapping(True)
        box.setAccessibleName(name)
        box.setToolTip(_("Which latent number this way moves. The same one twice is a line."))
        box.valueChanged.connect(self._on_chosen)
        return box

    def _choose(self, first: int, second: int) -> None:
        with QSignalBlocker(self.first), QSignalBlocker(self.second):
            self.first.setValue(first)
            self.second.setValue(second)

    def _on_chosen(self) -> None:
        self._is_chosen = True
        self.changed.emit()

    def _on_strongest(self) -> None:
        if self._effects is None:
            return
        first, second = np.argsort(-self._effects, kind="stable")[:2]
        self._choose(int(first), int(second))
        self._on_chosen()


class DirectionsSpan(Span):
    """Two directions that were found in the model."""

    title = N_("two directions")

    def __init__(self) -> None:
        super().__init__()
        self._directions: list[Any] = []
        self.first, self.second = self._box(_("Across")), self._box(_("Upwards"))
        for box, text in ((self.first, "→"), (self.second, "↑")):
            self._row.addWidget(QLabel(text))
            self._row.addWidget(box, 1)

    def set_directions(self, directions: Sequence[Any]) -> None:
        """Those that the model has; what was chosen stays chosen by name."""
        before = self.first.currentText(), self.second.currentText()
        self._directions = list(directions)
        names = [direction.name for direction in self._directions]
        for row, box in enumerate((self.first, self.second)):
            with QSignalBlocker(box):
                box.clear()
                box.addItems(names)
                at = names.index(before[row]) if before[row] in names else row
                box.setCurrentIndex(min(at, len(names) - 1))
            box.setEnabled(len(names) > 1)
        self.changed.emit()

    def missing(self) -> str:
        if len(self._directions) > 1:
            return ""
        return _(
            "This needs two directions of this model. Find some in the tab “Directions”; "
            "until then use two numbers or three pictures."
        )

    def plane(self, point: Point, space: Space) -> Slice:
        return slice_of_directions(point.z, *self._chosen())

    def seen(self, space: Space) -> Window:
        wide, high = (getattr(way, "reach", REACH) for way in self._chosen())
        return Window.between((-wide, -high), (wide, high))

    def _chosen(self) -> tuple[Any, Any]:
        first, second = self.first.currentIndex(), self.second.currentIndex()
        return self._directions[first], self._directions[second]

    def _box(self, name: str) -> DropDown:
        box = DropDown()
        box.setAccessibleName(name)
        box.setMinimumContentsLength(6)
        box.setToolTip(_("Along which direction of the model this way moves."))
        box.currentIndexChanged.connect(self.changed)
        return box


class PicturesSpan(Span):
    """Three pictures, one in each corner of a triangle."""

    title = N_("three pictures")
    follows = False

    def __init__(self) -> None:
        super().__init__()
        self.slots = [
            PlaceSlot(name, key=key, is_wide=True) for name, key in zip("ABC", "123", strict=True)
        ]
        for slot in self.slots:
            slot.changed.connect(self.changed)
            self._row.addWidget(slot, 1)

    def set_space(self, space: Space, classes: int) -> None:
        for slot in self.slots:
            slot.set_space(space.dim, classes)
            slot.empty()

    def missing(self) -> str:
        empty = [slot.name for slot in self.slots if not slot.places]
        if not empty:
            return ""
        return _(
            "Put a picture into {names}: drop one, paste one, take a seed, or press {keys} for "
            "the one where you are."
        ).format(names=", ".join(empty), keys="1, 2, 3")

    def plane(self, point: Point, space: Space) -> Slice:
        corners = [slot.places[0] for slot in self.slots]
        if all(corner.psi == point.psi for corner in corners):
            return slice_of_places(*(corner.z for corner in corners))
        # Each as it was drawn; the truncation of here is taken out again where it can be.
        drawn = [truncated(corner.z, space.mean, corner.psi) for corner in corners]
        psi = point.psi if abs(point.psi) > 1e-3 else 1.0
        return slice_of_places(*(_before(z, space.mean, psi) for z in drawn))

    def seen(self, space: Space) -> Window:
        return Window.around_triangle()

    def middle(self, space: Space) -> tuple[float, float]:
        return 1 / 3, 1 / 3


def _before(z: Floats, mean: Floats, psi: float) -> Floats:
    """What is drawn as `z` where the truncation is `psi`."""
    return np.asarray(mean + (z - mean) / np.float32(psi), np.float32)
