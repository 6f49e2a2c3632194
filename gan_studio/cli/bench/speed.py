"""Training speed against a bare loop and against the loop that people start from."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import torch

from gan_studio.cli.bench.data import bench_config, bench_data
from gan_studio.cli.bench.loops import CPU, advance, bare_loop, common_loop
from gan_studio.cli.bench.report import Row, at_least
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.i18n import ngettext
from gan_studio.core.schema_io import assign
from gan_studio.models.base import make_family
from gan_studio.training.device import candidate_threads, use_threads
from gan_studio.training.trainer import Trainer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared

COMMON_BARS = {"autoencoder": 1.3, "gan": 2.0, "dcgan": 1.3}


def run(args: argparse.Namespace) -> list[Row]:
    """Both ratios for each family on CPU: median over interleaved rounds."""
    rows = []
    for family in COMMON_BARS:
        prepared = bench_data(args.data)
        config = resolved(bench_config(family), prepared)
        threads = config.train.threads
        how = f"batch {config.train.batch_size}, {config.train.precision}, " + (
            ngettext("{n} thread", "{n} threads", threads).format(n=threads) + ", interleaved"
        )
        engine, bare = speed_ratio(config, prepared, bare_loop, args.seconds, threads)
        rows.append(at_least(f"{family}: engine / bare loop", engine / bare, 0.95, how))
        every_core = candidate_threads()[-1]  # what torch takes when nobody says otherwise
        engine, common = speed_ratio(config, prepared, common_loop, args.seconds, every_core)
        bar = COMMON_BARS[family]
        what = f"{family}: engine / common loop (DataLoader, .item(), plain Adam, fp32)"
        rows.append(at_least(what, engine / common, bar, f"{how}; {engine:.0f} images/s"))
    return rows


def resolved(config: RunConfig, prepared: Prepared) -> RunConfig:
    """The config with the threads and the precision that a run would choose here."""
    trainer = _trainer(config, prepared)
    run = trainer.run(RunControl(), wants_nothing)
    next(run)
    run.close()
    return trainer.config


def _trainer(config: RunConfig, prepared: Prepared) -> Trainer:
    family = make_family(config.model.key, config.model.options, prepared.spec)
    return Trainer(config, family, prepared, CPU)


def speed_ratio(
    config: RunConfig,
    prepared: Prepared,
    rival: Callable[..., Iterator[Any]],
    seconds: float,
    rival_threads: int,
) -> tuple[float, float]:
    """Images per second of the engine and of `rival`, from alternating chunks of about 0.5 s."""
    threads = (config.train.threads, rival_threads)
    trainer = _trainer(assign(config, ["train.steps=100000000"]), prepared)
    engine = _steps_of(trainer)
    other = rival(config, trainer.family, prepared)
    advance(engine, 5)
    advance(other, 5)
    chunk = _steps_in(other, 0.5)
    rates: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for loop, list_of, count in zip((engine, other), rates, threads, strict=True):
            use_threads(count)
            torch.set_flush_denormal(loop is engine)  # a plain loop knows nothing of it
            before = time.perf_counter()
            advance(loop, chunk)
            list_of.append(chunk * config.train.batch_size / (time.perf_counter() - before))
    engine.close()
    torch.manual_seed(0)
    return statistics.median(rates[0]), statistics.median(rates[1])


def _steps_of(trainer: Trainer) -> Any:
    """The engine as a loop that yields once per step, with all that it does around its steps."""
    run = trainer.run(RunControl(), wants_nothing)
    next(run)
    control = RunControl()
    try:
        while True:
            for _ in trainer._obey(control, wants_nothing):
                pass
            trainer.stepper.step()
            for _ in trainer._after_step(wants_nothing):
                pass
            yield
    finally:
        run.close()


def _steps_in(loop: Iterator[Any], seconds: float) -> int:
    before = time.perf_counter()
    advance(loop, 5)
    return max(1, int(5 * seconds / (time.perf_counter() - before)))
