"""What can be seen of a state without changing it: pictures, weights, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.diagnostics.base import PROBES
from gan_studio.training.sampling import Previewer, to_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from gan_studio.data.base import Prepared
    from gan_studio.models.base import Family
    from gan_studio.training.state import TrainingState


class Watcher:
    """Looks at a training state with random streams of its own.

    Args:
        state: what is looked at.
        family: knows how to draw.
        prepared: held-out pictures come from here.
        seed: the run's seed; which latents and pictures are shown follows from it.
    """

    def __init__(self, state: TrainingState, family: Family, prepared: Prepared, seed: int) -> None:
        self._state = state
        self._family = family
        self._previewer = Previewer(family, prepared, seed, state.device)

    def pictures(self) -> Any:
        """The sample grid, uint8 ``[N, C, H, W]`` (points: float32)."""
        return self._previewer.make(self._state.picture_nets(self._family.picture_nets))

    def weights(self) -> dict[str, Tensor]:
        """CPU copies of the weights that pictures are made from, by ``net.name``."""
        nets = self._state.picture_nets(self._family.picture_nets)
        return {
            f"{name}.{key}": value.detach().to("cpu", copy=True).contiguous()
            for name, net in nets.items()
            for key, value in net.state_dict().items()
        }

    def findings(self, pictures: Any) -> Iterator[tuple[str, dict[str, float]]]:
        """What each probe finds in pictures drawn from noise; copies of originals prove nothing."""
        latent = self._family.latent
        if latent is None or latent.prior == "encoded":
            return
        drawn, real = to_pictures(pictures), self._previewer.batch.images.cpu()
        for entry in PROBES:
            if payload := entry.target().measure(drawn, real):
                yield entry.key, payload
