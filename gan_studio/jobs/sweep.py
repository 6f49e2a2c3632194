"""The same model with bottlenecks of several sizes, planned as one queue of runs.

The lecture's figure (2, 5 and 32 numbers) and the curve of the error against the size are the same
thing with other sizes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import _
from gan_studio.jobs.queue import SKIPPED, WAITING, Entry, Queue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gan_studio.core.presets import Preset
    from gan_studio.jobs.survey import Found

    Plain = Mapping[str, Any]

SIZES = (1, 2, 3, 5, 8, 16, 32, 64)
FIGURE_SIZES = (2, 5, 32)
FIGURE_FAMILY = "autoencoder"
FIGURE, CURVE = "figure", "curve"  # what a queue is for
SIZE_FIELD = "latent_dim"

SHORT, LONG = "short", "long"
SMALL_DATA = 10_000  # pictures; fewer are learned by heart before a preset's steps are over
SMALL_BATCH = 128
SMALL_STEPS = {SHORT: 1000, LONG: 4000}
SHORT_SHARE = 0.2  # of a preset's steps
CHECKPOINTS = 8  # per run: what a crash loses is at most this part of one


@dataclass(frozen=True)
class Sweep:
    """What is trained with which sizes.

    Attributes:
        family: its key; it encodes and its options have `latent_dim`.
        data: the data set as plain tables (``name`` and its options).
        budget: "short" or "long".
        least: the budget that finished runs must have had to be taken; "" is `budget`.
    """

    family: str = FIGURE_FAMILY
    data: Plain = field(default_factory=lambda: {"name": "digits"})
    sizes: tuple[int, ...] = FIGURE_SIZES
    budget: str = SHORT
    least: str = ""

    def settings(self, presets: Iterable[Preset], size: int, count: int) -> dict[str, Any]:
        """The run of one size as plain tables: a preset's, with steps for the data.

        Args:
            presets: those with measured results.
            size: of the bottleneck.
            count: training pictures; 0 where nobody knows yet.
        """
        # One kind of nets over a curve, or it would compare nets as well as sizes; on few pictures,
        # too, where deep nets have not bent far enough when the steps are over.
        is_alike = self.sizes != FIGURE_SIZES or 0 < count < SMALL_DATA
        preset = nearest_preset(presets, self.family, max(self.sizes) if is_alike else size)
        values: Plain = {} if preset is None else preset.values
        train = {**values.get("train", {})}
        steps = int(train.get("steps", 10_000))
        if 0 < count < SMALL_DATA:
            train["batch_size"] = min(SMALL_BATCH, int(train.get("batch_size", SMALL_BATCH)))
            steps = min(steps, SMALL_STEPS[self.budget])
        elif self.budget == SHORT:
            steps = max(1, round(steps * SHORT_SHARE))
        train |= {
            "steps": steps,
            "warmup_steps": min(int(train.get("warmup_steps", 0)), steps // 30),
            "checkpoint_every": max(1, steps // CHECKPOINTS),
        }
        model = {**values.get("model", {}), "name": self.family, SIZE_FIELD: size}
        return {"model": model, "data": dict(self.data), "train": train}

    def enough(self, presets: Iterable[Preset], size: int, count: int) -> int:
        """How many steps a finished run must have made to be taken as it is."""
        asked = replace(self, budget=self.least or self.budget)
        return int(asked.settings(presets, size, count)["train"]["steps"])

    def queue(
        self,
        title: str,
        purpose: str,
        presets: Iterable[Preset],
        count: int,
        best: Mapping[int, Found],
        previous: Queue | None = None,
    ) -> Queue:
        """A queue of all sizes.

        Args:
            title: of the queue.
            purpose: of the queue.
            presets: those with measured results.
            count: training pictures; 0 where nobody knows yet.
            best: finished runs by size; those with enough steps are not trained again.
            previous: a queue that was cut short; the same run goes on where it was.
        """
        begun = [entry for entry in previous.entries if entry.run_dir] if previous else []
        entries = []
        for size in self.sizes:
            settings = self.settings(presets, size, count)
            entry = Entry(_("latent {size}").format(size=size), settings)
            known = best.get(size)
            same = next((item for item in begun if item.config == settings), None)
            if known is not None and known.steps >= self.enough(presets, size, count):
                entry = replace(entry, state=SKIPPED, run_dir=str(known.path))
            elif same is not None and same.state == WAITING:
                entry = replace(entry, run_dir=same.run_dir)
            entries.append(entry)
        return Queue(title, purpose, tuple(entries))


def figure_sweep(data: Plain, count: int) -> Sweep:
    """The lecture's figure; short where there are few pictures, as the presets say else."""
    budget = SHORT if 0 < count < SMALL_DATA else LONG
    return Sweep(FIGURE_FAMILY, data, FIGURE_SIZES, budget, SHORT)


def nearest_preset(presets: Iterable[Preset], family: str, size: int) -> Preset | None:
    """The family's preset whose bottleneck is nearest by its factor; quick starts do not count."""
    sized = {
        int(dim): preset
        for preset in presets
        if preset.family == family and not preset.quick_start
        if (dim := preset.values.get("model", {}).get(SIZE_FIELD))
    }
    best = min(sized, key=lambda dim: abs(math.log(dim / size)), default=None)
    return None if best is None else sized[best]


def families_with_sizes() -> list[str]:
    """The families that encode into as many numbers as one asks for, in the registry's order."""
    from gan_studio.models.base import FAMILIES

    return [
        entry.key
        for entry in FAMILIES
        if Capability.ENCODES in entry.capabilities
        and any(item.name == SIZE_FIELD for item in fields(entry.options))
    ]
