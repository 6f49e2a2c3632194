"""The sheets of one model that were looked at, with their marks. Neither Qt nor torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.inference.places import BATCH
from gan_studio.inference.sheets import NEAR, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_studio.inference.places import Place

MOST_LEAVES = 60
MOST_BYTES = 64 * 2**20  # of pictures that are kept; older sheets are drawn again when looked at
Pictures = npt.NDArray[np.uint8]


@dataclass(eq=False)
class Leaf:
    """A sheet and what a person thinks of it.

    Attributes:
        sheet: its places.
        starred: the numbers of pictures that are liked.
        rejected: and of those that are not.
        near: pictures that are suspiciously near to a training picture, with the distance.
        pictures: uint8 ``[N, C, H, W]``, None before the first is drawn or after they were let go.
        bundle: the model that draws them.
    """

    sheet: Sheet
    starred: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    near: dict[int, float] = field(default_factory=dict)
    pictures: Pictures | None = None
    bundle: Any = None
    _drawn: int = 0
    _had: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """One per picture."""
        return self.sheet.places

    @property
    def drawn(self) -> int:
        """How many pictures are drawn, by the newest model that was asked to."""
        return self._drawn

    @property
    def had(self) -> int:
        """How many pictures there are to show, drawn by the newest model or one before."""
        return self._had

    @property
    def is_complete(self) -> bool:
        """Whether every picture is drawn."""
        return self._drawn >= len(self.places)

    def next_batch(self) -> range:
        """What is drawn next, always in the same batches, because bits depend on them."""
        return range(self._drawn, min(self._drawn + BATCH, len(self.places)))

    def take(self, pictures: Pictures) -> range:
        """Keep the pictures of the next batch; which they are."""
        batch = self.next_batch()
        if self.pictures is None or self.pictures.shape[1:] != pictures.shape[1:]:
            self.pictures = np.zeros((len(self.places), *pictures.shape[1:]), np.uint8)
        self.pictures[batch.start : batch.stop] = pictures
        self._drawn = batch.stop
        self._had = max(self._had, batch.stop)
        return batch

    def redraw(self, bundle: Any) -> None:
        """Draw everything again with another model; the old pictures stay until then."""
        self.bundle, self._drawn = bundle, 0
        self.near.clear()

    def let_go(self) -> None:
        """Forget the pictures; they are drawn again when somebody looks."""
        self.pictures, self._drawn, self._had = None, 0, 0

    def toggle_star(self, indices: Iterable[int]) -> None:
        """Star these, or take their stars away where all of them have one."""
        _toggle(self.starred, set(indices))
        self.rejected -= self.starred

    def toggle_reject(self, indices: Iterable[int]) -> None:
        """Reject these, or take them back where all of them are rejected."""
        _toggle(self.rejected, set(indices))
        self.starred -= self.rejected


def _toggle(marked: set[int], indices: set[int]) -> None:
    if indices <= marked:
        marked -= indices
    else:
        marked |= indices


class Leaves:
    """Where one was, and the way back."""

    def __init__(self) -> None:
        self._leaves: list[Leaf] = []
        self._at = -1

    @property
    def now(self) -> Leaf | None:
        """The sheet that is looked at."""
        return self._leaves[self._at] if self._leaves else None

    @property
    def can_go_back(self) -> bool:
        """Whether another one was looked at before."""
        return self._at > 0

    @property
    def can_go_on(self) -> bool:
        """Whether one was gone back from."""
        return self._at < len(self._leaves) - 1

    @property
    def next_seed(self) -> int:
        """The first seed that no sheet of seeds has shown."""
        sheets = [leaf.sheet for leaf in self._leaves if leaf.sheet.recipe.kind != NEAR]
        return max((sheet.next_seed for sheet in sheets), default=1)

    def add(self, leaf: Leaf) -> None:
        """Look at another one; those that were gone back from are forgotten."""
        del self._leaves[self._at + 1 :]
        self._leaves.append(leaf)
        del self._leaves[:-MOST_LEAVES]
        self._at = len(self._leaves) - 1
        self.spare_memory()

    def go(self, by: int) -> bool:
        """Go back (-1) or on (1); False where there is none."""
        if not 0 <= self._at + by < len(self._leaves):
            return False
        self._at += by
        return True

    def clear(self) -> None:
        """Forget all: the space is another one."""
        self._leaves, self._at = [], -1

    def drop_models(self, newest: Any) -> None:
        """Hold no weights for sheets that nobody looks at, but the newest, which all share.

        A sheet without a model is drawn again when it is looked at.
        """
        for leaf in self._leaves:
            if leaf is not self.now and leaf.bundle is not newest:
                leaf.bundle = None

    def spare_memory(self) -> None:
        """Let go of the pictures that are farthest from the present sheet, beyond `MOST_BYTES`."""
        order = sorted(enumerate(self._leaves), key=lambda item: abs(item[0] - self._at))
        total = 0
        for _at, leaf in order:
            total += 0 if leaf.pictures is None else leaf.pictures.nbytes
            if total > MOST_BYTES and leaf is not self.now:
                leaf.let_go()
