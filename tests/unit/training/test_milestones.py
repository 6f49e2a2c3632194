"""Moments of a run that stay to be looked at: which, at what price, and what they are not."""

from __future__ import annotations

import pytest
import torch

from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import BadCheckpoint, DiskProblem
from gan_studio.core.events import Finished, Notice
from gan_studio.inference.bundle import make_bundle
from gan_studio.training.checkpoint import OPTIMISER, STATE, CheckpointStore
from gan_studio.training.milestones import Milestones
from gan_studio.training.moments import NEVER, moments, next_moment
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.trainer import trained_state

COUNTERS = {"images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1}
FACTS = {"sample_shape": [1, 8, 8], "class_names": ["a", "b"], "data_title": "t"}


def save(store, step):
    tensors = {"net.a": torch.full((3,), float(step))}
    store.save(tensors, {"adam.x": torch.zeros(1)}, {"step": step, **COUNTERS})


def keep(store, step):
    store.save_milestone({"net.a": torch.full((3,), float(step))}, {"step": step, **COUNTERS})


@pytest.fixture
def store(tmp_path):
    """Checkpoints at 20 and 30, milestones at 8 and 27."""
    store = CheckpointStore(tmp_path / "checkpoints", milestones=12)
    for step in (20, 30):
        save(store, step)
    for step in (8, 27):
        keep(store, step)
    return store


def run(trainer):
    for _event in trainer.run(RunControl(), wants_nothing):
        pass
    return weights_hash(trained_state(trainer).weights())


@pytest.mark.parametrize("count", [1, 2, 5, 12, 100])
def test_what_is_kept_on_the_way_is_what_stays(count):
    step, kept = 0, moments(0, count)
    while (step := next_moment(step, count)) < 60_000:
        kept = [one for one in [*kept, step] if one in moments(step, count)]
        assert kept == moments(step, count)
        assert len(kept) <= count
    assert kept[0] == 0


def test_moments_lie_early_and_over_the_whole_run():
    assert moments(1000, 12) == [0, 1, 8, 27, 64, 125, 216, 343, 512, 729, 1000]
    assert moments(10_000, 12) == [0, 8, 64, 216, 512, 1000, 1728, 2744, 4096, 5832, 8000]
    assert moments(1000, 0) == []
    assert next_moment(0, 0) == NEVER


def test_milestones_are_looked_at_and_not_gone_on_from(store):
    assert store.moments() == [8, 20, 27, 30]
    assert store.steps() == [20, 30]
    assert store.load().counters["step"] == 30
    assert store.find_weights(27)[1]["net.a"].tolist() == [27.0] * 3
    with pytest.raises(BadCheckpoint, match="nothing to go on training from"):
        store.load(27)


def test_the_newest_to_look_at_may_be_a_milestone(store):
    keep(store, 64)
    assert store.find_weights()[0] == 64
    assert store.load().counters["step"] == 30
    (store.path(64) / "weights.safetensors").write_bytes(b"torn")
    assert store.find_weights()[0] == 30


def test_a_checkpoint_whose_time_is_over_becomes_a_milestone(tmp_path):
    store = CheckpointStore(tmp_path, milestones=12)
    for step in (0, 10, 64, 70, 80):
        save(store, step)
    assert store.steps() == [70, 80]
    assert store.moments() == [0, 64, 70, 80]
    assert not (store.path(64) / OPTIMISER).exists()
    assert (store.path(64) / STATE).exists()


def test_a_milestone_never_replaces_a_checkpoint(store):
    save(store, 64)
    keep(store, 64)
    assert store.steps() == [30, 64]


def test_old_milestones_give_way_and_pinned_ones_stay(tmp_path):
    store = CheckpointStore(tmp_path, milestones=3)
    keep(store, 0)
    keep(store, 1)
    store.pin(1)
    for step in (8, 64):
        keep(store, step)
    assert store.moments() == [0, 1, 8, 64]
    keep(store, 512)
    assert store.moments() == [0, 1, 64, 512]


def test_without_a_number_none_are_dropped(store):
    store.milestones = 0
    save(store, 40)
    assert store.moments() == [8, 27, 30, 40]


def test_a_resumed_run_drops_what_it_will_write_again(store):
    keep(store, 64)
    store.drop_after(20)
    assert store.moments() == [8, 20]


def test_a_run_keeps_its_moments_beside_its_checkpoints(make_trainer, tmp_path):
    store = CheckpointStore(tmp_path)
    run(make_trainer(70, ["train.checkpoint_every=50"], store=store))
    assert store.moments() == [0, 1, 8, 27, 50, 64, 70]
    assert store.steps() == [50, 70]


@pytest.mark.parametrize(
    ("family", "nets"),
    [("autoencoder", {"net.encoder", "net.decoder"}), ("gan", {"ema.generator"})],
)
def test_a_moment_holds_what_pictures_are_made_from(make_trainer, tmp_path, family, nets):
    store = CheckpointStore(tmp_path)
    trainer = make_trainer(10, [], family, store=store)
    for event in trainer.run(RunControl(), wants_nothing):
        if event.step > 8:  # a report of step 8 may come before its moment is kept
            break
    weights = store.find_weights(8)[1]
    assert {".".join(name.split(".")[:2]) for name in weights} == nets
    bundle = make_bundle(trainer.config, FACTS, weights, 8)
    assert bundle.generate(torch.zeros(2, bundle.latent.dim)).shape == (2, 1, 8, 8)


def test_keeping_changes_no_number_and_a_killed_run_keeps_the_same(make_trainer, tmp_path):
    plain = run(make_trainer(30, ["train.milestones=0"]))
    straight = CheckpointStore(tmp_path / "straight")
    assert run(make_trainer(30, ["train.checkpoint_every=10"], store=straight)) == plain
    store = CheckpointStore(tmp_path / "killed")
    killed = make_trainer(30, ["train.checkpoint_every=10"], store=store)
    for _event in killed.run(RunControl(), wants_nothing):
        if killed.state.step > 28:  # past the milestone at 27
            break
    store.drop_after(20)
    resumed = make_trainer(30, ["train.checkpoint_every=10"], store=store, resume=store.load(20))
    assert run(resumed) == plain
    assert store.moments() == straight.moments() == [0, 1, 8, 20, 27, 30]
    assert store.steps() == straight.steps()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], True),
        (["train.milestones=0"], False),
        (["train.milestone_mb=1", "model.width=900"], False),
        (["train.milestone_mb=0", "model.width=900"], True),
    ],
)
def test_large_nets_keep_none_unless_asked(make_trainer, tmp_path, words, expected):
    store = CheckpointStore(tmp_path)
    run(make_trainer(2, words, store=store))
    assert (1 in store.moments()) is expected


