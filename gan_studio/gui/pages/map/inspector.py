"""The Map page's inspector: which model, which pictures, which plane, what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSpinBox, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.map.charter import (
    HELD_OUT,
    NEIGHBOURS,
    OWN,
    PRINCIPAL,
    TRAINING,
    Wish,
)
from gan_studio.gui.widgets.field_rows import FieldRows
from gan_studio.gui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from gan_studio.gui.widgets.run_picker import RunPicker

SOURCES = {HELD_OUT: N_("held out"), TRAINING: N_("training")}
COUNTS = (1000, 2000, 5000, 10_000, 60_000)
WAYS = {
    OWN: N_("two of its numbers"),
    PRINCIPAL: N_("directions (PCA)"),
    NEIGHBOURS: N_("neighbours (t-SNE)"),
}
PLANE = 2


class MapInspector(FieldRows):
    """Only widgets; the page connects them.

    Signals:
        wished: another chart is wanted.
        layers_changed: something else is to be drawn of the same chart.
    """

    wished = Signal()
    layers_changed = Signal()

    def __init__(self, picker: RunPicker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dim = 0
        self._add_model(picker)
        self._add_pictures()
        self._add_plane()
        self._add_layers()
        self._add_take_away()
        self.set_dim(PLANE)
        self.setAccessibleName(_("Map settings"))

    def _add_model(self, picker: RunPicker) -> None:
        self.add_section(_("Model"))
        self.add_wide(
            picker.runs,
            _("Run"),
            _("Whose latent space is drawn. The run under way can be watched while it forms."),
        )
        self.add_row(
            _("Checkpoint"),
            picker.steps,
            _("The weights of which step. Earlier ones show how the classes drew apart."),
        )

    def _add_pictures(self) -> None:
        self.add_section(_("Pictures"))
        self.source = _combo(SOURCES)
        self.add_row(
            _("From"),
            self.source,
            _("Which pictures become points: those that were never trained on, or the others."),
        )
        self.count = QComboBox()
        for count in COUNTS:
            self.count.addItem(_("up to {count}").format(count=f"{count:,}"), count)
        self.count.setCurrentIndex(COUNTS.index(10_000))
        self.add_row(
            _("How many"),
            self.count,
            _("How many pictures are encoded, spread evenly over the set. More take longer."),
        )
        for box in (self.source, self.count):
            box.currentIndexChanged.connect(self.wished)

    def _add_plane(self) -> None:
        self.add_section(_("Plane"))
        self.way = _combo(WAYS)
        self.way_label = self.add_row(
            _("Seen by"),
            self.way,
            _(
                "How many numbers become two. Principal components keep most of the variance and "
                "distances; t-SNE keeps who is near whom and bends all the rest."
            ),
        )
        self.across, self.up = QComboBox(), QComboBox()
        self.across_label = self.add_row(
            _("Across"), self.across, _("Which latent number runs from left to right.")
        )
        self.up_label = self.add_row(_("Up"), self.up, _("Which latent number runs upwards."))
        self.perplexity = QSpinBox()
        self.perplexity.setRange(2, 200)
        self.perplexity.setValue(30)
        self.perplexity.setKeyboardTracking(False)
        self.perplexity_label = self.add_row(
            _("Perplexity"),
            self.perplexity,
            _(
                "How many neighbours a point listens to. Low: many small islands; high: the large "
                "shape, and longer waiting."
            ),
        )
        self.explained = self.add_note("")
        self.way.currentIndexChanged.connect(self._on_way_changed)
        for box in (self.across, self.up):
            box.currentIndexChanged.connect(self.wished)
        self.perplexity.valueChanged.connect(self.wished)

    def _add_layers(self) -> None:
        self.add_section(_("What is drawn"))
        self.points = self._check(
            _("points"), _("Every picture as a point, in the colour of its class."), is_on=True
        )
        self.names = self._check(
            _("class names"), _("The name of each class in the middle of its points."), is_on=True
        )
        self.ground = self._check(
            _("decoded pictures below"),
            _(
                "Decode a lattice of places over what is seen: the manifold that the decoder "
                "knows. It follows when you zoom."
            ),
        )
        self.density = self._check(
            _("density"),
            _("Lines within which 50, 90 and 99 of a hundred points lie."),
        )
        self.prior = self._check(
            _("where random z fall"),
            _(
                "Rings at 1, 2 and 3 standard deviations of the distribution that random latents "
                "are drawn from. Where it covers places without points, there are holes: random "
                "pictures from there look like nothing in the data."
            ),
        )
        self.holes = self.add_note("")
        self.radius = ValueSlider("", 0.5, 6.0, 2.0, 1)
        self.add_row(_("Point size"), self.radius, _("Radius of a point, in pixels of the screen."))
        self.radius.moved.connect(self.layers_changed)

    def _check(self, text: str, tooltip: str, *, is_on: bool = False) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(is_on)
        box.toggled.connect(self.layers_changed)
        self.add_wide(box, text, tooltip)
        return box

    def _add_take_away(self) -> None:
        self.add_section(_("Take away"))
        buttons, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        buttons.setLayout(row)
        self.save = QPushButton(_("Save map …"))
        self.save.setToolTip(_("Save the map as it is seen, as a PNG file. (Ctrl+S)"))
        self.save.setShortcut("Ctrl+S")
        self.table = QPushButton(_("Save points …"))
        self.table.setToolTip(
            _("Save the points as a CSV file: number of the picture, class, place, latent.")
        )
        row.addWidget(self.save, 1)
        row.addWidget(self.table, 1)
        self.add_wide(buttons)

    # What is wanted

    def wish(self) -> Wish:
        """What the boxes say."""
        across, up = self.across.currentData() or 0, self.up.currentData()
        return Wish(
            self.source.currentData(),
            self.count.currentData(),
            self.way.currentData() or PRINCIPAL,
            (across, 1 if up is None else up),
            self.perplexity.value(),
        )

    def leave_held_out(self) -> bool:
        """Choose the training pictures without a word; False where they were chosen already."""
        if self.source.currentData() != HELD_OUT:
            return False
        with QSignalBlocker(self.source):
            self.source.setCurrentIndex(self.source.findData(TRAINING))
        return True

    def set_dim(self, dim: int, first: int = 0, second: int = 1) -> None:
        """Offer what suits a latent of `dim` numbers, two of which are seen at first."""
        if dim == self._dim:
            return
        self._dim = dim
        boxes = (self.way, self.across, self.up)
        blockers = [QSignalBlocker(box) for box in boxes]
        for box, shown in ((self.across, first), (self.up, second)):
            box.clear()
            for index in range(dim):
                box.addItem(f"z{index}", index)
            box.setCurrentIndex(min(shown, dim - 1))
        self.way.setCurrentIndex(list(WAYS).index(OWN if dim == PLANE else PRINCIPAL))
        del blockers
        self._show_rows()

    def show_explained(self, share: float | None) -> None:
        """Say how much of the variance the plane shows."""
        self.explained.setVisible(self._dim > PLANE)
        if share is None:
            words = _("Distances between far points mean nothing here.")
        else:
            words = _("The plane shows {share} of the variance of z.").format(share=f"{share:.0%}")
        self.explained.setText(words)

    def show_holes(self, holes: float | None) -> None:
        """Say how many random z miss the points, in all numbers of z."""
        is_known = holes is not None and self.prior.isChecked()
        self.holes.setVisible(is_known)
        if holes is not None:
            self.holes.setText(
                _("{share} of random z fall where hardly any picture is.").format(
                    share=f"{holes:.0%}"
                )
            )

    def _on_way_changed(self) -> None:
        self._show_rows()
        self.wished.emit()

    def _show_rows(self) -> None:
        way = self.way.currentData()
        own: tuple[QWidget, ...] = (self.across, self.up, self.across_label, self.up_label)
        for widget in own:
            widget.setVisible(way == OWN and self._dim > PLANE)
        for widget in (self.perplexity, self.perplexity_label):
            widget.setVisible(way == NEIGHBOURS)


def _combo(choices: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for key, text in choices.items():
        box.addItem(_(text), key)
    return box
