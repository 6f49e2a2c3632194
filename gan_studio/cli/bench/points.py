"""Games on points of a known density: trained as the program trains, scored as published.

Protocol (VEEGAN, PacGAN): 2,500 points from the averaged G, good within 3 standard deviations of
the nearest mode (see `gan_studio.lab.modes`). Their noise is one that no training run uses.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import Diverged
from gan_studio.data.base import DATASETS, DataContext
from gan_studio.jobs.folders import Folders
from gan_studio.lab.modes import PROTOCOL_COUNT, ModeReport, count_modes
from gan_studio.models.base import make_family
from gan_studio.models.draws import Draws
from gan_studio.training.trainer import Trainer, trained_state

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared
    from gan_studio.data.distributions import Distribution, Floats

_NOISE_SEED = 2**30


@dataclass(frozen=True)
class Played:
    """One game that was played to its end.

    Attributes:
        modes: what the averaged G reached.
        cpu_seconds: CPU time of this process for all of it, drawing the data included.
        steps: how many steps it took; fewer than were asked for where a number broke.
    """

    modes: ModeReport
    cpu_seconds: float
    steps: int


def play(config: RunConfig) -> Played:
    """Draw the data, train without a folder, score.

    Raises:
        ValueError: the data is no mixture.
    """
    began = time.process_time()
    prepared, density = points_of(config)
    trainer = _trainer(config, prepared)
    try:
        for _event in trainer.run(RunControl(), wants_nothing):
            pass
    except Diverged:  # a loss that breaks is scored as what it is
        pass
    seconds = time.process_time() - began
    report = count_modes(averaged_points(trainer, PROTOCOL_COUNT), density)
    if report is None:
        raise ValueError(f"{prepared.title} has no modes to count")
    played = Played(report, seconds, trained_state(trainer).step)
    print(json.dumps(_plain(config, played)), flush=True)
    return played


def points_of(config: RunConfig) -> tuple[Prepared, Distribution]:
    """The data of a configuration and its density.

    Raises:
        ValueError: it has no density.
    """
    source = DATASETS.get(config.data.key).target(config.data.options)
    prepared = source.prepare(DataContext(Folders.of_user().cache))
    density = source.density(prepared)
    if density is None:
        raise ValueError(f"{config.data.key} holds no points of a known density")
    return prepared, density


@torch.no_grad()
def averaged_points(trainer: Trainer, count: int) -> Floats:
    """``[count, dim]`` from the averaged G of a trainer that has run."""
    family = trainer.family
    assert family.latent is not None, "games on points start from noise"
    latents = Draws(_NOISE_SEED).latents(family.latent, count)
    nets = trained_state(trainer).picture_nets(family.picture_nets)
    points: Floats = family.generate(nets, latents).double().numpy()
    return points


def _trainer(config: RunConfig, prepared: Prepared) -> Trainer:
    family = make_family(config.model.key, config.model.options, prepared.spec)
    return Trainer(config, family, prepared, torch.device("cpu"))


def _plain(config: RunConfig, played: Played) -> dict[str, object]:
    modes = played.modes
    return {
        "loss": config.model.options.loss.key,
        "seed": config.train.seed,
        "steps": played.steps,
        "covered": modes.covered,
        "high_quality": modes.high_quality,
        "reverse_kl": modes.reverse_kl,
        "cpu_seconds": round(played.cpu_seconds, 1),
    }
