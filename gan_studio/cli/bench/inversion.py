"""Whether a search finds the z of pictures that the same generator made, and of real ones.

Protocol: a preset is trained; 50 pictures from seeds that neither training nor the search uses are
searched one at a time, by one thread, with the default settings; then 100 held-out ones at once.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import torch

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.quality import draw, train
from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.inference.inversion import invert
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle

COUNT, REAL_COUNT = 50, 100
ERROR_BAR, SHARE_BAR, SECONDS_BAR = 0.005, 0.9, 20.0


def run(args: argparse.Namespace) -> list[Row]:
    """The fully connected GAN on the data that is given, the DCGAN on the embedded digits."""
    rows = []
    plans: tuple[tuple[str, Path | None], ...] = (("gan_best", args.data), ("dcgan_digits", None))
    for preset, folder in plans:
        if args.preset in ("", preset):
            prepared = bench_data(folder)
            bundle, _seconds = train(preset_config(preset, data_plug(folder), 1), prepared)
            rows += measure(preset, bundle, prepared)
    return rows


def measure(preset: str, bundle: Bundle, prepared: Prepared) -> list[Row]:
    """The rows of one trained model."""
    threads = torch.get_num_threads()
    use_threads(1)
    try:
        errors, seconds, cpu_seconds = own_pictures(bundle)
        images = to_pictures(prepared.held_out.samples[:REAL_COUNT])
        real = invert(bundle, images).mse
    finally:
        use_threads(threads)
    share = float((errors <= ERROR_BAR).float().mean())
    how = f"{COUNT} pictures of the same G, median {errors.median():.5f}, worst {errors.max():.5f}"
    low, middle, high = real.quantile(torch.tensor([0.1, 0.5, 0.9])).tolist()
    spread = f"{low:.4f} to {high:.4f} from the 10th to the 90th of 100; for comparison, no bar"
    took = f"longest; one thread, {max(cpu_seconds):.1f} s of CPU at most"
    what = f"{preset}: inversion of"
    return [
        at_least(f"{what} own pictures, share with MSE <= {ERROR_BAR}", share, SHARE_BAR, how),
        at_most(f"{what} one picture, seconds", max(seconds), SECONDS_BAR, took, "{:.1f}"),
        Row(f"{what} held-out pictures, median MSE", f"{middle:.4f}", how=spread),
    ]


def own_pictures(bundle: Bundle) -> tuple[torch.Tensor, list[float], list[float]]:
    """The error of each picture that the model drew itself; seconds and CPU seconds per search."""
    errors, seconds, cpu_seconds = [], [], []
    for picture in draw(bundle, COUNT):
        began, cpu_began = time.perf_counter(), time.process_time()
        errors.append(invert(bundle, picture[None]).mse)
        seconds.append(time.perf_counter() - began)
        cpu_seconds.append(time.process_time() - cpu_began)
    return torch.cat(errors), seconds, cpu_seconds
