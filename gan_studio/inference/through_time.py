"""One place drawn by the weights of every moment of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import StudioError
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.renderer import PicturesAt, Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
MOST_BYTES = 512 * 2**20  # of weights that are kept; further moments are read again each time


@dataclass(frozen=True, eq=False)
class Strip:
    """The pictures of a place, oldest first.

    Attributes:
        steps: the moments that could be drawn.
        pictures: uint8 ``[len(steps), C, H, W]``, None where there is none.
        lost: moments that were there and could not be read any more.
    """

    steps: tuple[int, ...]
    pictures: npt.NDArray[np.uint8] | None
    lost: tuple[int, ...] = ()


class ThroughTime:
    """Reads each moment once, in whichever single thread draws.

    Args:
        run_dir: the run.
        steps: its moments, oldest first; a running run may drop some of them at any time.
        load: as `load_bundle`.
    """

    def __init__(
        self,
        run_dir: Path,
        steps: Sequence[int],
        load: Callable[[Path, int], Bundle] = load_bundle,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.run_dir, self.steps = run_dir, tuple(steps)
        self._load, self._most = load, most_bytes
        self._known: dict[int, Bundle] = {}
        self._bytes = 0
        self._renderer = Renderer()

    def take_over(self, older: ThroughTime) -> None:
        """Keep what another one of the same run has read; for a list that has grown."""
        self._known, self._bytes = older._known, older._bytes

    def draw(self, z: Floats, label: int | None = None) -> Strip:
        """Draw `z` ``[dim]``, as the model is given it, at every moment.

        Each picture is drawn alone, and so has the same bits as on the page and from the command
        line.
        """
        steps, parts, lost = [], [], []
        request = PicturesAt(np.ascontiguousarray(z, np.float32)[None], label)
        for step in self.steps:
            try:
                parts.append(self._renderer(self._bundle(step), request).values)
                steps.append(step)
            except (StudioError, OSError):
                lost.append(step)
        pictures = np.concatenate(parts) if parts else None
        return Strip(tuple(steps), pictures, tuple(lost))

    def _bundle(self, step: int) -> Bundle:
        found = self._known.get(step)
        if found is None:
            found = self._load(self.run_dir, step)
            size = _bytes(found)
            if self._bytes + size <= self._most:
                self._known[step] = found
                self._bytes += size
        return found


def _bytes(bundle: Bundle) -> int:
    return sum(
        item.numel() * item.element_size()
        for net in bundle.nets.values()
        for item in net.state_dict().values()
    )
