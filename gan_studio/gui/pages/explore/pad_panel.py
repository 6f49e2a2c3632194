"""The tab "Pad": a point is dragged over a plane, and the picture follows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gan_studio.core.i18n import _, ngettext
from gan_studio.gui.pages.explore.grid_saver import GridSaver
from gan_studio.gui.pages.explore.pad_fields import PadFields
from gan_studio.gui.pages.explore.pad_spans import DirectionsSpan, NumbersSpan, PicturesSpan
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.plane_grid import PlaneGrid
from gan_studio.gui.pages.explore.slot_desk import SlotDesk, SlotPictures
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.triangle_pad import TrianglePad
from gan_studio.gui.widgets.value_slider import ValueSlider
from gan_studio.gui.widgets.xy_pad import XYPad
from gan_studio.inference.slices import NoPlane, Slice, point_with_share, shares_at

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Point
    from gan_studio.gui.pages.explore.pad_spans import Span
    from gan_studio.gui.pages.explore.surroundings import Surroundings
    from gan_studio.gui.widgets.plane_pad import PlanePad

SIDES = (0, 9, 11, 13, 15)
FIRST_SIDE = 11


class PadPanel(ExplorePanel):
    """Moves an `Explorer` over a plane of its latent space."""

    def __init__(self, explorer: Explorer, surroundings: Surroundings) -> None:
        super().__init__(explorer)
        self._plane: Slice | None = None
        self._psi = 1.0  # of the place where it was cut
        self._history: Any = None
        self._is_shown = False
        self._build()
        self.saver = GridSaver(self)
        self.desk = SlotDesk(explorer, self.pictures.slots, self.pictures)
        self.corners = SlotPictures(explorer, self.pictures.slots, self)
        self.grid = PlaneGrid(explorer, self)  # asked first, as what is dragged over
        self._connect(surroundings)

    def follow(self, directions: Directions) -> None:
        """Offer the directions of the model."""
        directions.changed.connect(lambda: self.directions.set_directions(directions.items))

    def on_shown(self) -> None:
        self._is_shown = True
        self.grid.set_wanted(True)
        self.corners.is_wanted = True
        if self._plane is None:
            self._span_anew()
        else:
            self._on_moved()
            self.explorer.run_side_work()

    def on_hidden(self) -> None:
        self._is_shown = False
        self.grid.set_wanted(False)
        self.corners.is_wanted = False

    @property
    def span(self) -> Span:
        """What spans the plane now."""
        return self._spans[self.choice.currentIndex()]

    @property
    def pad(self) -> PlanePad:
        """The pad that is seen."""
        return self.triangle if self.span is self.pictures else self.square

    # Building

    def _build(self) -> None:
        self.card = Card(_("Pad"))
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("What spans the plane"))
        self.choice.setToolTip(
            _(
                "A plane through latent space: along two numbers or two directions through the "
                "place where you are, or through three pictures."
            )
        )
        self.numbers, self.directions = NumbersSpan(), DirectionsSpan()
        self.pictures = PicturesSpan()
        self._spans: tuple[Span, ...] = (self.numbers, self.directions, self.pictures)
        self.card.header.addWidget(self.choice)
        for span in self._spans:
            self.choice.addItem(_(span.title))
            self.card.body.addWidget(span)
        self.square, self.triangle = XYPad(), TrianglePad()
        self.square.can_zoom = True
        self.square.setToolTip(self.square.toolTip() + " " + _("The wheel, + and - zoom."))
        for pad in (self.square, self.triangle):
            self.card.body.addWidget(pad, 1)
        self.fields = PadFields()
        self.beside = QLabel()
        self.beside.setProperty("role", "muted")
        self.beside.setWordWrap(True)
        self.card.body.addWidget(self.fields)
        self.card.body.addWidget(self.beside)
        self.card.body.addWidget(self._build_tools())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def _build_tools(self) -> QWidget:
        self.side = QComboBox()
        for side in SIDES:
            self.side.addItem(f"{side} × {side}" if side else _("no pictures"), side)
        self.side.setCurrentIndex(SIDES.index(FIRST_SIDE))
        self.side.setAccessibleName(_("Pictures on the plane"))
        self.side.setToolTip(
            _("How many pictures show what the model draws on the plane. They come by themselves.")
        )
        self.opacity = ValueSlider(_("Opacity"), 0.0, 1.0, 1.0, 2)
        self.opacity.set_name(_("Opacity"), _("How clearly the pictures are seen on the plane."))
        self.save = QPushButton(_("Save grid …"))
        self.save.setToolTip(
            _("Save the pictures of the plane as PNG, and their latents in a file beside it.")
        )
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.side)
        row.addWidget(self.opacity, 1)
        row.addWidget(self.save)
        return tools

    def _connect(self, surroundings: Surroundings) -> None:
        explorer, grid = self.explorer, self.grid
        for pad in (self.square, self.triangle):
            pad.moved.connect(self._on_pad_moved)
            pad.released.connect(explorer.end_gesture)
            pad.zoomed.connect(self._tell_grid)
            self.opacity.moved.connect(pad.set_map_opacity)
        for span in self._spans:
            span.changed.connect(partial(self._on_span_changed, span))
        self.desk.failed.connect(self.failed)
        self.corners.drawn.connect(self._on_corners_drawn)
        self.choice.currentIndexChanged.connect(self._span_anew)
        self.fields.chosen.connect(self._on_field)
        self.side.currentIndexChanged.connect(self._on_side_changed)
        self.save.clicked.connect(self._on_save)
        grid.restarted.connect(self._on_grid_restarted)
        grid.grown.connect(self._on_grid_grown)
        grid.completed.connect(self._show_save)
        self.saver.busy_changed.connect(self._show_save)
        self.saver.saved.connect(self._on_saved)
        self.saver.failed.connect(self.failed)
        explorer.space_changed.connect(self._on_space_changed)
        explorer.locks_changed.connect(self._span_anew)
        explorer.moved.connect(self._on_moved)
        surroundings.effects.connect(self.numbers.set_effects)
        grid.set_side(FIRST_SIDE)

    # The plane

    def _on_space_changed(self) -> None:
        space = self.explorer.space
        if self.explorer.history is self._history:
            return  # newer weights of the same run: places mean what they meant
        self._history, self._plane = self.explorer.history, None
        if space is None:
            self._tell_grid()
            return
        for span in self._spans:
            span.set_space(space, len(self.explorer.class_names))
        self._span_anew()

    def _on_span_changed(self, span: Span) -> None:
        if span is self.span:
            self._span_anew()

    def _span_anew(self) -> None:
        """Show the plane that was chosen, whole."""
        space = self.explorer.space
        self._show_controls()
        if not self._is_shown or space is None:
            self._plane = None
            return
        self._cut()
        pad = self.pad
        if self._plane is not None:
            pad.set_window(self.span.seen(space), self.span.middle(space))
            self._name(self._plane)
        self._place_handle()
        self._tell_grid()

    def _show_controls(self) -> None:
        space = self.explorer.space
        is_line = space is not None and space.dim == 1
        for span in self._spans:
            has_choice = not (span is self.numbers and is_line)
            span.setVisible(span is self.span and has_choice)
        for pad in (self.square, self.triangle):
            pad.setVisible(pad is self.pad)

    def _cut(self) -> None:
        """The plane through the place where we are, or why there is none."""
        point, space = self.explorer.point, self.explorer.space
        if point is None or space is None:
            return
        self._plane, self._psi, words = None, point.psi, self.span.missing()
        if not words:
            try:
                plane = self.span.plane(point, space)
                self._plane = plane.held(self.explorer.locked, point.z)
            except NoPlane as problem:
                words = problem.sentence()
        self.pad.set_hint(words)
        self.fields.setVisible(not words)
        self.pad.moves = (True, True) if self._plane is None else self._plane.moves

    def _name(self, plane: Slice) -> None:
        names = [
            name if moves else "" for name, moves in zip(plane.names, plane.moves, strict=False)
        ]
        if self.span is self.pictures:
            self.fields.set_names(plane.names, is_percent=True)
        else:
            self.square.set_names(*names)
            self.fields.set_names(names, is_percent=False)

    def _on_moved(self) -> None:
        point, plane = self.explorer.point, self._plane
        if not self._is_shown or point is None:
            return
        if plane is not None and self._is_outdated(plane, point):
            self._cut()
            self._tell_grid()
        self._place_handle()

    def _is_outdated(self, plane: Slice, point: Point) -> bool:
        """Whether the plane has to go with the place, or pictures stand elsewhere on it."""
        if self.span is self.pictures and point.psi != self._psi:
            return True
        goes_along = self.span.follows or bool(self.explorer.locked)
        return goes_along and not plane.holds(point.z)

    def _place_handle(self) -> None:
        point, plane = self.explorer.point, self._plane
        if point is None or plane is None:
            self._tell_beside("")
            return
        x, y = plane.point_of(point.z)
        self.pad.is_off = not plane.holds(point.z)
        self.pad.set_value(x, y)
        is_shares = self.span is self.pictures
        self.fields.set_values(shares_at(x, y) if is_shares else (x, y))
        words = _("The picture lies {far} beside this plane; the ring shows the nearest point.")
        self._tell_beside(
            words.format(far=f"{plane.left_over(point.z):.1f}") if self.pad.is_off else ""
        )

    def _tell_beside(self, words: str) -> None:
        self.beside.setText(words)
        self.beside.setVisible(bool(words))
        count = len(self.explorer.locked)
        locked = ngettext("{n} number locked", "{n} numbers locked", count).format(n=count)
        self.card.set_note(locked if count else "", "")

    def _on_corners_drawn(self) -> None:
        self.triangle.set_thumbnails([slot.picture.image() for slot in self.pictures.slots])

    # Moves

    def _on_pad_moved(self, x: float, y: float) -> None:
        if self._plane is not None:
            z = self._plane.places([(x, y)])[0]
            self.explorer.set_z(z, is_drag=self.pad.is_dragging, gesture="pad")

    def _on_field(self, index: int, value: float) -> None:
        point = list(self.pad.value())
        if self.span is self.pictures:
            point = list(point_with_share((point[0], point[1]), index, value))
        else:
            point[index] = value
        self._on_pad_moved(point[0], point[1])

    # The pictures of the plane

    def _tell_grid(self) -> None:
        if self._plane is None or (self.span is self.numbers and self.numbers.is_waiting):
            self.grid.set_plane(None, None)
        else:
            self.grid.set_plane(self._plane, self.pad.window_shown)
        self._show_save()

    def _on_side_changed(self) -> None:
        side = self.side.currentData()
        self.grid.set_side(side)
        if not side:
            self.square.remove_map()
            self.triangle.remove_map()
        self._show_save()

    def _on_grid_restarted(self, window: Any, columns: int, rows: int, still_fits: bool) -> None:
        self.save.setEnabled(False)
        self.pad.begin_map(window, columns, rows, keeps_last=still_fits)

    def _on_grid_grown(self, drawn: Any) -> None:
        self.pad.add_tiles(drawn)

    def _show_save(self) -> None:
        self.save.setEnabled(self.grid.is_whole and not self.saver.is_busy)

    def _on_save(self) -> None:
        if self.grid.is_whole:
            places = self.grid.places()
            columns = places.facts["columns"]
            self.saver.save(self.grid.bundle, places, columns, "plane.png")

    def _on_saved(self, path: str, beside: str) -> None:
        self.told.emit(_("Saved."), f"{path} · {beside}")
