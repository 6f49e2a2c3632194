"""Runs on disk that lists know; nothing in them can be loaded."""

import json
from pathlib import Path

from gan_studio.gui import run_list


def make_run(folders, name="2026-11-20_1430_gan_digits", saved=True, **facts) -> Path:
    path = folders.runs / name
    (path / "samples").mkdir(parents=True)
    (path / "run.toml").write_text("schema = 1\n")
    manifest = {
        "schema": 1,
        "created": "2026-11-20T14:30:00",
        "family": "gan",
        "data": "digits",
        "seed": 1,
        "step": 500,
        "total_steps": 1000,
        "state": "stopped",
        "sample_shape": [1, 28, 28],
        **facts,
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    if saved:
        checkpoint = path / "checkpoints" / "000500"
        checkpoint.mkdir(parents=True)
        for name in run_list.COMPLETE:
            (checkpoint / name).write_text("{}")
    return path
