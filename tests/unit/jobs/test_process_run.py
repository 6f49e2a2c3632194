"""A run in a process of its own: the same events, the same control, and a life of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

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
from gan_studio.core.file_lock import FileLock
from gan_studio.core.schema_io import assign
from gan_studio.jobs import process_run
from gan_studio.jobs.child import serve
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import COMMANDS, InTraining, Link
from gan_studio.jobs.mailbox import Mailbox
from gan_studio.jobs.process_run import (
    AlreadyWatched,
    NotRunning,
    ProcessRun,
    living,
    take_ended,
)
from gan_studio.jobs.runner import ThreadRun
from gan_studio.jobs.spool import SpoolWriter
from gan_studio.jobs.training_job import RunRequest, resume_request, training_events
from gan_studio.training.run_folder import RunFolder, weights_hash

PATIENCE_S = 60
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def folders(tmp_path):
    return Folders.below(tmp_path)


@pytest.fixture
def request_for(tmp_path, folders):
    def make(*words):
        base = ["model=autoencoder", "model.width=32", "data=digits", "train.steps=1000000"]
        base += ["train.batch_size=8", "train.threads=1", "train.sample_every=0"]
        return RunRequest(assign(RunConfig(), [*base, *words]), folders, tmp_path / "run")

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
            self.look()
            found = [event for event in self.seen if isinstance(event, cls) and accepts(event)]
            if found:
                return found
            self.run.join(0.02)
        raise AssertionError(f"no {cls.__name__} in {[type(e).__name__ for e in self.seen]}")

    def until_state(self, state):
        return self.until(StateChanged, lambda event: event.state is state)[-1]

    def look(self):
        delivered = self.run.mailbox.drain()
        self.seen += [*delivered.events, *delivered.scalars, *delivered.latest]

    def count(self, cls):
        return sum(isinstance(event, cls) for event in self.seen)


@pytest.fixture
def watch(folders):
    """Starts runs; at the end all of them, and those that were left alone, are stopped."""
    watchers = []

    def start(run):
        run.mailbox = Mailbox(picture_interval_s=0.0)
        watchers.append(Watcher(run))
        run.start()
        return watchers[-1]

    yield start
    for watcher in watchers:
        watcher.run.control.stop()
        assert watcher.run.join(PATIENCE_S)
    for found in living(folders):
        left = ProcessRun.attach(found)
        left.start()
        left.control.stop()
        assert left.join(PATIENCE_S)
    for process in process_run._left:
        process.wait(PATIENCE_S)


class ThreadChild:
    """The child's side in a thread of this process, which spares loading torch once more."""

    pid = os.getpid()

    def __init__(self, link):
        self.thread = threading.Thread(target=serve, args=(link.folder,), name="child")
        self.thread.start()

    def poll(self):
        return None if self.thread.is_alive() else 0

    def wait(self, timeout=None):
        self.thread.join(timeout)
        return 0

    def kill(self):
        raise AssertionError("it did not end by itself")


@pytest.fixture
def in_thread(monkeypatch):
    monkeypatch.setattr(process_run, "spawn", lambda link, processes: ThreadChild(link))


# --- real processes -------------------------------------------------------------------------------


def test_steered_like_a_thread_and_left_alone(watch, request_for, folders, tmp_path):
    watcher = watch(ProcessRun(request_for()))
    run = watcher.run
    run.mailbox.set_interest(SnapshotReady, True)
    begun = watcher.until(RunStarted)[0]
    assert begun.info["run_dir"] == str(tmp_path / "run")
    assert watcher.until(ScalarsReady)[0].values["loss/autoencoder"] > 0
    pictures = watcher.until(SamplesReady)[0].images
    assert (pictures.dtype, pictures.shape[1:]) == (np.uint8, (1, 28, 28))
    weights = watcher.until(SnapshotReady)[0].weights
    assert weights["decoder.0.weight"].shape == (16, 2)
    run.control.send(SetParameter("rate/autoencoder", 0.5))
    assert watcher.until(ParameterChanged)[0].value == 0.5
    run.control.pause()
    paused = watcher.until_state(RunState.PAUSED)
    run.control.send(StepPhase())
    assert watcher.until(ScalarsReady, lambda event: event.step == paused.step + 1)
    run.control.send(SaveNow())
    assert watcher.until(CheckpointSaved, lambda event: event.step == paused.step + 1)

    (found,) = living(folders)
    assert (found.pid, found.run_dir, found.is_resumed) == (run.pid, tmp_path / "run", False)
    assert (found.state, found.total_steps) == (RunState.PAUSED, 1_000_000)
    assert found.config["model"]["name"] == "autoencoder"
    assert found.is_watched
    with pytest.raises(AlreadyWatched, match="Another window"):
        ProcessRun.attach(found)

    run.detach()
    assert run.join(PATIENCE_S)
    watcher.look()
    assert watcher.count(Finished) == watcher.count(Failed) == 0
    (found,) = living(folders)
    assert not found.is_watched
    again = watch(ProcessRun.attach(found))
    again.until(SamplesReady)
    again.until_state(RunState.PAUSED)
    again.until(CheckpointSaved, lambda event: event.step == paused.step + 1)
    first = next(event for event in again.seen if not isinstance(event, StateChanged))
    assert first == begun
    assert again.run.control.is_paused
    assert [event.value for event in again.until(ParameterChanged)] == [0.5]
    again.run.control.resume()
    assert again.until(ScalarsReady, lambda event: event.step > paused.step + 1)
    assert again.until(SamplesReady, lambda event: event.step > paused.step + 1)
    again.run.control.stop()
    ended = again.until(Finished)[0]
    assert ended.reason == "stopped"
    assert again.run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended.step
    assert living(folders) == take_ended(folders) == []
    assert list((folders.cache / "running").iterdir()) == []


