"""What a process that trains says and hears, and what it keeps for who comes later."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, SetParameter
from gan_studio.core.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Notice,
    ParameterChanged,
    RunStarted,
    RunState,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
    StateChanged,
)
from gan_studio.core.schema_io import assign
from gan_studio.jobs import child, wire
from gan_studio.jobs.child import Clerk, Credits, Signals, Voice, shorten
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.link_reader import LinkReader
from gan_studio.jobs.links import COMMANDS, EVENTS, Link
from gan_studio.jobs.spool import SpoolWriter
from gan_studio.jobs.training_job import RunRequest
from gan_studio.jobs.wire import ArrayStore, pack, request_from_plain, request_to_plain, unpack

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 1, 3, 4)


@pytest.fixture
def link(tmp_path):
    link = Link(tmp_path / "link")
    link.arrays.mkdir(parents=True)
    return link


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def voice(link, now):
    voice = Voice(link, segment_bytes=2000, clock=lambda: now[0])
    yield voice
    voice.close()


@pytest.fixture
def listener(link):
    readers = []

    def make(**more):
        readers.append(LinkReader(link, **more))
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def say_much(voice, now, begin, end):
    for step in range(begin, end):
        voice.say(ScalarsReady(step, float(step), values={"loss": 0.5}))
        now[0] += 0.05
        voice.tick()


def names(events):
    return [type(event).__name__ for event in events]


# --- speaking -------------------------------------------------------------------------------------


def test_what_may_not_be_missed_is_there_at_once(voice, listener):
    reader = listener()
    voice.say(ScalarsReady(1, 0.1, values={"loss": 1.0}))
    assert list(reader.read()) == []
    voice.say(StateChanged(1, 0.2, state=RunState.PAUSED))
    assert names(reader.read()) == ["ScalarsReady", "StateChanged"]
    voice.say(ScalarsReady(2, 0.3, values={"loss": 1.0}))
    voice.tick()
    assert [event.step for event in reader.read()] == [2]


def test_nobody_listens_for_long_and_the_disk_does_not_fill(voice, listener, link, now):
    started = RunStarted(0, 0.0, config={"a": 1}, info={"run_dir": "x"})
    for event in (
        StateChanged(0, 0.0, state=RunState.PREPARING),
        Notice(0, 0.0, message="a file was left out"),
        started,
        StateChanged(0, 0.0, state=RunState.TRAINING),
    ):
        voice.say(event)
    for part in range(10):
        say_much(voice, now, 100 * part, 100 * part + 100)
        voice.say(CheckpointSaved(100 * part, 1.0, path=f"checkpoints/{part}"))
        voice.say(ParameterChanged(part, 1.0, name="rate/generator", value=float(part)))
        voice.say(SamplesReady(part, 1.0, images=IMAGES + part))
        voice.say(
            StateChanged(part, 1.0, state=RunState.PAUSED if part == 9 else RunState.TRAINING)
        )
    say_much(voice, now, 1000, 1100)
    files = [path for path in link.folder.iterdir() if path.is_file() and path != link.reserve]
    assert sum(path.stat().st_size for path in files) < (child.MAX_SEGMENTS + 4) * 2200
    heard = list(listener(is_late=True, after_step=1050).read())
    assert heard[0] == started
    states = [event.state for event in heard if isinstance(event, StateChanged)]
    assert states == [RunState.PAUSED]
    assert [event.message for event in heard if isinstance(event, Notice)] == [
        "a file was left out"
    ]
    assert [event.path for event in heard if isinstance(event, CheckpointSaved)] == [
        "checkpoints/9"
    ]
    assert [event.value for event in heard if isinstance(event, ParameterChanged)] == [9.0]
    (pictures,) = [event.images for event in heard if isinstance(event, SamplesReady)]
    assert np.array_equal(pictures, IMAGES + 9)
    steps = [event.step for event in heard if isinstance(event, ScalarsReady)]
    assert steps == list(range(1051, 1100))


def test_a_listener_that_was_held_up_misses_nothing_that_matters(voice, listener, now):
    reader = listener()
    voice.say(RunStarted(0, 0.0))
    assert names(reader.read()) == ["RunStarted"]
    voice.say(Notice(1, 0.0, message="while it slept"))
    say_much(voice, now, 0, 1000)
    voice.say(Finished(1000, 50.0))
    heard = list(reader.read())
    assert names(heard).count("RunStarted") == 0
    assert names(heard).count("Notice") == 1
    assert names(heard)[-1] == "Finished"
    steps = [event.step for event in heard if isinstance(event, ScalarsReady)]
    assert 0 < len(steps) < 1000
    assert steps == sorted(set(steps))
    assert steps[-1] == 999


def test_the_last_word_is_heard_on_a_disk_that_stays_full(voice, listener, link, monkeypatch):
    reader = listener()
    voice.say(StateChanged(0, 0.0, state=RunState.TRAINING))
    list(reader.read())
    write, write_bytes = SpoolWriter.write, Path.write_bytes
    room = link.reserve.stat().st_size

    def needs_room(size):
        if link.reserve.exists() or size > room:
            raise OSError(28, "No space left on device")

    def write_lines(self, lines):
        needs_room(sum(map(len, lines)))
        write(self, lines)

    def write_whole(self, data):
        needs_room(len(data))
        return write_bytes(self, data)

    monkeypatch.setattr(SpoolWriter, "write", write_lines)
    monkeypatch.setattr(Path, "write_bytes", write_whole)
    for step in range(4000):  # more than the room that is kept
        voice.say(ScalarsReady(step, 0.0, values={"loss": 0.5}))
    voice.tick()
    failed = Failed(4000, 1.0, error="DiskProblem", message="the disk is full", hint="")
    voice.say(failed)
    voice.tick()
    assert list(reader.read())[-1] == failed
    (late,) = [event for event in listener(is_late=True).read() if isinstance(event, Failed)]
    assert late == failed


def test_a_full_disk_loses_no_end(voice, listener, link, monkeypatch):
    reader = listener()
    voice.say(RunStarted(0, 0.0))
    assert names(reader.read()) == ["RunStarted"]

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(voice._out, "write", full)
        patch.setattr(child, "MAX_WAITING", 3)
        voice.say(Notice(1, 0.0, message="the disk is full"))
        for step in range(10):
            voice.say(StateChanged(step, 0.0, state=RunState.TRAINING))
    voice.say(Finished(10, 1.0))
    assert names(reader.read()) == ["Notice", "StateChanged", "Finished"]


def test_pictures_that_cannot_be_written_are_left_out(voice, listener, link):
    link.arrays.rmdir()
    voice.say(SamplesReady(1, 0.0, images=IMAGES))
    voice.say(Finished(1, 0.1))
    assert names(listener().read()) == ["Finished"]


def test_foreign_words_are_left_out(voice, listener, link):
    told = []
    voice.say(RunStarted(0, 0.0))
    voice.progress(1, 3, "scan")
    voice.progress(2, 3, "scan")
    voice.tick()
    stranger = SpoolWriter(link.folder, EVENTS)
    stranger.write(
        ['{"event": "Strange", "n": 2}', '{"n": 3}', "torn", '{"n": "x"}', '{"progress": 1}']
    )
    stranger.close()
    assert names(listener(progress=lambda *words: told.append(words)).read()) == ["RunStarted"]
    assert told == [(2, 3, "scan")]


# --- what travels ---------------------------------------------------------------------------------


def test_arrays_travel_as_files(tmp_path):
    points = np.ones((5, 2), np.float32)
    for number, array in enumerate((IMAGES, points)):
        plain = json.loads(json.dumps(pack(SamplesReady(3, 1.5, images=array), tmp_path, number)))
        event = unpack(plain, tmp_path)
        assert np.array_equal(event.images, array)
        assert (event.step, event.time, event.is_milestone) == (3, 1.5, False)
    weights = {"generator.0.weight": torch.arange(6.0).view(2, 3)}
    plain = json.loads(json.dumps(pack(SnapshotReady(4, 2.0, weights=weights), tmp_path, 9)))
    again = unpack(plain, tmp_path).weights
    assert torch.equal(again["generator.0.weight"], weights["generator.0.weight"])
    assert {path.name for path in tmp_path.iterdir()} == {"0.safetensors", "1.safetensors"}


def test_a_file_elsewhere_is_not_read(tmp_path):
    outside = tmp_path / "outside.safetensors"
    pack(SamplesReady(3, 1.5, images=IMAGES), tmp_path, 1)
    (tmp_path / "1.safetensors").rename(outside)
    plain = {"event": "SamplesReady", "step": 1, "time": 0.0, "file": str(outside)}
    (tmp_path / "inside").mkdir()
    with pytest.raises(FileNotFoundError):
        unpack(plain, tmp_path / "inside")


def test_old_arrays_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "PICTURE_FILES", 3)
    store = ArrayStore(tmp_path)
    for number in range(6):
        store.pack(SamplesReady(number, 0.0, images=IMAGES), number)
    for number in range(10, 14):
        store.pack(SnapshotReady(number, 0.0, weights={"w": torch.ones(1)}), number)
    store.make_room(frozenset(["1.safetensors"]))
    kept = {int(path.stem) for path in tmp_path.iterdir()}
    assert kept == {1, 3, 4, 5, 12, 13}
    monkeypatch.setattr(wire, "PICTURE_BYTES", 1)
    store.make_room(frozenset())
    assert {int(path.stem) for path in tmp_path.iterdir()} == {5, 12, 13}


def test_requests_travel_as_plain_values(tmp_path):
    config = assign(RunConfig(), ["model=gan", "data=digits", "model.penalties=r1,r2"])
    request = RunRequest(config, Folders.below(tmp_path), tmp_path / "run")
    plain = json.loads(json.dumps(request_to_plain(request)))
    again = request_from_plain(plain, lambda *words: None)
    assert (again.config, again.folders) == (request.config, request.folders)
    assert (again.run_dir, again.is_resumed) == (request.run_dir, False)


# --- listening ------------------------------------------------------------------------------------


def test_commands_are_obeyed_and_foreign_ones_are_not(link, voice):
    control, credits = RunControl(), Credits()
    clerk = Clerk(link, voice, control, credits)
    writer = SpoolWriter(link.folder, COMMANDS)
    lines = [
        {"command": "SetParameter", "name": "rate/generator", "value": 0.1},
        {"command": "want", "event": "SamplesReady"},
        {"command": "want", "event": "Finished"},
        {"command": "dance"},
        {"command": "StepPhase", "speed": 3},
        {"step": 1},
        {"command": "pause"},
    ]
    writer.write([*(json.dumps(line) for line in lines), "torn"])
    clerk.tick()
    assert control.take() == SetParameter("rate/generator", 0.1)
    assert control.take() is None
    assert control.is_paused
    assert not control.is_stopping
    assert credits.wants(SamplesReady, 1)
    assert not credits.wants(SamplesReady, 2)
    writer.write([json.dumps({"command": "stop"})])
    clerk.tick()
    assert control.is_stopping
    writer.close()
    clerk._commands.close()


@pytest.mark.parametrize("word", ["attached", "detached"])
def test_grants_of_a_window_that_has_gone_are_forgotten(word):
    control, credits = RunControl(), Credits()
    child.obey({"command": "want", "event": "SamplesReady"}, control, credits)
    child.obey({"command": word}, control, credits)
    assert not credits.wants(SamplesReady, 1)
    child.obey({"command": "want", "event": "SamplesReady"}, control, credits)
    assert credits.wants(SamplesReady, 1)
    assert not credits.wants(SamplesReady, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_system_asks_for_the_end(link, voice):
    names = ("SIGINT", "SIGHUP", "SIGTERM")
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    signals, control = Signals(), RunControl()
    clerk = Clerk(link, voice, control, Credits(), signals.is_asked_to_stop)
    try:
        signals.install()
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGHUP)
        clerk.tick()
        assert not control.is_stopping
        signal.raise_signal(signal.SIGTERM)
        clerk.tick()
        assert control.is_stopping
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def test_messages_of_libraries_do_not_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "ERROR_BYTES", 100)
    monkeypatch.setattr(child, "ERROR_TAIL", 10)
    path = tmp_path / "stderr.txt"
    with path.open("ab", buffering=0) as file:
        file.write(b"x" * 99 + b".")
        shorten(path)
        assert path.stat().st_size == 100
        file.write(b"the end of it")
        shorten(path)
        file.write(b"!")
    assert path.read_bytes() == b"end of it!" or path.read_bytes() == b" end of it!"
    shorten(tmp_path / "gone")


def test_an_end_is_told_to_who_comes_after_it(voice, listener):
    voice.say(RunStarted(0, 0.0))
    voice.say(Failed(3, 1.0, error="Diverged", message="m"))
    assert os.path.exists(voice._link.recap)
    assert names(listener(is_late=True, after_step=None).read()) == ["RunStarted", "Failed"]
