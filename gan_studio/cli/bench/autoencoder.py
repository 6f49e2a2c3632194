"""Reconstruction error against the bottleneck, beside PCA's, and the bound of the VAE."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from sklearn.decomposition import PCA

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.quality import train
from gan_studio.cli.bench.report import Row, at_most
from gan_studio.diagnostics.classifier import split_tensors
from gan_studio.models.draws import Draws
from gan_studio.models.vae import Vae

if TYPE_CHECKING:
    import argparse

    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle

BARS = {2: 0.0342, 5: 0.0207, 32: 0.0039}
CONVOLUTIONS_BAR = 0.0036  # what the fully connected nets reach with as many numbers
BOUND_BAR = 105.0  # nats: the VAE of torch's examples after its ten epochs


def run(args: argparse.Namespace) -> list[Row]:
    """Mean squared error on held-out pictures in [0, 1]."""
    prepared = bench_data(args.data)
    rows = []
    for size, bar in BARS.items():
        config = preset_config(f"autoencoder_{size}", data_plug(args.data), 1)
        bundle, seconds = train(config, prepared)
        error = held_out_error(bundle, prepared)
        how = f"{len(prepared.held_out)} held-out pictures, PCA {pca_error(prepared, size):.4f}, "
        rows.append(
            at_most(
                f"autoencoder, {size} numbers: MSE", error, bar, how + f"{seconds:.0f} s", "{:.4f}"
            )
        )
    return [*rows, _convolutions(args, prepared), _bound(args, prepared)]


def _convolutions(args: argparse.Namespace, prepared: Prepared) -> Row:
    config = preset_config("conv_autoencoder_32", data_plug(args.data), 1)
    bundle, seconds = train(config, prepared)
    error, how = held_out_error(bundle, prepared), f"{seconds:.0f} s"
    what = "convolutional autoencoder, 32 numbers: MSE"
    return at_most(what, error, CONVOLUTIONS_BAR, how, "{:.4f}")


def _bound(args: argparse.Namespace, prepared: Prepared) -> Row:
    bundle, seconds = train(preset_config("vae_20", data_plug(args.data), 1), prepared)
    reconstruction, kl = held_out_bound(bundle, prepared)
    how = f"reconstruction {reconstruction:.1f}, KL {kl:.1f}, {seconds:.0f} s"
    what = "VAE, 20 numbers: cross-entropy + KL in nats"
    return at_most(what, reconstruction + kl, BOUND_BAR, how, "{:.1f}")


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
