"""Makes charts beside the window: encodes a set, lays it out, and again when anything is other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.errors import Cancelled
from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared, Split
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.chart import Chart
    from gan_studio.inference.planes import Codes

HELD_OUT, TRAINING = "held_out", "train"
OWN, PRINCIPAL, NEIGHBOURS = "own", "principal", "neighbours"  # as inference.chart names them
LIVE_COUNT = 2000  # pictures that are encoded again with every look at a run that trains


@dataclass(frozen=True)
class Wish:
    """What is to be charted.

    Attributes:
        source: which part of the data.
        most: how many pictures at most.
        way: OWN, PRINCIPAL or NEIGHBOURS.
        dims: which of the latent's own numbers.
        perplexity: of t-SNE: how many neighbours a point listens to.
    """

    source: str = HELD_OUT
    most: int = 10_000
    way: str = OWN
    dims: tuple[int, int] = (0, 1)
    perplexity: int = 30


class Charter(QObject):
    """One chart at a time; the newest wish counts.

    Signals:
        charted: a `Chart`, and whether it is the one before, further on.
        progressed: done, all, and what ("encode" or "neighbours").
        busy_changed: whether something is under way.
        failed: the exception in place of a chart.
    """

    charted = Signal(object, bool)
    progressed = Signal(object, object, str)
    busy_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wish = Wish()
        self.bundle: Bundle | None = None
        self.prepared: Prepared | None = None
        self.split: Split | None = None  # whose pictures are on the newest chart
        self._codes: Codes | None = None
        self._codes_of: tuple[Any, ...] = ()
        self._shown_of: tuple[Any, ...] = ()
        self._task: Task | None = None
        self._is_live = self._is_due = self._is_interrupted = False

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    def set_bundle(self, bundle: Bundle | None, *, is_live: bool = False) -> None:
        """Chart with another model, or with newer weights of the one that trains."""
        self.bundle, self._is_live = bundle, is_live
        if bundle is None:
            self.cancel()
        elif is_live and self.is_busy:
            self._is_due = True  # the one under way is let finish, or none ever would
        else:
            self.refresh()

    def set_data(self, prepared: Prepared | None) -> None:
        """Chart other pictures."""
        self.prepared = prepared
        self.refresh()

    def choose(self, wish: Wish) -> None:
        """Chart in another way."""
        if wish != self.wish:
            self.wish = wish
            self.refresh()

    def refresh(self) -> None:
        """Begin anew with what is wanted now."""
        self.cancel()
        self._is_interrupted = False
        bundle, prepared = self.bundle, self.prepared
        if bundle is None or prepared is None:
            return
        split = prepared.held_out if self.wish.source == HELD_OUT else prepared.train
        if not len(split):
            return
        most = min(self.wish.most, LIVE_COUNT) if self._is_live else self.wish.most
        key = (bundle, split, most)
        known = self._codes if _is_same(self._codes_of, key) else None
        way = PRINCIPAL if self._is_live and self.wish.way == NEIGHBOURS else self.wish.way
        self._start(key, known, way)

    def _start(self, key: tuple[Any, Any, int], known: Codes | None, way: str) -> None:
        wish, dims = self.wish, self.wish.dims
        unfolding: list[Chart | None] = [None]  # of this task: one given up may still be at it

        def job(progress: Any, is_cancelled: Any) -> tuple[Codes, Chart]:
            from gan_studio.gui.pages.map.work import chart, encode, unfold

            def look(done: int, total: int, chart: Chart | None) -> None:
                unfolding[0] = chart
                progress(done, total, NEIGHBOURS)

            codes = (
                known
                if known is not None
                else encode(*key, progress=progress, is_cancelled=is_cancelled)
            )
            if way == NEIGHBOURS:
                return codes, unfold(key[0], codes, wish.perplexity, look, is_cancelled)
            return codes, chart(key[0], codes, way, dims)

        def take(found: tuple[Codes, Chart]) -> None:
            self._on_done(key, (key[0].run_dir, wish.source, way, dims), *found)

        def show(done: int, total: int, what: str) -> None:
            self.progressed.emit(done, total, what)
            chart, unfolding[0] = unfolding[0], None
            if chart is not None:
                self.split = key[1]
                self.charted.emit(chart, False)

        task = Task(job, self).on_done(take).on_error(self._on_error)
        self._task = task.on_progress(show).start()
        self.busy_changed.emit(True)

    def interrupt(self) -> None:
        """Stop for as long as nobody looks; `resume` begins anew."""
        self._is_interrupted = self.is_busy
        self.cancel()

    def resume(self) -> None:
        """Somebody looks again."""
        if self._is_interrupted:
            self.refresh()

    def cancel(self) -> None:
        """Stop what is under way; what is shown stays."""
        self._is_due = False
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.busy_changed.emit(False)

    def _on_done(
        self, key: tuple[Any, ...], shown_of: tuple[Any, ...], codes: Codes, chart: Chart
    ) -> None:
        self._task = None
        self._codes, self._codes_of, self.split = codes, key, key[1]
        is_further = self._is_live and shown_of == self._shown_of
        self._shown_of = shown_of
        self.busy_changed.emit(False)
        self.charted.emit(chart, is_further)
        if self._is_due:
            self._is_due = False
            self.refresh()

    def _on_error(self, problem: Exception) -> None:
        self._task = None
        self.busy_changed.emit(False)
        if not isinstance(problem, Cancelled):
            self.failed.emit(problem)


def _is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two keys name the very same model and pictures; those have no cheap equality."""
    is_known = len(one) == len(other)
    return is_known and one[0] is other[0] and one[1] is other[1] and one[2] == other[2]
