"""What every model of the comparison loses on the whole held-out set."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.reconstruct.models import is_searched

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle

Key = tuple[Path | None, int, str, int]


@dataclass(frozen=True)
class Total:
    """The error of one model on the whole held-out set.

    Attributes:
        count: how many pictures.
        mean: of their mean squared errors on [0, 1].
        spread: standard deviation from picture to picture.
        mse: of each picture ``[count]``, in the order of the set.
    """

    count: int
    mean: float
    spread: float
    mse: Any = None


@dataclass
class _Known:
    totals: dict[Key, Total] = field(default_factory=dict)
    baseline: dict[int, float | None] = field(default_factory=dict)  # None: there can be none


class Totals(QObject):
    """Computes, beside the window, what is not known yet; the newest wish only.

    Signals:
        changed: `feet` says more than before.
        progressed: pictures done and all pictures, of the model that is being measured.
        failed: the exception in place of what `measure` was asked for.
    """

    changed = Signal()
    progressed = Signal(int, int)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prepared: Prepared | None = None
        self._known = _Known()
        self._task: Task | None = None
        self._asked: tuple[list[Key], list[int]] = ([], [])

    def measure(self, bundles: Sequence[Bundle], prepared: Prepared | None) -> None:
        """Measure these models on this data; what is known already is not measured again."""
        if prepared is not self._prepared:
            self._prepared, self._known = prepared, _Known()
            self.cancel()
        if prepared is None or not len(prepared.held_out):
            self.cancel()
            return
        wanted = [
            bundle
            for bundle in bundles
            if not is_searched(bundle) and key_of(bundle) not in self._known.totals
        ]
        sizes = {size for bundle in bundles if has_rival(bundle) and (size := size_of(bundle))}
        missing = sorted(sizes - self._known.baseline.keys())
        asked = ([key_of(bundle) for bundle in wanted], missing)
        if self._task is not None and self._task.is_running and asked == self._asked:
            return  # it is being measured; a column that trains asks every second
        self.cancel()
        if wanted or missing:  # the models' own errors first: an order may wait for them
            self._asked = asked
            job = _job(wanted, prepared) if wanted else _rivals(missing, prepared)
            take = partial(self._take, tuple(bundles), prepared)
            self._task = Task(job, self).on_done(take).on_error(self._on_error)
            self._task.on_progress(lambda done, total, _what: self.progressed.emit(done, total))
            self._task.start()

    def errors_of(self, bundle: Bundle, prepared: Prepared | None) -> Any:
        """The error of each held-out picture of this data, None where it is not known yet."""
        total = self._known.totals.get(key_of(bundle)) if prepared is self._prepared else None
        return None if total is None else total.mse

    def cancel(self) -> None:
        """Stop measuring; what is known stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def feet(self, bundles: Sequence[Bundle]) -> list[tuple[str, ...]]:
        """Lines below the column of each model; empty where nothing is known yet."""
        return [self._lines(bundle) for bundle in bundles]

    def _lines(self, bundle: Bundle) -> tuple[str, ...]:
        lines = []
        total = self._known.totals.get(key_of(bundle))
        if total is not None:
            lines.append(
                _("all {count}: {mean:.4f} ± {spread:.4f}").format(
                    count=f"{total.count:,}", mean=total.mean, spread=total.spread
                )
            )
        elif is_searched(bundle) and self._prepared is not None:
            count = f"{len(self._prepared.held_out):,}"
            lines.append(_("all {count}: not searched").format(count=count))
        rival = self._known.baseline.get(size_of(bundle)) if has_rival(bundle) else None
        if rival is not None:
            lines.append(_("PCA of {size}: {mse:.4f}").format(size=size_of(bundle), mse=rival))
        return tuple(lines)

    def _take(self, bundles: Sequence[Bundle], prepared: Prepared, found: _Known) -> None:
        self._task = None
        self._known.totals.update(found.totals)
        self._known.baseline.update(found.baseline)
        self.changed.emit()
        if self._task is None:  # nobody asked for others meanwhile
            self.measure(bundles, prepared)

    def _on_error(self, problem: Exception) -> None:
        self._task = None
        self.changed.emit()  # nothing is under way any more
        self.failed.emit(problem)


def key_of(bundle: Bundle) -> Key:
    """What tells the weights of two models apart."""
    return bundle.run_dir, bundle.step, bundle.family_key, size_of(bundle)


def has_rival(bundle: Any) -> bool:
    """Whether principal components are anything else than this model."""
    return hasattr(bundle, "family")


def size_of(bundle: Bundle) -> int:
    """How many numbers a model keeps of a picture, 0 where it has no such bottleneck."""
    return bundle.latent.dim if bundle.latent is not None else 0


def _job(bundles: Sequence[Bundle], prepared: Prepared) -> Callable[..., _Known]:
    def measure(progress: Callable[..., None], is_cancelled: Callable[[], bool]) -> _Known:
        from gan_studio.inference.held_out import losses_on
        from gan_studio.training.device import use_threads

        use_threads(1)  # the cores belong to training
        known = _Known()
        for bundle in bundles:
            found = losses_on(bundle, prepared.held_out, progress, is_cancelled)
            known.totals[key_of(bundle)] = Total(
                len(found.mse), found.mean, found.spread, found.mse
            )
        return known

    return measure


def _rivals(sizes: Sequence[int], prepared: Prepared) -> Callable[..., _Known]:
    def find(progress: Callable[..., None], is_cancelled: Callable[[], bool]) -> _Known:
        from gan_studio.inference.held_out import baseline
        from gan_studio.training.device import use_threads

        use_threads(1)
        found = baseline(prepared, sizes)
        return _Known(baseline={size: found.get(size) for size in sizes})

    return find