@POSIX
def test_a_killed_child_is_an_event(watch, request_for, folders, tmp_path):
    watcher = watch(ProcessRun(request_for()))
    watcher.until(ScalarsReady)
    os.kill(watcher.run.pid, signal.SIGKILL)
    failed = watcher.until(Failed)[0]
    assert failed.error == "ProcessDied"
    assert failed.values == {"reason": "signal 9"}
    assert watcher.run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps() == [0]
    assert living(folders) == take_ended(folders) == []


WINDOW = """
import json, sys
from pathlib import Path
from gan_studio.core.config import RunConfig
from gan_studio.core.schema_io import from_plain
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.process_run import ProcessRun
from gan_studio.jobs.training_job import RunRequest
from gan_studio.jobs.wire import request_from_plain
request = request_from_plain(json.loads(sys.argv[1]), lambda *words: None)
run = ProcessRun(request)
run.start()
while not any(type(event).__name__ == "RunStarted" for event in run.mailbox.drain().events):
    run.join(0.02)
print(run.pid, flush=True)
run.join()
"""


@POSIX
def test_a_killed_window_and_the_end_of_its_terminal_end_no_run(
    watch, request_for, folders, tmp_path
):
    import json

    from gan_studio.jobs.wire import request_to_plain

    words = json.dumps(request_to_plain(request_for()))
    command = [sys.executable, "-c", WINDOW, words]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        pid = int(window.stdout.readline())
        assert os.getsid(pid) != os.getsid(0)
        window.kill()
        window.wait()
    (found,) = living(folders)
    assert (found.pid, found.is_watched) == (pid, False)
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(pid, number)
    watcher = watch(ProcessRun.attach(found, after_step=found.step))
    begun = watcher.until(ScalarsReady)[0]
    assert begun.step > found.step
    os.kill(pid, signal.SIGTERM)  # how the system asks: at a checkpoint, please
    ended = watcher.until(Finished)[0]
    assert ended.reason == "stopped"
    assert watcher.run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended.step >= begun.step


def test_looking_and_leaving_change_no_weight(watch, request_for, folders, tmp_path):
    request = request_for("train.steps=300")
    alone = RunRequest(request.config, folders, tmp_path / "alone")
    last = list(training_events(alone, RunControl(), lambda kind, step: False))[-1]
    assert isinstance(last, Finished)

    run = ProcessRun(request)
    run.control.pause()
    watcher = watch(run)
    assert watcher.until_state(RunState.PAUSED).step == 0
    for _ in range(5):
        run.control.send(StepPhase())
    watcher.until(SnapshotReady, lambda event: event.step == 5)
    run.detach()
    assert run.join(PATIENCE_S)
    again = watch(ProcessRun.attach(living(folders)[0]))
    again.run.mailbox.set_interest(SnapshotReady, True)
    again.until_state(RunState.PAUSED)
    again.run.control.resume()
    assert again.until(Finished)[0].reason == "done"
    assert hash_of(tmp_path / "run") == hash_of(tmp_path / "alone")


def hash_of(run_dir):
    return weights_hash(RunFolder(run_dir).checkpoints.load().weights)


