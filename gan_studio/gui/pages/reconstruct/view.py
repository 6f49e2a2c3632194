"""The middle of the Reconstruct page: the table, or words on why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.reconstruct.panels import Panel
from gan_studio.gui.pages.reconstruct.search_strip import SearchStrip
from gan_studio.gui.pages.reconstruct.wishes import BEST, DRAWN, OWN, SOURCES, WORST
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.epoch_bar import EpochBar
from gan_studio.gui.widgets.error_colors import ErrorLegend, nice_limit
from gan_studio.gui.widgets.reconstruction_numbers import (
    ALL,
    BEST_MARK,
    MEASURES,
    WORST_MARK,
    TableColumn,
)
from gan_studio.gui.widgets.reconstruction_table import ReconstructionTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.widgets.run_picker import RunChoice

FIGURE_TOOLTIP = N_(
    "Shows the lecture's figure: autoencoders with 2, 5 and 32 numbers side by side. Finished runs "
    "are taken; what is missing is trained first, one after the other, and its column fills while "
    "it trains."
)
GIVE_UP_TOOLTIP = N_("Train nothing more of this; runs that are there stay.")


class ComparisonView(Panel):
    """Shows what `compare_models` found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState("reconstruct")
        self.card = Card(_("What is lost, and where"))
        self.legend = ErrorLegend()
        self.card.header.addWidget(self.legend)
        self.strip = SearchStrip()
        self.card.header.insertWidget(2, self.strip)
        self.table = ReconstructionTable()
        self.table.z_requested.connect(self._copy_z)
        self.card.body.addWidget(self.table, 1)
        self.epochs = EpochBar()
        self.card.body.addWidget(self.epochs)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._shown: Any = None
        self._is_fixed = False
        self._measure = ALL
        self._say_numbers()

    @property
    def shown(self) -> Any:
        """The `Compared` in the table, or None."""
        return self._shown

    @property
    def is_empty(self) -> bool:
        """Whether there are words in place of the table."""
        return self._stack.currentWidget() is self.empty

    def show_compared(self, compared: Any, titles: Sequence[str]) -> None:
        """Show pictures and numbers."""
        self._shown = compared
        wish, rows = compared.wish, compared.rows
        columns = [
            TableColumn(
                title, item.copies, item.errors, item.mse, item.psnr, item.ssim,
                item.mark, item.is_there, item.notes,
            )
            for title, item in zip(titles, compared.columns, strict=False)
        ]  # fmt: skip
        captions = [wish.captions[row] for row in rows] if wish.captions else []
        self.legend.set_limit(self._limit())
        self.table.set_content(wish.images[rows], columns, captions, self._limit())
        has_encoder = any(not item.mark for item in compared.columns)
        self.table.has_map = has_encoder and wish.source != OWN
        self._say_numbers()
        self._stack.setCurrentWidget(self.card)

    def show_progress(self, done: int, total: int) -> None:
        """Say how much of the whole set is measured; a total of 0: nothing is under way."""
        if not total or done >= total or not self.strip.isHidden():
            self._say_numbers()
        else:
            text = _("measuring all {total}: {percent} %")
            percent = 100 * done // total
            self.card.set_note(text.format(total=f"{total:,}", percent=percent), f"{percent} %", "")

    def show_search(self, progress: tuple[int, int] | None) -> None:
        """Show how far a search is, with its Cancel in place of the note; None where none is."""
        was_hidden = self.strip.isHidden()
        self.strip.show_progress(progress)
        if was_hidden != self.strip.isHidden():
            self._say_numbers()

    def latent(self, row: int, column: int) -> list[float] | None:
        """The z behind a copy, None where there is no copy."""
        if self._shown is None or column >= len(self._shown.columns):
            return None
        item = self._shown.columns[column]
        return [float(number) for number in item.latents[row]] if item.has(row) else None

    def _copy_z(self, row: int, column: int) -> None:
        z = self.latent(row, column)
        if z is not None:
            words = ", ".join(f"{number:.6g}" for number in z)
            QGuiApplication.clipboard().setText(f"[{words}]")

    def set_measure(self, measure: str) -> None:
        """Show one number beside each copy, or all."""
        self._measure = measure
        self.table.set_measure(measure)
        self._say_numbers()

    def set_absolute(self, is_absolute: bool) -> None:
        """Colour errors without their signs, or with them."""
        self.legend.set_absolute(is_absolute)
        self.table.set_absolute(is_absolute)

    def _say_numbers(self) -> None:
        """The legend of the numbers, and of their marks where there are models to compare."""
        if not self.strip.isHidden():
            self.card.set_note("")  # the room is needed
            return
        name = _(MEASURES[self._measure])
        scale = _("numbers: MSE on [0, 1], PSNR, SSIM") if self._measure == ALL else name
        short = ""
        if self._shown is not None and len(self._shown.columns) > 1:
            short = _("{best} best, {worst} worst").format(best=BEST_MARK, worst=WORST_MARK)
        both = " · ".join(part for part in (scale, short) if part)
        self.card.set_note(both, " · ".join(part for part in (name, short) if part), short, "")

    def fix_scale(self, is_fixed: bool) -> None:
        """Colour errors on a scale of ±1, or on one that suits what is shown."""
        self._is_fixed = is_fixed
        self.legend.set_limit(self._limit())
        self.table.set_limit(self._limit())

    def _limit(self) -> float:
        if self._is_fixed or self._shown is None:
            return 1.0
        columns = self._shown.columns  # what is still searched for must not colour all anew
        settled = [item for item in columns if item.is_settled] or columns
        return nice_limit(max(item.largest_error for item in settled))

    def show_words(
        self, title: str, text: str, action: str = "", tooltip: str = "", *, is_busy: bool = False
    ) -> None:
        """Say something in place of the table."""
        self.empty.show_words(title, text, action, tooltip, is_busy=is_busy)
        self._stack.setCurrentWidget(self.empty)

    def show_nothing(self, choice: RunChoice | None, *, is_engine_ready: bool) -> None:
        """Say why there is nothing to see yet, and what to do."""
        if not is_engine_ready:
            self.show_words(_("Getting ready …"), "", is_busy=True)
        elif choice is None:
            self.show_words(
                _("No model that can reconstruct"),
                _(
                    "An autoencoder squeezes pictures through a few numbers and rebuilds them; "
                    "here you see what is lost on the way. A GAN has no encoder: there the noise "
                    "is searched for that it draws the picture from best."
                ),
                _("Train an autoencoder"),
                _("Train an autoencoder on digits now."),
            )
            self.empty.offer_second(_("The lecture's figure: 2, 5, 32"), _(FIGURE_TOOLTIP))
        elif choice.is_live:
            self.show_words(_("Waiting for the first weights of the run …"), "", is_busy=True)
        else:
            self.show_words(_("Loading model and pictures …"), "", is_busy=True)

    def show_missing(self) -> None:
        """Offer to download the run's pictures."""
        self.show_words(
            _("The pictures of this run are not on this computer"),
            _("They can be fetched again; then pictures of your own can be opened as well."),
            _("Fetch them"),
            _("Download the run's data set."),
        )


def chips_of(compared: Any, kind: str, data: str, live_step: int | None) -> list[str]:
    """What the page's chips say: whose pictures, how many, and whether a run is followed."""
    place = _(SOURCES[kind])
    wish = compared.wish
    words = {DRAWN: N_("{count} of {total}"), WORST: N_("{count} worst of {total}")}
    words[BEST] = N_("{count} best of {total}")
    looked_at = wish.total if wish.is_ranked or wish.order == DRAWN else len(wish.images)
    shown = _(words[wish.order]).format(count=len(compared.rows), total=f"{looked_at:,}")
    chips = [place if kind == OWN else f"{data} · {place}", shown]
    if live_step is not None:
        chips.append(_("following the run · step {step}").format(step=f"{live_step:,}"))
    return chips
