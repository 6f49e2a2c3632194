"""Mode collapse by the published protocol, every loss, and what the lab says of itself.

The grid of 25 with its preset; the same grid and a ring of 8 with every loss; whether the lab's
Jensen-Shannon read-out lets a perfect generator pass; and how soon the time machine answers.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.cli.bench.data import preset_config
from gan_studio.cli.bench.points import Played, play
from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.data.distributions import ON_PLANE
from gan_studio.lab.divergence import SampledDivergence
from gan_studio.losses.base import LOSSES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from gan_studio.core.config import RunConfig

GRID, RING = "lab_grid", "lab_ring"
WASSERSTEIN = "wasserstein"
LOSS_STEPS = 5000  # of each loss on the grid: a table to compare by, not the protocol
RING_SEEDS = 3  # at most
CRITIC_STEPS = 5  # of WGAN-GP per step of G, as in its paper
READ_OUT_SHAPES = ("ring", "grid", "moons")
READ_OUT_REPEATS = 100
READ_OUT_COUNT = 20_000  # points in each sample, as on the lab's page


def run(args: argparse.Namespace) -> list[Row]:
    """All of them, or with ``--preset`` only that preset's."""
    rows = []
    if args.preset in ("", GRID):
        rows += grid_rows([_grid(seed) for seed in range(1, args.seeds + 1)])
        rows += [loss_row(name, play(config)) for name, config in loss_configs()]
    if args.preset in ("", RING):
        rows += ring_rows(min(args.seeds, RING_SEEDS))
    if not args.preset:
        rows += [read_out_row(shape) for shape in READ_OUT_SHAPES]
    return rows


def grid_rows(games: Sequence[Played]) -> list[Row]:
    """The published figures over all seeds, each beside its worst."""
    good = [game.modes.high_quality for game in games]
    spread = [game.modes.reverse_kl for game in games]
    seconds = [game.cpu_seconds for game in games]
    name, how = "grid of 25", f"{len(games)} seeds, {games[0].steps} steps, 2,500 points, 3 sigma"
    fewest = min(game.modes.covered for game in games)
    return [
        at_least(f"{name}: modes, fewest of all seeds", fewest, 25, how, "{:.0f}"),
        at_least(
            f"{name}: high quality, mean",
            statistics.fmean(good),
            0.975,
            f"worst {min(good):.4f}, best {max(good):.4f}",
            "{:.4f}",
        ),
        at_most(
            f"{name}: reverse KL, mean",
            statistics.fmean(spread),
            0.007,
            f"worst {max(spread):.4f}; a perfect generator {games[0].modes.floor:.4f}",
            "{:.4f}",
        ),
        at_most(
            f"{name}: CPU seconds per seed, longest",
            max(seconds),
            180,
            f"one thread, median {statistics.median(seconds):.0f}",
            "{:.0f}",
        ),
    ]


def loss_configs() -> list[tuple[str, RunConfig]]:
    """The grid with every loss: same nets, steps and penalties, and WGAN with its own penalty."""
    steps = f"train.steps={LOSS_STEPS}"
    named = [
        (entry.key, preset_config(GRID, None, 1, steps, f"model.loss={entry.key}"))
        for entry in LOSSES
    ]
    with_own = preset_config(
        GRID,
        None,
        1,
        f"train.steps={LOSS_STEPS // CRITIC_STEPS}",  # as many updates of D as the others
        f"model.loss={WASSERSTEIN}",
        "model.penalties=gradient_penalty",
        f"model.game.discriminator_steps={CRITIC_STEPS}",
    )
    return [*named, (f"{WASSERSTEIN} (WGAN-GP: its own penalty, {CRITIC_STEPS} D : 1 G)", with_own)]


def loss_row(name: str, game: Played) -> Row:
    """One line of the table of losses on the grid, without a bar."""
    modes = game.modes
    found = (
        f"{modes.covered} modes, {modes.high_quality:.1%} high quality, "
        f"reverse KL {modes.reverse_kl:.4f}"
    )
    how = f"one seed, {game.steps} steps, {game.cpu_seconds:.0f} s of CPU"
    return Row(f"grid, {name}", found, how=how)


def ring_rows(seeds: int) -> list[Row]:
    """The ring with one setting for every loss; WGAN without its own penalty has no bar."""
    rows = []
    for entry in LOSSES:
        games = [
            play(preset_config(RING, None, seed, f"model.loss={entry.key}"))
            for seed in range(1, seeds + 1)
        ]
        fewest = min(game.modes.covered for game in games)
        longest = max(game.cpu_seconds for game in games)
        worst = min(game.modes.high_quality for game in games)
        what = f"ring of 8, {entry.key}: modes"
        how = f"{seeds} seeds, high quality at least {worst:.1%}, {longest:.0f} s of CPU at most"
        if entry.key == WASSERSTEIN:
            rows.append(Row(what, f"{fewest}", how=how))
            continue
        rows.append(at_least(what, fewest, 8, how, "{:.0f}"))
        rows.append(at_most(f"ring of 8, {entry.key}: CPU s", longest, 20, "longest", "{:.0f}"))
    return rows


def read_out_row(shape: str) -> Row:
    """How often fakes that are drawn from the data itself lie within the band that is drawn."""
    distribution = ON_PLANE[shape].make(1.0)
    judge = SampledDivergence(distribution, READ_OUT_COUNT, repeats=400)
    random = np.random.default_rng(1)
    within = sum(
        judge.measure(distribution.sample(READ_OUT_COUNT, random)).is_within
        for _repeat in range(READ_OUT_REPEATS)
    )
    what = f"{shape}: data against itself within the 99 % band"
    how = f"{READ_OUT_REPEATS} repeats of {READ_OUT_COUNT:,} points; floor {judge.floor:.4f} nats"
    return at_least(what, within, 95, how, "{:.0f}")


def _grid(seed: int) -> Played:
    return play(preset_config(GRID, None, seed))
