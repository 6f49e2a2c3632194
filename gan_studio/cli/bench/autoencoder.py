"""The bars of the autoencoder bench: error by bottleneck, bound, speed, encoding for the Map."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from typing import TYPE_CHECKING

import torch
from sklearn.decomposition import PCA
from torch.distributions import Normal

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.loops import bare_loop
from gan_studio.cli.bench.quality import train
from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.cli.bench.speed import resolved, speed_ratio
from gan_studio.cli.bench.window import in_window
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import ngettext
from gan_studio.core.schema_io import assign
from gan_studio.diagnostics.classifier import split_tensors
from gan_studio.inference.bundle import Bundle
from gan_studio.models.draws import Draws
from gan_studio.models.vae import Vae

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared

BARS = {2: 0.0330, 5: 0.0200, 32: 0.0037}
CONVOLUTIONS_BAR = 0.0036  # what the fully connected nets reach with as many numbers
BOUND_BAR = 105.0  # nats: the VAE of torch's examples after its ten epochs
SECONDS_BAR = 180.0
SAMPLED_BAR = 0.01
SPEED_BAR = 0.95
ENCODING_BAR, LATE_BAR = 5.0, 50.0  # seconds for 60,000 pictures, milliseconds of a held window
SPEED_PRESETS = ("autoencoder_32", "conv_autoencoder_32", "vae_20")
DRAWS_PER_PICTURE = 16
# One thread, so that seconds of processors are seconds of a quiet machine.
ALONE = ("train.threads=1", "train.sample_every=0", "train.checkpoint_every=0")


def run(args: argparse.Namespace) -> list[Row]:
    """All rows, or those of the parts that ``--only`` names.

    Raises:
        BadConfig: there is no such part.
    """
    wanted = [part for part in args.only.split(",") if part] or list(PARTS)
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        raise BadConfig(f"--only: {', '.join(unknown)} is none of {', '.join(PARTS)}")
    rows = []
    for part in wanted:
        rows += PARTS[part](args)
    return rows


@dataclasses.dataclass(frozen=True)
class Trained:
    """A model of a preset and what it took."""

    bundle: Bundle
    seconds: float
    cpu_seconds: float


def _trained(preset: str, args: argparse.Namespace) -> list[Trained]:
    """The preset with each seed."""
    found = []
    for seed in range(1, args.seeds + 1):
        config = preset_config(preset, data_plug(args.data), seed)
        config = assign(config, ALONE)
        began = time.process_time()
        bundle, seconds = train(config, bench_data(args.data))
        found.append(Trained(bundle, seconds, time.process_time() - began))
    return found


def _cost(what: str, all_trained: list[Trained]) -> Row:
    """The time of processors, which other programs on the machine change least."""
    longest = max(all_trained, key=lambda each: each.cpu_seconds)
    config = longest.bundle.config.train
    how = f"{config.steps} steps of {config.batch_size}, {longest.seconds:.0f} s by the clock"
    what = f"{what}: CPU seconds of training"
    return at_most(what, longest.cpu_seconds, SECONDS_BAR, how, "{:.0f}")


def _error(what: str, all_trained: list[Trained], bar: float, how: str, prepared: Prepared) -> Row:
    """The worst mean squared error of all seeds, on held-out pictures in [0, 1]."""
    errors = [held_out_error(each.bundle, prepared) for each in all_trained]
    how = f"{len(prepared.held_out)} held-out pictures, {how}"
    if len(errors) > 1:
        how += f"; seeds {', '.join(f'{error:.5f}' for error in errors)}"
    return at_most(f"{what}: MSE", max(errors), bar, how, "{:.4f}")


def _fully_connected(size: int, args: argparse.Namespace) -> list[Row]:
    prepared, found = bench_data(args.data), _trained(f"autoencoder_{size}", args)
    what, how = f"autoencoder, {size} numbers", f"PCA {pca_error(prepared, size):.4f}"
    return [_error(what, found, BARS[size], how, prepared), _cost(what, found)]


def _convolutions(args: argparse.Namespace) -> list[Row]:
    prepared, found = bench_data(args.data), _trained("conv_autoencoder_32", args)
    what, how = "convolutional autoencoder, 32 numbers", "the bar is the fully connected one's"
    return [_error(what, found, CONVOLUTIONS_BAR, how, prepared), _cost(what, found)]


def _variational(args: argparse.Namespace) -> list[Row]:
    """The worst bound of all seeds, and the KL of the first."""
    prepared, found = bench_data(args.data), _trained("vae_20", args)
    what = "VAE, 20 numbers"
    cost, kl = max((held_out_bound(each.bundle, prepared) for each in found), key=sum)
    how = f"reconstruction {cost:.1f}, KL {kl:.1f}, one z per held-out picture"
    bound = at_most(f"{what}: cross-entropy + KL in nats", cost + kl, BOUND_BAR, how, "{:.1f}")
    closed, sampled = both_divergences(found[0].bundle, prepared)
    how = f"{closed:.2f} and {sampled:.2f} nats, {DRAWS_PER_PICTURE} z per held-out picture"
    away = abs(sampled / closed - 1)
    equal = at_most(f"{what}: closed KL against sampled", away, SAMPLED_BAR, how, "{:.2%}")
    return [bound, equal, _cost(what, found)]


def _speed(args: argparse.Namespace) -> list[Row]:
    """Steps per second against a bare loop's, in turns in one process."""
    prepared, rows = bench_data(args.data), []
    for preset in SPEED_PRESETS:
        config = resolved(_plain(preset, args), prepared)
        threads = config.train.threads
        engine, bare = speed_ratio(config, prepared, bare_loop, args.seconds, threads)
        how = f"batch {config.train.batch_size}, {config.train.precision}, " + (
            ngettext("{n} thread", "{n} threads", threads).format(n=threads)
        )
        what = f"{config.model.key}: engine / bare loop"
        rows.append(at_least(what, engine / bare, SPEED_BAR, f"{how}, interleaved"))
    return rows