@pytest.mark.dist
def test_several_processes_have_one_voice(watch, request_for, folders, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(scratch))
    run = ProcessRun(request_for("model=gan"), processes=2)
    watcher = watch(run)
    started = watcher.until(RunStarted)
    assert started[0].info["processes"] == 2
    (found,) = living(folders)
    assert found.pid != run.pid, "torchrun is between us"
    if sys.platform == "win32":
        run.control.stop()
    else:
        os.kill(run.pid, signal.SIGHUP)
        os.kill(run.pid, signal.SIGINT)
        begun = watcher.until(ScalarsReady)[-1]
        watcher.until(ScalarsReady, lambda event: event.step > begun.step)
        os.kill(run.pid, signal.SIGTERM)
    ended = watcher.until(Finished)
    assert ended[0].reason == "stopped"
    assert run.join(PATIENCE_S)
    watcher.look()
    assert watcher.count(RunStarted) == watcher.count(Finished) == 1
    # Torch keeps one folder of its own there, torchinductor_USER, once and for all.
    left = [path.name for path in scratch.iterdir() if not path.name.startswith("torchinductor")]
    assert left == [], "torchrun clears up after itself"
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended[0].step


@POSIX
@pytest.mark.dist
def test_several_processes_do_not_outlive_torchrun_unseen(watch, request_for, folders, tmp_path):
    run = ProcessRun(request_for("model=gan"), processes=2)
    watcher = watch(run)
    watcher.until(ScalarsReady)
    os.kill(run.pid, signal.SIGKILL)
    ended = watcher.until(Finished)[0]  # said by the process that torchrun had started
    assert ended.reason == "stopped"
    assert run.join(PATIENCE_S)
    assert RunFolder(tmp_path / "run").checkpoints.steps()[-1] == ended.step
    assert living(folders) == take_ended(folders) == []


# --- the child's side in a thread -----------------------------------------------------------------


def test_a_wish_that_a_full_disk_refused_is_passed_on_later(
    in_thread, watch, request_for, monkeypatch
):
    watcher = watch(ProcessRun(request_for()))
    watcher.until(ScalarsReady)
    refused, write = [], SpoolWriter.write

    def refuse_once(self, lines):
        if self._stem == COMMANDS and lines and not refused:
            refused.append(lines)
            raise OSError(28, "No space left on device")
        write(self, lines)

    with monkeypatch.context() as patch:
        patch.setattr(SpoolWriter, "write", refuse_once)
        watcher.run.control.stop()
        assert watcher.until(Finished)[0].reason == "stopped"
    assert refused


def test_an_end_that_was_heard_is_told_to_nobody_else(
    in_thread, watch, request_for, folders, monkeypatch
):
    told, release = [], FileLock.release

    def release_and_look(lock):
        release(lock)
        if lock._path.name == "reader.lock" and not told:
            told.append("looked")
            told.extend(take_ended(folders))

    monkeypatch.setattr(FileLock, "release", release_and_look)
    watcher = watch(ProcessRun(request_for("train.steps=2")))
    watcher.until(Finished)
    assert watcher.run.join(PATIENCE_S)
    assert told == ["looked"]


def test_a_run_of_a_thread_goes_on_in_a_process(in_thread, watch, request_for, folders, tmp_path):
    thread = Watcher(ThreadRun(request_for()))
    thread.run.start()
    thread.until(ScalarsReady)
    thread.run.control.stop()
    stopped = thread.until(Finished)[0]
    assert thread.run.join(PATIENCE_S)
    watcher = watch(ProcessRun(resume_request(tmp_path / "run", folders)))
    first = watcher.until(ScalarsReady)[0]
    assert first.step > stopped.step
    assert living(folders)[0].is_resumed
    with pytest.raises(InTraining):
        resume_request(tmp_path / "run", folders)


def test_pictures_are_made_on_credit_only(in_thread, watch, request_for, folders):
    watcher = watch(ProcessRun(request_for()))
    watcher.until(SamplesReady)
    watcher.run.mailbox.set_interest(SamplesReady, False)
    watcher.run.detach()
    assert watcher.run.join(PATIENCE_S)
    (found,) = living(folders)

    def pictures():
        return {path.name for path in (found.folder / "arrays").iterdir()}

    unwatched = Watcher(Alone(found))
    unwatched.until_steps_after(living(folders)[0].step)  # whatever was on its way is there
    before = pictures()
    unwatched.until_steps_after(living(folders)[0].step)
    assert pictures() == before
    again = watch(ProcessRun.attach(found))
    newest = again.until(SamplesReady)[0].step
    assert again.until(SamplesReady, lambda event: event.step > newest)


class Alone:
    """A run that nobody watches."""

    def __init__(self, found):
        self.mailbox, self.folder = Mailbox(), found.folder

    def join(self, timeout_s):
        threading.Event().wait(timeout_s)


