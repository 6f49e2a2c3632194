"""The tab "Sliders": one slider per latent number, and a pad for two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.slider_actions import SliderActions
from gan_studio.gui.pages.explore.surroundings import MAP_SIDE
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.latent_rows import BY_EFFECT, BY_INDEX, ORDERS
from gan_studio.gui.widgets.latent_sliders import LatentSliders
from gan_studio.gui.widgets.xy_pad import XYPad

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.surroundings import Surroundings

FEW, MANY = 8, 24  # sliders that need neither search nor order; that are sorted by effect
NO_LIMIT = 2**24 - 1  # Qt's own QWIDGETSIZE_MAX


class SliderPanel(ExplorePanel):
    """Moves single latent numbers of an `Explorer`."""

    def __init__(self, explorer: Explorer, surroundings: Surroundings) -> None:
        super().__init__(explorer)
        self._run_dir: Any = None
        self._order = ""  # that a person chose
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._build())
        self.sliders.moved.connect(self._on_slider_moved)
        self.sliders.released.connect(explorer.end_gesture)
        self.sliders.locks_asked.connect(explorer.set_locks)
        self.sliders.random_asked.connect(self._on_random_asked)
        self.commands.noted.connect(self._on_noted)
        self.pad.moved.connect(self._on_pad_moved)
        self.pad.released.connect(explorer.end_gesture)
        self.search.textChanged.connect(self.sliders.set_search)
        self.search.returnPressed.connect(self.sliders.setFocus)
        self.sorting.activated.connect(self._on_sorting_chosen)
        self.sorting.currentIndexChanged.connect(self._on_sorting_changed)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._find)
        explorer.space_changed.connect(self._on_space_changed)
        explorer.moved.connect(self._on_moved)
        explorer.locks_changed.connect(self._on_locks_changed)
        surroundings.effects.connect(self._on_effects)
        surroundings.chart.connect(self._on_chart)

    def main_action(self) -> None:
        self.explorer.random()
        self.sliders.rearrange()

    # Building

    def _build(self) -> Card:
        self.card = Card(_("Sliders"))
        effect = QLabel(_("effect"))
        effect.setProperty("role", "muted")
        effect.setToolTip(
            _(
                "How much the picture changes when this number moves by one standard deviation, "
                "measured around the present place. Short bars hardly matter here."
            )
        )
        self.card.header.addWidget(effect)
        self.pad = XYPad()
        self.sliders = LatentSliders()
        self.commands = SliderActions(self.sliders)
        self.card.body.addWidget(self._build_tools())
        self.card.body.addWidget(self.commands)
        self.card.body.addWidget(self.pad, 5)
        self.card.body.addWidget(self.sliders, 1)
        return self.card

    def _build_tools(self) -> QWidget:
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("search: z41, 10-19 …"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(_("Show only some sliders: a number, a range, or several. (Ctrl+F)"))
        self.search.setAccessibleName(_("Search sliders"))
        self.sorting = QComboBox()
        for key, text in ORDERS.items():
            self.sorting.addItem(_(text), key)
        self.sorting.setToolTip(
            _(
                "In which order the sliders stand: by their number, by how much each changes the "
                "picture here, by where they stand, or by the groups that you linked."
            )
        )
        self.sorting.setAccessibleName(_("Order of the sliders"))
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, 3)
        row.addWidget(self.sorting, 2)
        return self.tools

    def _fit_to(self, dim: int) -> None:
        """Show what suits a latent of `dim` numbers."""
        is_plane = dim == 2
        self.pad.setVisible(is_plane)
        self.tools.setVisible(dim > FEW)
        self.commands.setVisible(dim > 1)
        # Beside the pad the sliders take no more room than they need.
        self.sliders.setMaximumHeight(self.sliders.rows_height() if is_plane else NO_LIMIT)
        words = _("1 slider") if dim == 1 else _("{n} sliders").format(n=dim)
        self.card.set_title(words)

    # The explorer

    def _on_space_changed(self) -> None:
        space, bundle = self.explorer.space, self.explorer.bundle
        if space is None or bundle is None:
            self.sliders.set_effects(None)
            self.pad.set_map(None)
            return
        is_new = self.sliders.count() != space.dim
        if bundle.run_dir != self._run_dir:  # its numbers mean something else
            self._run_dir = bundle.run_dir
            self.sliders.clear_marks()
            self._on_locks_changed()
        lo, hi, mean = space.lo.tolist(), space.hi.tolist(), space.mean.tolist()
        self.sliders.set_space(lo, hi, mean)
        self._fit_to(space.dim)
        if space.dim == 2:
            self.pad.set_space((lo[0], lo[1]), (hi[0], hi[1]), (mean[0], mean[1]))
        if is_new:
            self.search.clear()
            self._choose_order(space.dim)
        self._on_moved()

    def _on_moved(self) -> None:
        point = self.explorer.point
        if point is None:
            return
        self.sliders.set_values(point.z.tolist())
        if len(point.z) == 2:
            self.pad.set_value(*point.z.tolist())

    def _on_effects(self, effects: Any) -> None:
        self.sliders.set_effects(effects.tolist())
        is_sorted = self.sorting.currentData() == BY_EFFECT
        # Rows must not run away under the pointer.
        if is_sorted and not self.sliders.is_hovered and not self.sliders.hasFocus():
            self.sliders.rearrange()

    def _on_chart(self, drawn: Any) -> None:
        self.pad.set_map(drawn, MAP_SIDE)

    # Moves

    def _on_slider_moved(self, values: dict[int, float]) -> None:
        self.explorer.set_dims(values, is_drag=self.sliders.is_dragging)

    def _on_random_asked(self) -> None:
        self.explorer.random(self.sliders.marks.chosen or None)

    def _on_locks_changed(self) -> None:
        self.sliders.set_locked(self.explorer.locked)
        self.commands.follow()

    def _on_noted(self, words: str) -> None:
        self.card.set_note(words, "")

    def _on_pad_moved(self, x: float, y: float) -> None:
        point, locked = self.explorer.point, self.explorer.locked
        if point is not None:
            held = point.z.tolist()
            z = [held[dim] if dim in locked else asked for dim, asked in enumerate((x, y))]
            self.explorer.set_z(z, is_drag=self.pad.is_dragging)

    def _choose_order(self, dim: int) -> None:
        """Few sliders stand by number; of many, those that matter come first."""
        order = self._order or (BY_EFFECT if dim > MANY else BY_INDEX)
        order = order if dim > FEW else BY_INDEX
        self.sorting.setCurrentIndex(self.sorting.findData(order))

    def _on_sorting_chosen(self) -> None:
        self._order = self.sorting.currentData()

    def _on_sorting_changed(self) -> None:
        self.sliders.set_order(self.sorting.currentData())

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()
