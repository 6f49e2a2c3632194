"""A run in a child process: the same events, the same control, and no crash that reaches us."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time

import numpy as np
import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, SaveNow, SetParameter, StepPhase
from gan_studio.core.events import (
    CheckpointSaved,
    Failed,
    Finished,
    ParameterChanged,
    RunStarted,
    RunState,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
    StateChanged,
)
from gan_studio.core.schema_io import assign
from gan_studio.jobs import process_run
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.mailbox import Mailbox
from gan_studio.jobs.process_run import (
    Credits,
    PipeControl,
    ProcessRun,
    Voice,
    listen,
    pack,
    request_from_plain,
    request_to_plain,
    unpack,
)
from gan_studio.jobs.training_job import RunRequest
from gan_studio.training.run_folder import RunFolder

PATIENCE_S = 60


@pytest.fixture
def request_for(tmp_path):
    def make(*words):
        base = ["model=autoencoder", "data=digits", "train.steps=1000000", "train.batch_size=8"]
        config = assign(RunConfig(), [*base, "train.threads=1", "train.sample_every=0", *words])
        return RunRequest(config, Folders.below(tmp_path), tmp_path / "run")

    return make


class Watcher:
    """Drains a mailbox until something has been seen."""

    def __init__(self, run):
        self.run = run
        self.seen = []

    def until(self, cls, accepts=lambda event: True):
        """All events of a class so far, once one of them is acceptable."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            delivered = self.run.mailbox.drain()
            self.seen += [*delivered.events, *delivered.scalars, *delivered.latest]
            found = [event for event in self.seen if isinstance(event, cls) and accepts(event)]
            if found:
                return found
            self.run.join(0.02)
        raise AssertionError(f"no {cls.__name__} in {[type(e).__name__ for e in self.seen]}")


@pytest.fixture
def started():
    runs = []

    def start(request):
        run = ProcessRun(request, Mailbox(picture_interval_s=0.0))
        runs.append(run)
        run.start()
        return Watcher(run)

    yield start
    for run in runs:
        run.control.stop()
        assert run.join(PATIENCE_S)


def test_steered_like_a_thread(started, request_for, tmp_path):
    watcher = started(request_for())
    run = watcher.run
    run.mailbox.set_interest(SnapshotReady, True)
    begun = watcher.until(RunStarted)[0]
    assert begun.info["run_dir"] == str(tmp_path / "run")
    assert watcher.until(ScalarsReady)[0].values["loss/autoencoder"] > 0
    pictures = watcher.until(SamplesReady)[0].images
    assert (pictures.dtype, pictures.shape[1:]) == (np.uint8, (1, 28, 28))
    weights = watcher.until(SnapshotReady)[0].weights
    assert weights["decoder.0.weight"].shape == (256, 2)
    run.control.send(SetParameter("rate/autoencoder", 0.5))
    assert watcher.until(ParameterChanged)[0].value == 0.5
    run.control.pause()
    paused = watcher.until(StateChanged, lambda event: event.state is RunState.PAUSED)[0]
    run.control.send(StepPhase())
    assert watcher.until(ScalarsReady, lambda event: event.step == paused.step + 1)
    run.control.send(SaveNow())
    assert watcher.until(CheckpointSaved, lambda event: event.step == paused.step + 1)
    run.control.resume()
    watcher.until(StateChanged, lambda event: event.state is RunState.TRAINING)
    run.control.stop()
    ended = watcher.until(Finished)[0]
    assert ended.reason == "stopped"
    assert run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended.step


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_killed_child_is_an_event(started, request_for, tmp_path):
    watcher = started(request_for())
    watcher.until(ScalarsReady)
    os.kill(watcher.run.pid, signal.SIGKILL)
    failed = watcher.until(Failed)[0]
    assert failed.error == "ProcessDied"
    assert failed.values == {"reason": "signal 9"}
    assert watcher.run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps() == [0]


def test_a_child_whose_parent_is_gone_stops_at_a_checkpoint(started, request_for, tmp_path):
    watcher = started(request_for())
    begun = watcher.until(ScalarsReady)[-1]
    watcher.run.control.disconnect()  # what the system does with the pipe of a dead parent
    ended = watcher.until(Finished)[0]
    assert ended.reason == "stopped"
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended.step >= begun.step


