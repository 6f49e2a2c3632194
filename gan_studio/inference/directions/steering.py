"""Directions learned through the generator: what turns pictures, beside what parts latents.

A boundary's normal parts the latents, but pictures on the other side of several other classes may
not turn into the wanted one along it. Jahanian, Chai & Isola 2020 and Goetschalckx et al. 2019
learn a straight walk by gradient descent through the frozen generator; here its aim is the mean
probability that a classifier gives to the class, `REACH` deviations further on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from gan_studio.inference.bundle import Bundle
from gan_studio.inference.directions.direction import REACH
from gan_studio.inference.directions.samples import CHUNK, classes_of
from gan_studio.models.draws import derive_seed

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.inference.directions.watch import Watch

STEPS, BATCH, RATE = 80, 128, 0.02
TRIED = 600  # latents on which the turns are compared
WORK = STEPS * BATCH + 5 * TRIED  # pictures that it draws, for the progress
_TURNS = (0.0, 0.25, 0.5, 0.75, 1.0)
_ENOUGH = 0.9  # of the samples are turned: no need to go on


@dataclass(frozen=True)
class Steering:
    """What is to be turned, and towards what.

    Attributes:
        bundle: the model.
        judge: pictures in [-1, 1] to logits ``[N, classes]``, with slopes.
        wanted: the class.
        others: latents that are not of the class, on the CPU ``[N, dim]``.
        label: the class that is drawn, for families that take one.
        seed: of the batches.
    """

    bundle: Bundle
    judge: Callable[[Tensor], Tensor]
    wanted: int
    others: Tensor
    label: int | None
    seed: int

    def turned(self, normal: npt.NDArray[np.float64], watch: Watch) -> npt.NDArray[np.float64]:
        """`normal` ``[dim]`` (of length 1) turned towards the learned walk, as far as need be.

        The smallest turn along which 9 of 10 samples become the class; else the walk itself.

        Raises:
            Cancelled: it was.
        """
        walk = self._learned(normal, watch)
        ways = [_unit((1 - turn) * normal + turn * walk) for turn in _TURNS]
        for way in ways:
            if self.share(way, self.others[:TRIED], watch) >= _ENOUGH:
                return way
        return ways[-1]

    def share(
        self, way: npt.NDArray[np.float64], latents: Tensor, watch: Watch | None = None
    ) -> float:
        """The share of latents whose picture is of the class `REACH` deviations along `way`."""
        move = REACH * self._vector(torch.from_numpy(way).float())
        hits = 0
        for part in torch.split(latents, CHUNK):
            with torch.no_grad():
                hits += int((self._logits(part, move).argmax(1) == self.wanted).sum())
            if watch is not None:
                watch.advance(len(part))
        return hits / len(latents)

    def _learned(self, normal: npt.NDArray[np.float64], watch: Watch) -> npt.NDArray[np.float64]:
        rows = np.random.default_rng(derive_seed(self.seed, "steering"))
        with torch.enable_grad():
            way = torch.from_numpy(normal).float().requires_grad_(True)
            optimiser = torch.optim.Adam([way], lr=RATE)
            for step in range(STEPS):
                for group in optimiser.param_groups:
                    group["lr"] = RATE * (1 - step / STEPS)
                batch = self.others[rows.integers(len(self.others), size=BATCH)]
                move = REACH * self._vector(way / way.norm())
                loss = -self._logits(batch, move).softmax(1)[:, self.wanted].mean()
                optimiser.zero_grad()
                torch.autograd.backward(loss)
                optimiser.step()
                watch.advance(BATCH)
        found = way.detach().double().numpy()
        return _unit(found) if np.isfinite(found).all() else normal

    def _logits(self, latents: Tensor, move: Tensor) -> Tensor:
        """What the judge says of moved latents."""
        labels = classes_of(self.label, len(latents), self.bundle.device)
        return self.judge(self.bundle.draw(latents.to(move.device) + move, labels))

    def _vector(self, unit: Tensor) -> Tensor:
        """As long as one standard deviation of z along it, on the model's device."""
        _mean, spread = self.bundle.latent_range()
        vector: Tensor = unit * (unit * spread).norm()
        return vector.to(self.bundle.device)


def _unit(way: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(way / np.linalg.norm(way), np.float64)
