"""What can be said in numbers about a game of the lab."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch

from gan_studio.core.schema import merge, to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import DataContext
from gan_studio.jobs.lab.game import Game
from gan_studio.lab.look import drawn
from gan_studio.lab.modes import count_modes


@dataclass(frozen=True)
class Seen:
    """One moment of a game.

    Attributes:
        step: completed steps.
        readings: see `GameFrame.readings`.
        mean: middle of 2,500 generated points ``[dim]``.
        spread: their standard deviation, the largest over the axes.
        modes: bumps that are covered.
        good: share of points of high quality.
        gradient: length of the gradient that G's weights get.
        wasserstein: exact distance of G(z) from the data, on the line only.
        height: D's mean height over real and over generated points, on the line only.
    """

    step: int
    readings: dict[str, float]
    mean: np.ndarray
    spread: float
    modes: int
    good: float
    gradient: float
    wasserstein: float
    height: tuple[float, float]

    @property
    def real(self):
        return self.readings["d/real"]

    @property
    def fake(self):
        return self.readings["d/fake"]


def new_game(config, folder):
    return Game(config, DataContext(folder))


def play(game, steps):
    for _step in range(steps):
        game.move()
    return look(game)


def change(game, tables):
    """Whether the game had to begin anew."""
    return game.change(from_plain(type(game.config), merge(to_plain(game.config), tables)))


def look(game):
    stepper = game._newest
    nets, family = stepper.state.nets, stepper.family
    frame = game.paint()
    points = drawn(family, nets, game._painter.latents).double().numpy()
    report = count_modes(points, game.distribution)
    line = frame.line
    return Seen(
        frame.step,
        frame.readings,
        points.mean(0),
        float(points.std(0).max()),
        report.covered if report else 0,
        report.high_quality if report else 0.0,
        _gradient(game),
        line.wasserstein if line else np.nan,
        (float(line.real_heights.mean()), float(line.fake_heights.mean())) if line else (0, 0),
    )


def _gradient(game):
    family, nets = game._newest.family, dict(game._newest.state.nets)
    nets["generator"] = copy.deepcopy(nets["generator"]).requires_grad_(True)
    points = family.generate(nets, game._painter.latents[:1000])
    fake = family.judge(nets, points)
    real = family.judge(nets, game._painter.real[:1000]).detach()
    paired = real if family.loss.pairs_real_with_fake else None
    loss = family.loss.generator(fake, paired)
    slopes = torch.autograd.grad(loss, list(nets["generator"].parameters()))
    return float(torch.cat([slope.flatten() for slope in slopes]).norm())