def test_errors_of_the_child_keep_their_type(started, request_for):
    watcher = started(request_for("model=dcgan", "train.device=mps"))
    failed = watcher.until(Failed)
    assert [event.error for event in failed] == ["DeviceUnavailable"]
    assert failed[0].values == {"device": "mps"}


def test_a_child_that_cannot_start_is_an_event(request_for, monkeypatch):
    monkeypatch.setattr(process_run, "child_command", lambda folder, count: ["/no/such/program"])
    heard = []

    class Sink:
        def handle(self, event):
            heard.append(event)

        def close(self):
            heard.append("closed")

    request = request_for()
    run = ProcessRun(RunRequest(request.config, request.folders, extra_sinks=(Sink(),)))
    run.start()
    assert run.join(PATIENCE_S)
    (failed,) = run.mailbox.drain().events
    assert failed.error == "ProcessDied"
    assert heard == [failed, "closed"]


def test_foreign_words_of_a_child_are_left_out(request_for, tmp_path, monkeypatch):
    program = (
        "print('Downloading ...'); print('[1, 2]'); print('{\"event\": \"Strange\"}');"
        'print(\'{"progress": [1, 2, "scan"]}\'); raise SystemExit("it is broken")'
    )
    command = [sys.executable, "-c", program]
    monkeypatch.setattr(process_run, "child_command", lambda folder, count: command)
    request, told = request_for(), []
    run = ProcessRun(
        RunRequest(request.config, request.folders, progress=lambda *words: told.append(words))
    )
    run.start()
    assert run.join(PATIENCE_S)
    (failed,) = run.mailbox.drain().events
    assert failed.values == {"reason": "exit code 1"}
    assert "it is broken" in failed.details
    assert told == [(1, 2, "scan")]


# --- the pieces -----------------------------------------------------------------------------------


def test_arrays_travel_as_files(tmp_path):
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 1, 3, 4)
    points = np.ones((5, 2), np.float32)
    for number, array in enumerate((images, points)):
        plain = json.loads(json.dumps(pack(SamplesReady(3, 1.5, images=array), tmp_path, number)))
        event = unpack(plain, tmp_path)
        assert np.array_equal(event.images, array)
        assert (event.step, event.time, event.is_milestone) == (3, 1.5, False)
    weights = {"generator.0.weight": torch.arange(6.0).view(2, 3)}
    plain = json.loads(json.dumps(pack(SnapshotReady(4, 2.0, weights=weights), tmp_path, 9)))
    again = unpack(plain, tmp_path).weights
    assert torch.equal(again["generator.0.weight"], weights["generator.0.weight"])
    assert list(tmp_path.iterdir()) == []


def test_requests_travel_as_plain_values(request_for):
    request = request_for("model=gan", "model.penalties=r1,r2")
    plain = json.loads(json.dumps(request_to_plain(request)))
    again = request_from_plain(plain, lambda *words: None)
    assert (again.config, again.folders) == (request.config, request.folders)
    assert (again.run_dir, again.is_resumed) == (request.run_dir, False)


def test_wishes_before_the_start_are_kept():
    control, pipe = PipeControl(), io.StringIO()
    control.pause()
    control.send(SetParameter("rate/generator", 0.1))
    control.connect(pipe)
    control.resume()
    names = [json.loads(line)["command"] for line in pipe.getvalue().splitlines()]
    assert names == ["pause", "SetParameter", "resume"]
    control.disconnect()
    control.stop()
    assert control.is_stopping


def test_the_child_obeys_lines_and_stops_at_their_end():
    control, granted = RunControl(), Credits()
    lines = [
        {"command": "SetParameter", "name": "rate/generator", "value": 0.1},
        {"command": "want", "event": "SamplesReady"},
        {"command": "dance"},
        {"command": "StepPhase", "speed": 3},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    listen(io.StringIO(text + "torn"), control, granted)
    assert control.take() == SetParameter("rate/generator", 0.1)
    assert control.take() is None
    assert control.is_stopping
    assert granted.wants(SamplesReady, 1)
    assert not granted.wants(SamplesReady, 2)


def test_nobody_listening_does_not_end_the_run():
    class Closed(io.StringIO):
        tries = 0

        def write(self, text):
            self.tries += 1
            raise BrokenPipeError

    closed = Closed()
    voice = Voice(closed)
    voice.say({"event": "Finished"})
    voice.say({"event": "Finished"})
    assert closed.tries == 1
