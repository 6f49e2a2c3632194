"""Draw, and see it squeezed through every chosen model while drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.reconstruct.models import is_searched
from gan_studio.gui.pages.reconstruct.pad.columns import SqueezedView
from gan_studio.gui.pages.reconstruct.pad.drawing import Drawing
from gan_studio.gui.pages.reconstruct.pad.seen import SeenCard
from gan_studio.gui.pages.reconstruct.pad.tools import PadCard
from gan_studio.gui.pages.reconstruct.panels import Panel
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.error_colors import ErrorLegend, nice_limit

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gan_studio.data.base import Prepared
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.pages.reconstruct.wishes import Own, OwnPictures
    from gan_studio.inference.bundle import Bundle

WIDE = 1150  # pixels from which drawing, what is seen and the columns stand beside each other
LEFT_WIDTH = 300


def squeeze_beside(bundles: Any, drawing: Any) -> Any:
    """In the worker's thread, where torch may be imported."""
    from gan_studio.gui.pages.reconstruct.pad.squeeze import squeeze

    return squeeze(bundles, drawing)


class DrawPanel(Panel):
    """A pad at the left, what the models see of it, and what each of them makes of that.

    Signals:
        taken: the drawing was put into the table of Compare.
        converted: an `OwnPictures` whose first picture was put on the pad.
        failed: the exception in place of copies.
    """

    taken = Signal()
    converted = Signal(object)
    failed = Signal(object)

    def __init__(
        self, source: PictureSource, squeeze: Any = squeeze_beside, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.main_text = _("Another picture")
        self._source = source
        self._titles: list[str] = []
        self._prepared: Prepared | None = None
        self._seed = 0
        self._limit = 0.0
        self._is_seen = False
        self.bridge = RenderBridge(squeeze, self)
        self.drawing, self.seen = PadCard(), SeenCard()
        self.pad, self.switches = self.drawing.pad, self.seen.switches
        self.pad.set_hint(_("Draw here"))
        self.view = SqueezedView()
        self.legend = ErrorLegend()
        self._build()
        self.bridge.picture_ready.connect(self._on_squeezed)
        self.bridge.failed.connect(self.failed)
        self.bridge.idle.connect(self.view.describe)
        self.pad.changed.connect(self.ask)
        self.switches.changed.connect(self.ask)
        self.drawing.picture_wanted.connect(self.main_action)
        self.seen.use.clicked.connect(self._on_use)

    def _build(self) -> None:
        self._left = QWidget()
        self._left.setProperty("role", "scrolled")
        self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._left)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GAP)
        self._column.addWidget(self.drawing, 3)
        self._column.addWidget(self.seen, 1)
        self._scroll = _scrolling(self._left)
        self._out = card = Card(_("What comes out"))
        card.header.addWidget(self.legend)
        card.body.addWidget(_scrolling(self.view), 1)
        self._work = QWidget()
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._scroll)
        row.addWidget(card, 1)
        self.empty = EmptyState("pen")
        self.empty.show_words(
            _("No model to draw for"),
            _("Choose a run with an encoder at the right; its data decides the size of the pad."),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._work)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        theme.notifier().changed.connect(self._fit)

    # The page

    def set_models(
        self, bundles: tuple[Bundle, ...], titles: list[str], prepared: Prepared | None
    ) -> None:
        able = [row for row, bundle in enumerate(bundles) if not is_searched(bundle)]
        left_out = _("models without an encoder are not searched here")
        self._out.set_note(left_out if len(able) < len(bundles) else "", "")
        bundles = tuple(bundles[row] for row in able)  # no search keeps up with a pen
        self._titles, self._prepared = [titles[row] for row in able], prepared
        is_usable = bool(bundles) and prepared is not None and self._source.habit is not None
        self.bridge.set_model(bundles if is_usable else None)
        self._stack.setCurrentWidget(self._work if is_usable else self.empty)
        if prepared is None or not is_usable:
            return
        self.switches.set_habit(self._source.habit)
        if self.pad.sketch.shape != prepared.spec.shape:
            self._start_empty(prepared)
        self.ask()

    def on_shown(self) -> None:
        self._is_seen = True
        self.ask()

    def on_hidden(self) -> None:
        self._is_seen = False
        self.bridge.close()

    def main_action(self) -> None:
        """Begin with another held-out picture."""
        if self._prepared is None:
            return
        from gan_studio.data.preview import sample_grid

        self._seed += 1
        split = "held_out" if len(self._prepared.held_out) else "train"
        self._limit = 0.0
        self.pad.set_picture(sample_grid(self._prepared, 1, self._seed, split).samples[0])

    def take(self, item: Own) -> None:
        """Put a file or a pasted picture on the pad."""
        self._source.convert(item, self._on_converted)

    # Drawing

    def ask(self) -> None:
        """Squeeze what is on the pad; the newest picture wins."""
        habit = self._source.habit
        if not self._is_seen or self.bridge.model is None or habit is None:
            return
        if not self.pad.sketch.can_undo:
            self._limit = 0.0
        self.bridge.ask(Drawing(self.pad.pixels, self.switches.placing(), habit))

    def _start_empty(self, prepared: Prepared) -> None:
        import numpy as np

        self.pad.set_picture(np.zeros(prepared.spec.shape, np.uint8))

    def _on_squeezed(self, squeezed: Any) -> None:
        # Within one drawing the scale only grows: colours that jump from stroke to stroke mislead.
        limit = max(self._limit, nice_limit(squeezed.largest_error))
        if limit != self._limit:
            self._limit = limit
            self.legend.set_limit(limit)
        self.view.show_squeezed(squeezed, self._titles, limit)
        self.seen.show_placed(squeezed.placed)

    def _on_use(self) -> None:
        placed = self.seen.view.placed
        if placed is not None:
            self._source.add_drawn(placed.pixels)
            self.taken.emit()

    def _on_converted(self, own: OwnPictures) -> None:
        self._limit = 0.0
        self.pad.set_picture(own.images[0])
        self.converted.emit(own)

    # Qt's overrides

    def _fit(self) -> None:
        is_wide = self.width() >= theme.px(WIDE)
        way = QBoxLayout.Direction
        self._column.setDirection(way.LeftToRight if is_wide else way.TopToBottom)
        self._column.setStretch(0, 3 if is_wide else 0)
        self._column.setStretch(1, 2 if is_wide else 1)
        self.seen.stand_up(is_wide)
        wide = 0.5 * self.width() if is_wide else theme.px(LEFT_WIDTH)
        self._scroll.setFixedWidth(round(min(wide, self.width() / 2)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
