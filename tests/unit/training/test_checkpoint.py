"""Checkpoints that are damaged, foreign, too new, or written when the disk is full."""

from __future__ import annotations

import errno
import json
import os

import pytest
import torch

import gan_studio.training.checkpoint as module
from gan_studio.core.errors import BadCheckpoint, DiskProblem
from gan_studio.training.checkpoint import CheckpointStore, read_checkpoint

COUNTERS = {"images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1}


def save(store, step):
    tensors = {"net.a": torch.full((3,), float(step))}
    return store.save(tensors, {"adam.x": torch.zeros(1)}, {"step": step, **COUNTERS})


@pytest.fixture
def store(tmp_path):
    store = CheckpointStore(tmp_path / "checkpoints")
    for step in (10, 20, 30):
        save(store, step)
    return store


def test_two_newest_stay_and_pinned_ones(store):
    assert store.steps() == [20, 30]
    store.pin(20)
    save(store, 40)
    save(store, 50)
    assert store.steps() == [20, 40, 50]


def test_round_trip_keeps_values_and_layout(store):
    layout = torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
    store.save({"net.a": layout}, {}, {"step": 60, **COUNTERS})
    torch.testing.assert_close(store.load(60).weights["net.a"], layout.contiguous())


def test_a_damaged_newest_is_passed_over(store):
    (store.path(30) / module.WEIGHTS).write_bytes(b"\x00" * 100)
    assert store.load().counters["step"] == 20
    with pytest.raises(BadCheckpoint, match=r"weights\.safetensors is not a usable checkpoint"):
        store.load(30)


def test_truncated_file(store):
    path = store.path(30) / module.WEIGHTS
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(BadCheckpoint, match="damaged"):
        read_checkpoint(store.path(30))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_posing_as_a_checkpoint_is_not_opened(store, zipped):
    class Trap:
        def __reduce__(self):
            return os.abort, ()

    torch.save(Trap(), store.path(30) / module.WEIGHTS, _use_new_zipfile_serialization=zipped)
    with pytest.raises(BadCheckpoint, match="a pickle, which is never opened"):
        read_checkpoint(store.path(30))


def test_newer_schema(store):
    path = store.path(30) / module.STATE
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 99}))
    with pytest.raises(BadCheckpoint, match="newer version"):
        read_checkpoint(store.path(30))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"step": 3}'])
def test_bad_state(store, text):
    (store.path(30) / module.STATE).write_text(text)
    with pytest.raises(BadCheckpoint, match=r"state\.json"):
        read_checkpoint(store.path(30))


def test_full_disk_keeps_what_was_there(store, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "save_file", full)
    with pytest.raises(DiskProblem, match="the disk is full"):
        save(store, 40)
    assert store.steps() == [20, 30]
    assert store.load().counters["step"] == 30
    assert [path.name for path in store.folder.iterdir() if path.name.startswith(".")] == []


def test_leftovers_of_a_killed_writer_are_swept(store):
    (store.folder / ".000035.abc").mkdir()
    assert store.steps() == [20, 30]
    save(store, 40)
    assert not (store.folder / ".000035.abc").exists()


def test_nothing_there(tmp_path):
    with pytest.raises(BadCheckpoint, match="there is none yet"):
        CheckpointStore(tmp_path).load()
