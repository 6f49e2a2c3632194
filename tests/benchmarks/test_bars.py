"""Every bar, measured: ``pytest -m bench tests/benchmarks``. Long; run on a quiet machine.

The same as ``gan-studio bench GROUP``; MNIST is read from ../shared/data where it is.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from gan_studio.cli import bench
from gan_studio.cli.bench.report import machine, table

RESULTS = Path(__file__).parent / "results"
MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"


@pytest.mark.bench
@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("group", bench.GROUPS)
def test_bars(group):
    if group in ("quality", "autoencoder", "inversion", "directions") and not MNIST.is_dir():
        pytest.skip("the MNIST files are not on this machine (../shared/data/mnist)")
    package = os.environ.get("GAN_STUDIO_PACKAGE")
    if group == "packaged" and not package:
        pytest.skip("GAN_STUDIO_PACKAGE does not name the folder of a packaged program")
    args = argparse.Namespace(
        program=Path(package) if package else None,
        data=MNIST if MNIST.is_dir() else None,
        seeds=int(os.environ.get("GAN_STUDIO_BENCH_SEEDS", "1")),
        seconds=20.0,
        preset="",
        only="",
        run_dir=None,
    )
    rows = bench._measure(group, args)
    text = f"{machine()}\n\n{table(rows)}\n"
    (RESULTS / f"{group}.md").write_text(text, "utf-8")
    missed = [row for row in rows if row.is_reached is False]
    assert not missed, text
