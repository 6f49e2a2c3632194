"""A queue of runs: its states, its file, and carrying it out in the terminal."""

from __future__ import annotations

import json

import pytest

from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import BadFile
from gan_studio.core.events import Failed, Finished, RunStarted
from gan_studio.jobs import queue_run
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.queue import (
    DONE,
    FAILED,
    RUNNING,
    SKIPPED,
    WAITING,
    Entry,
    Queue,
    QueueFile,
)
from gan_studio.jobs.queue_run import BEGUN, COMPLETE, NEW, after, queue_events, standing
from gan_studio.training.run_folder import RunFolder

TINY = {
    "model": {"name": "autoencoder", "latent_dim": 2, "width": 16, "depth": 1},
    "data": {"name": "digits"},
    "train": {"steps": 4, "batch_size": 4, "threads": 1, "checkpoint_every": 2, "sample_every": 0},
}


def a_queue(*states: str) -> Queue:
    entries = (Entry(f"run {place}", TINY, state) for place, state in enumerate(states))
    return Queue("A queue", "curve", tuple(entries))


@pytest.fixture
def folders(tmp_path) -> Folders:
    return Folders.below(tmp_path)


@pytest.fixture
def file(folders) -> QueueFile:
    return QueueFile(folders.runs / "queue.json")


def states(queue: Queue) -> list[str]:
    return [entry.state for entry in queue.entries]


# States


def test_the_next_run_is_the_first_that_waits():
    queue = a_queue(DONE, SKIPPED, FAILED, WAITING, WAITING)
    assert queue.following == 3
    assert queue.current is None
    assert queue.settled == 3
    assert not queue.is_finished
    assert a_queue(DONE, FAILED, SKIPPED).is_finished
    assert not a_queue(DONE, RUNNING).is_finished


def test_what_ran_when_the_program_was_killed_waits_with_its_folder():
    queue = a_queue(DONE, RUNNING, WAITING).change(1, run_dir="/runs/two").interrupted()
    assert states(queue) == [DONE, WAITING, WAITING]
    assert queue.entries[queue.following].run_dir == "/runs/two"


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Finished(4, 1.0), DONE),
        (Finished(2, 1.0, reason="stopped"), WAITING),
        (Failed(2, 1.0, error="OutOfMemory", message="{device} is full.", values={}), FAILED),
        (Failed(0, 0.0, error="Cancelled", message="Cancelled."), WAITING),
    ],
)
def test_the_end_of_a_run_changes_its_entry(event, state):
    assert after(a_queue(RUNNING), 0, event).entries[0].state == state


def test_a_failure_says_why():
    event = Failed(2, 1.0, error="OutOfMemory", message="{device} is full.", values={"device": "X"})
    assert after(a_queue(RUNNING), 0, event).entries[0].reason == "X is full."


# The file


def test_the_file_gives_back_what_was_written(file):
    queue = a_queue(DONE, WAITING).change(0, run_dir="/runs/one")
    file.write(queue)
    assert file.read() == queue
    file.remove()
    file.remove()
    assert file.read() is None


def test_a_killed_program_leaves_its_run_waiting(file):
    file.write(a_queue(DONE, RUNNING))
    assert states(file.read()) == [DONE, WAITING]


GOOD = {"schema": 1, "title": "A", "purpose": "curve", "entries": []}
ENTRY = {"title": "one", "config": {}, "state": "waiting", "run_dir": "", "reason": ""}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "12",
        "[" * 100_000,
        json.dumps({**GOOD, "schema": 99}),
        json.dumps({**GOOD, "schema": "?"}),
        json.dumps({**GOOD, "title": 3}),
        json.dumps({**GOOD, "entries": 5}),
        json.dumps({**GOOD, "entries": ["one"]}),
        json.dumps({**GOOD, "entries": [{**ENTRY, "state": "flying"}]}),
        json.dumps({**GOOD, "entries": [{**ENTRY, "config": []}]}),
        json.dumps({**GOOD, "entries": [{**ENTRY, "run_dir": 4}]}),
        json.dumps({"runs": []}),
    ],
)
def test_a_damaged_or_foreign_file_gives_one_sentence(file, text):
    file.path.parent.mkdir(parents=True)
    file.path.write_text(text, "utf-8")
    with pytest.raises(BadFile) as caught:
        file.read()
    assert str(file.path) in str(caught.value)
    assert "queue of runs" in str(caught.value)


def test_bytes_that_are_no_text(file):
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile):
        file.read()


# Carrying it out


def carry_out(queue, file, folders, control=None):
    steps = list(queue_events(queue, file, folders, control or RunControl(), wants_nothing))
    return (steps[-1][0] if steps else queue), [event for _queue, event in steps]


def test_every_run_is_trained_once_and_its_folder_kept(file, folders):
    queue, events = carry_out(a_queue(WAITING, SKIPPED, WAITING), file, folders)
    assert states(queue) == [DONE, SKIPPED, DONE]
    dirs = [entry.run_dir for entry in queue.entries]
    assert len({dirs[0], dirs[2]}) == 2
    assert all(RunFolder(folders.runs / path).manifest()["state"] == "done" for path in dirs[::2])
    assert sum(isinstance(event, RunStarted) for event in events) == 2
    assert file.read() == queue


def test_an_interrupted_run_goes_on_from_its_checkpoint(file, folders):
    control = RunControl()
    cut: Queue | None = None
    for queue, event in queue_events(a_queue(WAITING), file, folders, control, wants_nothing):
        cut = queue
        if isinstance(event, RunStarted):
            control.stop()
    assert cut is not None
    assert states(cut) == [WAITING]
    run_dir = cut.entries[0].run_dir
    assert standing(cut.entries[0]) == BEGUN
    steps = RunFolder(folders.runs / run_dir).checkpoints.steps()
    file.write(cut.change(0, state=RUNNING))  # as if it had been killed
    queue, events = carry_out(file.read(), file, folders)
    assert queue.entries[0].run_dir == run_dir
    assert states(queue) == [DONE]
    started = [event for event in events if isinstance(event, RunStarted)]
    assert [event.step for event in started] == [steps[-1]]
    assert len(list(folders.runs.iterdir())) == 2  # one run and the queue


def test_a_run_that_was_complete_is_not_trained_again(file, folders):
    queue, _events = carry_out(a_queue(WAITING), file, folders)
    assert standing(queue.entries[0]) == COMPLETE
    again, events = carry_out(queue.change(0, state=RUNNING), file, folders)
    assert states(again) == [DONE]
    assert events == [None]


def test_a_folder_that_has_gone_is_trained_anew(tmp_path):
    assert standing(Entry("one", TINY, WAITING, str(tmp_path / "gone"))) == NEW
    assert standing(Entry("one", TINY)) == NEW


def test_a_run_that_fails_does_not_stop_the_others(file, folders):
    broken = {**TINY, "model": {"name": "no such family"}}
    queue = a_queue(WAITING, WAITING).change(0, config=broken)
    queue, events = carry_out(queue, file, folders)
    assert states(queue) == [FAILED, DONE]
    assert "no such family" in queue.entries[0].reason
    assert sum(isinstance(event, Failed) for event in events) == 1


def test_nothing_begins_after_a_stop(file, folders, monkeypatch):
    control = RunControl()
    begun = []

    def events(request, control, wants):
        begun.append(request)
        control.stop()
        yield Finished(1, 0.0)  # it had just ended by itself

    monkeypatch.setattr(queue_run, "training_events", events)
    queue, _events = carry_out(a_queue(WAITING, WAITING), file, folders, control)
    assert len(begun) == 1
    assert states(queue) == [DONE, WAITING]