def test_broken_weights_are_not_kept(make_trainer, tmp_path):
    store = CheckpointStore(tmp_path)
    trainer = make_trainer(20, store=store)
    events = trainer.run(RunControl(), wants_nothing)
    next(events)
    with torch.no_grad():
        next(trainer.state.nets["encoder"].parameters()).fill_(float("nan"))
    trainer.state.step = 8
    trainer._milestones.keep()
    assert 8 not in store.moments()
    events.close()


def test_without_a_store_nothing_is_written(make_trainer, monkeypatch):
    written = []
    monkeypatch.setattr(
        "gan_studio.training.checkpoint.save_file", lambda *_args: written.append(1)
    )
    trainer = make_trainer(2)
    run(trainer)
    moments = Milestones(None, trainer.state, trainer.family, trainer.config.train)
    for trainer.state.step in (0, 1, 8, 64):
        moments.keep()
    assert written == []


def test_a_moment_that_cannot_be_kept_ends_no_run(make_trainer, tmp_path, monkeypatch):
    store = CheckpointStore(tmp_path)

    def fail(weights, counters):
        raise DiskProblem(path=tmp_path, reason="the disk is full")

    monkeypatch.setattr(store, "save_milestone", fail)
    trainer = make_trainer(10, store=store)
    events = list(trainer.run(RunControl(), wants_nothing))
    told = [event for event in events if isinstance(event, Notice)]
    assert [event.step for event in told] == [1, 8]
    assert "the disk is full" in told[0].message.format(**told[0].values)
    assert isinstance(events[-1], Finished)
    assert store.steps() == [0, 10]