def _until_steps_after(watcher, step):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if Link(watcher.run.folder).told()[0]["step"] > step:
            return
        watcher.run.join(0.02)
    raise AssertionError("it does not train")


Watcher.until_steps_after = _until_steps_after


def test_scalars_follow_those_that_were_read_from_the_folder(
    in_thread, watch, request_for, folders, tmp_path
):
    watcher = watch(ProcessRun(request_for()))
    watcher.until(ScalarsReady)
    watcher.run.detach()
    assert watcher.run.join(PATIENCE_S)
    (found,) = living(folders)
    read = int(RunFolder(tmp_path / "run").metrics()[-1]["step"])
    again = watch(ProcessRun.attach(found, after_step=read))
    again.until(ScalarsReady, lambda event: event.step > read)
    again.run.control.stop()
    again.until(Finished)
    assert again.run.join(PATIENCE_S)
    heard = [event.step for event in again.seen if isinstance(event, ScalarsReady)]
    rows = [int(row["step"]) for row in RunFolder(tmp_path / "run").metrics()]
    assert heard == [step for step in rows if step > read]


def test_a_run_that_ends_unwatched_is_told_once(in_thread, watch, request_for, folders, tmp_path):
    run = ProcessRun(request_for("train.steps=100"))
    run.control.pause()
    watcher = watch(run)
    watcher.until_state(RunState.PAUSED)
    run.control.resume()
    watcher.run.detach()
    assert watcher.run.join(PATIENCE_S)
    found = living(folders)
    for process in process_run._left:
        process.wait()
    (ended,) = take_ended(folders)
    assert (ended.run_dir, ended.last.step) == (tmp_path / "run", 100)
    assert isinstance(ended.last, Finished)
    assert take_ended(folders) == []
    for one in found:
        with pytest.raises(NotRunning):
            ProcessRun.attach(one)


def test_errors_of_the_child_keep_their_type(in_thread, watch, request_for):
    watcher = watch(ProcessRun(request_for("model=dcgan", "train.device=mps")))
    failed = watcher.until(Failed)
    assert [event.error for event in failed] == ["DeviceUnavailable"]
    assert failed[0].values == {"device": "mps"}


class Sink:
    def __init__(self):
        self.heard = []

    def handle(self, event):
        self.heard.append(event)

    def close(self):
        self.heard.append("closed")


def test_a_child_that_cannot_start_is_an_event(request_for, folders, monkeypatch):
    monkeypatch.setattr(process_run, "child_command", lambda folder, count: ["/no/such/program"])
    request, sink = request_for(), Sink()
    run = ProcessRun(RunRequest(request.config, request.folders, extra_sinks=(sink,)))
    run.start()
    assert run.join(PATIENCE_S)
    (failed,) = run.mailbox.drain().events
    assert failed.error == "ProcessDied"
    assert sink.heard == [failed, "closed"]
    assert living(folders) == take_ended(folders) == []


def test_a_cache_that_cannot_be_written_is_an_event(request_for, folders):
    folders.cache.write_text("a file in the way")
    run = ProcessRun(request_for())
    run.start()
    assert run.join(PATIENCE_S)
    (failed,) = run.mailbox.drain().events
    assert failed.error == "DiskProblem"


def test_last_words_of_a_child_are_told(request_for, monkeypatch):
    command = [sys.executable, "-c", "print('Downloading ...'); raise SystemExit('it is broken')"]
    monkeypatch.setattr(process_run, "child_command", lambda folder, count: command)
    run = ProcessRun(request_for())
    run.start()
    assert run.join(PATIENCE_S)
    (failed,) = run.mailbox.drain().events
    assert failed.values == {"reason": "exit code 1"}
    assert "Downloading ...\n" in failed.details
    assert "it is broken" in failed.details


def test_a_listener_that_breaks_has_the_run_saved(in_thread, request_for, folders, tmp_path):
    class Broken(Sink):
        def handle(self, event):
            super().handle(event)
            if isinstance(event, ScalarsReady):
                raise ValueError("it is broken")

    request, sink = request_for(), Broken()
    run = ProcessRun(RunRequest(request.config, folders, tmp_path / "run", extra_sinks=(sink,)))
    run.start()
    assert run.join(PATIENCE_S)
    assert sink.heard[-1] == "closed"
    failed = sink.heard[-2]
    assert failed.values == {"reason": "ValueError: it is broken"}
    for process in process_run._left:
        process.wait()
    assert RunFolder(tmp_path / "run").manifest()["state"] == "stopped"
