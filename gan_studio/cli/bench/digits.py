"""The first minute after the click: does a person see different digits?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.quality import draw, judge_of, train
from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.diagnostics.class_histogram import class_histogram

if TYPE_CHECKING:
    import argparse

PRESET = "gan_quick"


def run(args: argparse.Namespace) -> list[Row]:
    """The quick start on the embedded digits, as it is clicked."""
    prepared = bench_data(None)
    net, right = judge_of(None)
    rows = []
    for seed in range(1, args.seeds + 1):
        bundle, seconds = train(preset_config(PRESET, data_plug(None), seed), prepared)
        classes, _ = net.classes(draw(bundle, 2000))
        shares = class_histogram(classes, 10)
        common = sum(count >= 20 for count in shares.counts)
        how = (
            f"seed {seed}, 2,000 pictures, classes with at least 1 %; classifier {right:.3f} right"
        )
        rows.append(at_least("digits: classes drawn", common, 8, how, "{:.0f}"))
        rows.append(at_most("digits: seconds of training", seconds, 60, f"seed {seed}", "{:.0f}"))
    return rows
