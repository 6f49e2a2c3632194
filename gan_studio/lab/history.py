"""The memory of the time machine: states of small nets, kept sparsely, and what was done by hand.

Every k-th state is kept whole; those between are rebuilt by training again from the one before,
which gives the same numbers bit for bit, since every random number comes from streams that are part
of the state (`gan_studio.training.replay`). When memory runs short k is doubled, from the earliest
states on and no further than is needed.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the process grows by is a third more (measured over 100,000 steps), so below 200 MB in all.
BUDGET_BYTES = 140 * 2**20
STRIDE = 16
_WIDEST = 2**20
_OVERHEAD = 700  # bytes that Python needs for one moment beside its tensors and counters

_Layout = tuple[tuple[str, tuple[int, ...]], ...]  # names and shapes, in the order of the numbers


@dataclass(frozen=True, slots=True)
class Moment:
    """A whole state between two steps, packed.

    Attributes:
        step: completed steps.
        era: which configuration it was reached with.
        edits: how many edits had been noted when it was kept.
        layout: what is in `numbers`.
        numbers: all float32 tensors in one, flat.
        rest: tensors of other types by name (random streams, counters of nets).
        counters: JSON.
    """

    step: int
    era: int
    edits: int
    layout: _Layout
    numbers: Tensor
    rest: dict[str, Tensor]
    counters: bytes

    def unpack(self) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Any]]:
        """Weights, optimiser and counters, as they were handed to `History.keep`.

        Tensors may be views of what is kept: read them only.
        """
        tensors = dict(self.rest)
        start = 0
        for name, shape in self.layout:
            size = 1
            for extent in shape:
                size *= extent
            tensors[name] = self.numbers[start : start + size].view(shape)
            start += size
        groups: dict[str, dict[str, Tensor]] = {"w": {}, "o": {}}
        for name, tensor in tensors.items():
            groups[name[0]][name[2:]] = tensor
        return groups["w"], groups["o"], json.loads(self.counters)


@dataclass(frozen=True, slots=True)
class Edit:
    """Something done by hand: a command of `gan_studio.core.control`, after `step` steps."""

    step: int
    command: Any


class History:
    """The past of a run, from its first step to its newest. Safe to use from several threads.

    Args:
        budget_bytes: most memory for states.
        stride: every how many steps a state is kept at first; doubled whenever memory runs short.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES, stride: int = STRIDE) -> None:
        self.budget_bytes = budget_bytes
        self.stride = stride
        self.byte_count = 0
        self.newest_step = 0
        self._eras: list[Any] = []
        self._moments: list[Moment] = []
        self._edits: list[Edit] = []
        self._thinned = 0  # states before this place are already thinned for twice the stride
        self._lock = threading.RLock()

    # --- writing -----------------------------------------------------------------------------

    def begin(
        self,
        config: Any,
        weights: Mapping[str, Tensor],
        optimiser: Mapping[str, Tensor],
        counters: Mapping[str, Any],
    ) -> None:
        """A run begins or goes on with this configuration from this state, which always stays."""
        with self._lock:
            self._eras.append(config)
            self._keep(weights, optimiser, counters)

    def wants(self, step: int) -> bool:
        """Whether the state after `step` steps should be kept (and notes that it was reached)."""
        self.newest_step = step
        return step % self.stride == 0

    def keep(
        self,
        weights: Mapping[str, Tensor],
        optimiser: Mapping[str, Tensor],
        counters: Mapping[str, Any],
    ) -> None:
        """Copy a state (see `gan_studio.training.stepper.Stepper.capture`).

        Raises:
            ValueError: no run has begun.
        """
        with self._lock:
            if not self._eras:
                raise ValueError("a history begins with a configuration")
            self._keep(weights, optimiser, counters)
            while self.byte_count > self.budget_bytes and self.stride <= _WIDEST:
                self._thin()

    def note(self, step: int, command: Any) -> None:
        """Remember a command that was carried out after `step` steps."""
        with self._lock:
            self._edits.append(Edit(step, command))

    def _keep(
        self,
        weights: Mapping[str, Tensor],
        optimiser: Mapping[str, Tensor],
        counters: Mapping[str, Any],
    ) -> None:
        named = {f"w.{name}": value for name, value in weights.items()}
        named |= {f"o.{name}": value for name, value in optimiser.items()}
        flat = {name: value for name, value in named.items() if value.dtype == torch.float32}
        layout = tuple((name, tuple(value.shape)) for name, value in flat.items())
        last = self._moments[-1] if self._moments else None
        if last is not None and last.layout == layout:
            layout = last.layout  # one copy for all
        numbers = torch.cat([value.detach().reshape(-1).cpu() for value in flat.values()])
        rest, rest_bytes = self._rest(named, flat, last)
        text = json.dumps(dict(counters), separators=(",", ":")).encode()
        step = int(counters["step"])
        self._moments.append(
            Moment(step, len(self._eras) - 1, len(self._edits), layout, numbers, rest, text)
        )
        self.newest_step = step
        self.byte_count += numbers.nbytes + rest_bytes + len(text) + _OVERHEAD

    @staticmethod
    def _rest(
        named: Mapping[str, Tensor], flat: Mapping[str, Tensor], last: Moment | None
    ) -> tuple[dict[str, Tensor], int]:
        """What is not float32; shared with the moment before where it is the same."""
        rest, byte_count = {}, 0
        for name, value in named.items():
            if name in flat:
                continue
            before = None if last is None else last.rest.get(name)
            if before is not None and torch.equal(before, value.cpu()):
                rest[name] = before
            else:
                rest[name] = value.detach().to("cpu", copy=True)
                byte_count += value.nbytes
        return rest, byte_count

    def _thin(self) -> None:
        """Let go of one state: the earliest that a doubled stride does without.

        So the newest part of a run stays dense, and memory is used to the last.
        """
        while True:
            for index in range(self._thinned, len(self._moments) - 1):
                moment = self._moments[index]
                begins_an_era = index == 0 or self._moments[index - 1].era != moment.era
                if moment.step % (2 * self.stride) and not begins_an_era:
                    self._thinned = index
                    self._drop(index)
                    return
            self.stride *= 2
            self._thinned = 0
            if self.stride > _WIDEST:
                return

    def _drop(self, index: int) -> None:
        beside = self._moments[index - 1], self._moments[index + 1]
        moment = self._moments.pop(index)
        # Only neighbours ever share anything.
        shared = {id(value) for other in beside for value in other.rest.values()}
        own = sum(value.nbytes for value in moment.rest.values() if id(value) not in shared)
        self.byte_count -= moment.numbers.nbytes + len(moment.counters) + _OVERHEAD + own

    # --- reading -----------------------------------------------------------------------------

    @property
    def first_step(self) -> int:
        """The earliest step that can be gone to."""
        with self._lock:
            return self._moments[0].step if self._moments else 0

    @property
    def states(self) -> int:
        """How many states are kept."""
        return len(self._moments)

    def before(self, step: int) -> Moment:
        """The newest kept state that is not later than `step`: what a first picture can show.

        Raises:
            ValueError: there is none so early.
        """
        with self._lock:
            found = None
            low, high = 0, len(self._moments)
            while low < high:  # steps never fall along the list
                middle = (low + high) // 2
                if self._moments[middle].step <= step:
                    found, low = self._moments[middle], middle + 1
                else:
                    high = middle
        if found is None:
            raise ValueError(f"the history begins after step {step}")
        return found

    def config(self, era: int) -> Any:
        """The configuration of an era."""
        with self._lock:
            return self._eras[era]

    def edits(self, start: int, step: int) -> list[Edit]:
        """Edits from number `start` on that were made after at most `step` steps."""
        with self._lock:
            return [edit for edit in self._edits[start:] if edit.step <= step]

    def branch(self, step: int) -> History:
        """A history of its own with all that happened up to `step`; states are shared.

        Whoever goes on from there begins a new era in it (`begin`), with the rebuilt state.
        """
        with self._lock:
            twin = History(self.budget_bytes, self.stride)
            twin._moments = [moment for moment in self._moments if moment.step <= step]
            twin._eras = self._eras[: twin._moments[-1].era + 1] if twin._moments else []
            twin._edits = [edit for edit in self._edits if edit.step <= step]
            twin._thinned = min(self._thinned, len(twin._moments))
            twin.byte_count = measured(twin._moments)
            twin.newest_step = step
            return twin


def measured(moments: list[Moment]) -> int:
    """Bytes that these moments need; what several share counts once."""
    seen: set[int] = set()
    total = 0
    for moment in moments:
        total += moment.numbers.nbytes + len(moment.counters) + _OVERHEAD
        for value in moment.rest.values():
            if id(value) not in seen:
                seen.add(id(value))
                total += value.nbytes
    return total