def _plain(preset: str, args: argparse.Namespace) -> RunConfig:
    """A preset without what a bare loop does not do."""
    words = ("train.sample_every=0", "train.checkpoint_every=0", "train.schedule=constant")
    return preset_config(preset, data_plug(args.data), 1, *words, "train.warmup_steps=0")


def _encoding(args: argparse.Namespace) -> list[Row]:
    """A whole set encoded beside a living window, as the Map does it."""
    rows = []
    for preset, found in in_window("encode", args).items():
        how = f"{found['pictures']} pictures, one thread"
        rows.append(at_most(f"{preset}: encoding, s", found["seconds"], ENCODING_BAR, how))
        what = f"{preset}: event loop late while encoding, most ms"
        rows.append(at_most(what, found["max_ms"], LATE_BAR, "10 ms heartbeat", "{:.0f}"))
    return rows


PARTS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    **{f"d{size}": partial(_fully_connected, size) for size in BARS},
    "conv": _convolutions,
    "vae": _variational,
    "speed": _speed,
    "encoding": _encoding,
}


@torch.no_grad()
def held_out_bound(bundle: Bundle, prepared: Prepared) -> tuple[float, float]:
    """Reconstruction and KL in nats, means over all held-out pictures with one z for each."""
    assert isinstance(bundle.family, Vae)
    pictures, _ = split_tensors(prepared.held_out)
    draws = Draws(0)
    totals = torch.zeros(2, dtype=torch.float64)
    for part in torch.split(pictures, 1000):
        cost, divergence, _logits = bundle.family.terms(bundle.nets, (part + 1) / 2, draws)
        totals += torch.stack([cost, divergence.sum()]).double() * len(part)
    reconstruction, kl = (totals / len(pictures)).tolist()
    return reconstruction, kl


@torch.no_grad()
def both_divergences(bundle: Bundle, prepared: Prepared) -> tuple[float, float]:
    """KL of q(z|x) from p(z) in nats, as the family has it and from drawn z: means over pictures.

    The drawn one is the mean of ``log q(z|x) - log p(z)``, written with torch's distributions.
    """
    assert isinstance(bundle.family, Vae)
    pictures, _ = split_tensors(prepared.held_out)
    draws = Draws(1)
    closed = sampled = 0.0
    for part in torch.split(pictures, 1000):
        mean, log_variance = bundle.family.posterior(bundle.nets, (part + 1) / 2)
        q, p = Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)
        noise = draws.normal((DRAWS_PER_PICTURE, *mean.shape))
        z = q.mean + q.stddev * noise
        told = q.log_prob(z) - p.log_prob(z)  # type: ignore[no-untyped-call]
        sampled += float(told.sum(2).mean(0).sum())
        _cost, divergence, _logits = bundle.family.terms(bundle.nets, (part + 1) / 2, draws)
        closed += float(divergence.sum()) * len(part)
    return closed / len(pictures), sampled / len(pictures)


def held_out_error(bundle: Bundle, prepared: Prepared) -> float:
    """Mean over all held-out pictures of the squared error on [0, 1]."""
    pictures, _ = split_tensors(prepared.held_out)
    total = 0.0
    for part in torch.split(pictures, 1000):
        copies = bundle.generate(bundle.encode(part))
        total += float(((copies - part) / 2).square().mean(dim=(1, 2, 3)).sum())
    return total / len(pictures)


def pca_error(prepared: Prepared, size: int) -> float:
    """The same error of PCA with as many numbers, fitted on the training pictures."""
    train_set = (split_tensors(prepared.train)[0] + 1).flatten(1).div(2).numpy()
    held_out = (split_tensors(prepared.held_out)[0] + 1).flatten(1).div(2).numpy()
    pca = PCA(size, random_state=0).fit(train_set)
    copies = pca.inverse_transform(pca.transform(held_out))
    return float(torch.from_numpy(copies - held_out).square().mean())
