"""From two nets to one picture of the lab (`gan_studio.lab.frames`).

A painter draws no random numbers while it paints: the same nets give the same picture, whether they
train or are looked at again later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from gan_studio.lab.contour import crossings
from gan_studio.lab.divergence import Estimate, SampledDivergence
from gan_studio.lab.frames import GameFrame, LineFrame, PlaneFrame
from gan_studio.lab.line import Line, LineView
from gan_studio.lab.look import Judge, drawn, evaluating, grid, judge, lattice, pushes
from gan_studio.lab.modes import PROTOCOL_COUNT, count_modes
from gan_studio.losses.base import Output, as_probability
from gan_studio.models._adversarial import DISCRIMINATOR, GENERATOR, AdversarialFamily
from gan_studio.models._readouts import read_outs
from gan_studio.models.draws import Draws, derive_seed

if TYPE_CHECKING:
    from gan_studio.data.base import Array
    from gan_studio.data.distributions import Distribution, Floats
    from gan_studio.models.base import Nets

SIDE = 128  # cells along one side of the heat map
ON_LINE, ON_PLANE = 48, 200  # points that are drawn
PUSHED = 60  # of those on the plane, how many show where they are pulled
_READ = 1000  # points that numbers are read off
_ESTIMATED = 20_000  # points that the divergence on the plane is estimated from
_LINE_CELLS = 512
_MARGIN = 0.2  # of what the data spans, on both sides
_START = 1.0  # around 0, where a new G puts its points, however narrow the data is


class Painter:
    """Paints one game.

    Args:
        family: the game's family.
        distribution: what the data is drawn from.
        samples: data ``[N, dim]``, N at least 1; the first ones are shown.
    """

    def __init__(
        self, family: AdversarialFamily, distribution: Distribution, samples: Array
    ) -> None:
        self.family = family
        self.distribution = distribution
        self.real = torch.from_numpy(np.ascontiguousarray(samples[:_READ])).float()
        draws = Draws(derive_seed(0, "lab"))
        self.latents = draws.latents(family.latent, max(PROTOCOL_COUNT, _READ))
        self._many: Tensor | None = None
        self._sampled: SampledDivergence | None = None
        self._low, self._high = view_of(distribution)
        if distribution.dim == 1:
            self._line = Line(distribution, self._low[0], self._high[0], _LINE_CELLS)
            self._places = torch.from_numpy(self._line.x).float()[:, None]
        else:
            self._cells = grid(self._low, self._high, SIDE)
            lines = lattice(family, lines=13, points=33)
            self._lattice_shape = lines.shape[:2]
            self._lattice = lines.flatten(0, 1)

    def paint(
        self, nets: Nets, step: int, *, has_readings: bool = True, has_scores: bool = False
    ) -> GameFrame:
        """The picture of these nets.

        Args:
            nets: both nets; where G is to be shown averaged, its average.
            step: what the frame says.
            has_readings: with the numbers that are read off many points.
            has_scores: on the plane, also modes and the divergence, which take longer.
        """
        with evaluating(nets):
            if self.distribution.dim == 1:
                return self._paint_line(nets, step, has_readings=has_readings)
            return self._paint_plane(nets, step, has_readings=has_readings, has_scores=has_scores)

    def _readings(self, seen: Judge, fake: Tensor) -> dict[str, float]:
        """As a run reports them, but for the divergence, which the lab knows better."""
        found = read_outs(seen.output, seen.raw(self.real), seen.raw(fake))
        return {name: float(value) for name, value in found.items() if name != "jsd"}

    def _paint_line(self, nets: Nets, step: int, *, has_readings: bool) -> GameFrame:
        fake = drawn(self.family, nets, self.latents[:_READ]).float()
        seen = judge(self.family, nets, self.real, fake)
        line = self._line_frame(nets, seen, fake)
        readings = self._readings(seen, fake) | {"jsd": line.jsd} if has_readings else {}
        return GameFrame(step, seen.output, line=line, readings=readings)

    def _line_frame(self, nets: Nets, seen: Judge, fake: Tensor) -> LineFrame:
        def generate(latents: Tensor) -> Tensor:
            return drawn(self.family, nets, latents)

        view = self._line.look(generate, self.family.latent)
        raw = seen.raw(self._places)
        judged = seen.height_of(raw).numpy().astype(np.float64)
        is_probability = as_probability(seen.output, raw) is not None
        shown_real, shown_fake = self.real[:ON_LINE], fake[:ON_LINE]
        noise = self.latents[:ON_LINE, 0].numpy()
        return LineFrame(
            x=self._line.x,
            real=view.real,
            generated=view.generated,
            judged=judged,
            best=_best_heights(seen, view, raw),
            real_points=shown_real[:, 0].numpy(),
            real_heights=seen.height(shown_real).numpy(),
            fake_points=shown_fake[:, 0].numpy(),
            fake_heights=seen.height(shown_fake).numpy(),
            noise=noise,
            distance=self._line.distance_from_best(judged, view) if is_probability else None,
            jsd=view.jsd,
            wasserstein=view.wasserstein,
        )

    def _paint_plane(
        self, nets: Nets, step: int, *, has_readings: bool, has_scores: bool
    ) -> GameFrame:
        # What a D without a scale of its own is drawn by is settled by many points, too.
        has_scale = self.family.loss.output not in (Output.LEVEL, Output.SCORE)
        count = ON_PLANE if has_scale and not has_readings else _READ
        # G is asked once: asking takes longer than answering.
        latents = torch.cat([self.latents[:count], self._lattice])
        points = drawn(self.family, nets, latents).float()
        fake, bent = points[:count], points[count:]
        seen = judge(self.family, nets, self.real[:count], fake)
        plane = self._plane_frame(nets, seen, fake, bent, has_scores=has_scores)
        readings = self._readings(seen, fake) if has_readings else {}
        if plane.estimate is not None:
            readings["jsd"] = plane.estimate.value
        return GameFrame(step, seen.output, plane=plane, readings=readings)

    def _plane_frame(
        self, nets: Nets, seen: Judge, fake: Tensor, bent: Tensor, *, has_scores: bool
    ) -> PlaneFrame:
        heat = seen.height(self._cells).view(SIDE, SIDE).numpy()
        shown_real, shown_fake = self.real[:ON_PLANE], fake[:ON_PLANE]
        pulls = pushes(self.family, nets, shown_fake[:PUSHED], shown_real[:PUSHED])
        lengths = pulls.norm(dim=1, keepdim=True)
        return PlaneFrame(
            low=self._low,
            high=self._high,
            heat=heat,
            contour=crossings(heat, self._low, self._high),
            real_points=shown_real.numpy(),
            fake_points=shown_fake.numpy(),
            pushes=(pulls / (1 + lengths)).numpy(),
            lattice=bent.view(*self._lattice_shape, 2).numpy(),
            modes=count_modes(self._points(nets), self.distribution) if has_scores else None,
            estimate=self._estimate(nets) if has_scores else None,
        )

    def _points(self, nets: Nets) -> Floats:
        found: Floats = drawn(self.family, nets, self.latents[:PROTOCOL_COUNT]).double().numpy()
        return found

    def _estimate(self, nets: Nets) -> Estimate:
        if self._sampled is None or self._many is None:
            self._sampled = SampledDivergence(self.distribution, _ESTIMATED, repeats=400)
            draws = Draws(derive_seed(1, "lab"))
            self._many = draws.latents(self.family.latent, _ESTIMATED)
        return self._sampled.measure(drawn(self.family, nets, self._many).double().numpy())


def nets_to_show(nets: Nets, averaged: Nets | None) -> dict[str, torch.nn.Module]:
    """Both nets, G being its average where there is one."""
    generator = nets[GENERATOR] if averaged is None else averaged[GENERATOR]
    return {GENERATOR: generator, DISCRIMINATOR: nets[DISCRIMINATOR]}


def view_of(distribution: Distribution) -> tuple[tuple[float, float], tuple[float, float]]:
    """Corners of what is drawn: the data, some room around it, and where G begins; a square."""
    low, high = distribution.bounds()
    room = float((high - low).max()) * _MARGIN
    low, high = np.minimum(low - room, -_START), np.maximum(high + room, _START)
    middle, reach = (low + high) / 2, float((high - low).max()) / 2
    ends = [(float(value - reach), float(value + reach)) for value in middle]
    x, y = ends[0], ends[-1]
    return (x[0], y[0]), (x[1], y[1])


def _best_heights(seen: Judge, view: LineView, raw: Tensor) -> Floats:
    """The best D, drawn as D is."""
    if seen.output is Output.SIDE:  # only the side is determined
        return np.where(view.real == view.generated, 0.5, view.real > view.generated).astype(float)
    if seen.output is Output.SCORE:  # any constant may be added: brought to where D stands
        moved = torch.from_numpy(view.critic) + raw.double().mean()
        return np.asarray(seen.height_of(moved).numpy(), dtype=np.float64)
    return view.best
