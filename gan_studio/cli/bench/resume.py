"""Watched and unwatched, straight and resumed: the same weights, bit for bit."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row
from gan_studio.core.paths import own_program
from gan_studio.training.run_folder import RunFolder, weights_hash

if TYPE_CHECKING:
    import argparse

STEPS = 200


def run(args: argparse.Namespace) -> list[Row]:
    """Each family: N steps against N/2, kill -9, resume."""
    rows = []
    for family in ("autoencoder", "gan", "dcgan"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _train(family, folder / "straight")
            _train_and_kill(family, folder / "killed")
            _call("resume", str(folder / "killed"))
            same = _hash(folder / "straight") == _hash(folder / "killed")
        how = f"{STEPS} steps against kill -9 and resume, one thread, all tensors"
        rows.append(Row(f"{family}: resumed equals straight", str(same), "True", same, how))
    return rows


SMALLER = {"dcgan": ["model.channels=16"]}  # what is too slow here with its defaults


def _words(family: str, out: Path) -> list[str]:
    settings = ["train.threads=1", f"train.checkpoint_every={STEPS // 4}", "train.sample_every=0"]
    settings += SMALLER.get(family, [])
    words = ["train", "--family", family, "--data", "digits", "--steps", str(STEPS)]
    return [*words, "--out", str(out), *[word for item in settings for word in ("--set", item)]]


def _call(*words: str) -> None:
    command = [*own_program(), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))


def _train(family: str, out: Path) -> None:
    _call(*_words(family, out))


def _train_and_kill(family: str, out: Path) -> None:
    """Kill the process as soon as the checkpoint at half of the steps is there."""
    command = [*own_program(), *_words(family, out), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if '"CheckpointSaved"' in line and RunFolder(out).checkpoints.steps()[-1] >= STEPS // 2:
                child.send_signal(signal.SIGKILL)
                break


def _hash(folder: Path) -> str:
    checkpoint = RunFolder(folder).checkpoints.load(STEPS)
    return weights_hash(checkpoint.weights) + weights_hash(checkpoint.optimiser)
