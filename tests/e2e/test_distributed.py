"""Two processes under torchrun train one model: one run folder, one voice, equal weights."""

from __future__ import annotations

import json

import pytest

SCRIPT = """
import json, os, sys
from pathlib import Path
from gan_studio.cli import main
from gan_studio.jobs import training_job
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.trainer import Trainer, trained_state

trainers = []

class Watched(Trainer):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        trainers.append(self)

training_job.Trainer = Watched
folder, *words = sys.argv[1:]
code = main(words)
state = trained_state(trainers[0])
facts = {"hash": weights_hash(state.weights()), "step": state.step, "code": code}
Path(folder, os.environ["RANK"]).write_text(json.dumps(facts))
"""


@pytest.mark.dist
def test_two_processes_train_one_model(studio, tmp_path):
    script, told = tmp_path / "script.py", tmp_path / "told"
    script.write_text(SCRIPT)
    told.mkdir()
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    words = ("train", "--family", "gan", "--data", "digits", "--steps", 10)
    words = (*words, "--set", "train.batch_size=8", "--set", "train.threads=1", "--json")
    done = studio.run(script, told, *words, before=torchrun)
    assert done.code == 0, done.err
    ranks = [json.loads((told / rank).read_text()) for rank in ("0", "1")]
    assert ranks[0] == ranks[1]
    assert (ranks[0]["step"], ranks[0]["code"]) == (10, 0)
    names = [event["event"] for event in done.events]
    assert names.count("RunStarted") == 1
    assert names.count("Finished") == 1
    runs = list((tmp_path / "home" / "runs").iterdir())
    assert len(runs) == 1
    assert (runs[0] / "checkpoints" / "000010" / "state.json").is_file()
