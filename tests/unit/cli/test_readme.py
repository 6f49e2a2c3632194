"""What the README promises is there, and its example trains."""

from __future__ import annotations

import importlib
import re
import shlex
import sys
from pathlib import Path

import pytest

from gan_studio.cli import app
from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.events import Finished
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import load_presets
from gan_studio.core.schema_io import assign
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.training_job import RunRequest, training_events
from gan_studio.models.base import FAMILIES

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_it_opens_with_a_picture_and_two_commands():
    assert README.split("\n")[2].startswith("![")
    assert blocks("sh")[0] == "python3 packaging/bootstrap.py run\n"
    assert blocks("sh")[1] == "python3 packaging/bootstrap.py test\n"


COMMAND_LINES = [
    line
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith(("gan-studio", "torchrun")) and " -" in line
]


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_its_command_lines_are_understood(line):
    words = shlex.split(line, comments=True)
    words = words[words.index("train") :] if words[0] == "torchrun" else words[1:]
    assert app.parse(words).command == words[0]


def test_its_table_has_every_preset():
    rows = {row.split("`")[1]: row for row in README.splitlines() if row.startswith("| `")}
    presets = load_presets(resources_dir() / "presets")
    assert presets.keys() == {key for key in rows if key in presets}
    for key, preset in presets.items():
        for cell in (preset.title, preset.help, f"{preset.values['train']['steps']:,}"):
            assert cell in rows[key], key
        assert rows[key].endswith(f"| {preset.expects} |"), key


def test_its_family_trains(tmp_path, monkeypatch):
    FAMILIES.discover()
    (example,) = blocks("python")
    try:
        (tmp_path / "readme_example.py").write_text(example)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.import_module("readme_example")
        words = ["model=linear", "train.steps=30", "train.threads=1", "train.batch_size=8"]
        request = RunRequest(assign(RunConfig(), words), Folders.below(tmp_path))
        *_, last = training_events(request, RunControl(), wants_nothing)
        assert isinstance(last, Finished), last
    finally:
        FAMILIES._entries.pop("linear", None)
        sys.modules.pop("readme_example", None)
