"""Control, live values, single steps, roll-back: what a person does to a run."""

from __future__ import annotations

import pytest
import torch

from gan_studio.core.control import (
    RunControl,
    SampleNow,
    SaveNow,
    SetParameter,
    StepPhase,
    wants_nothing,
)
from gan_studio.core.errors import Diverged
from gan_studio.core.events import (
    CheckpointSaved,
    Finished,
    ParameterChanged,
    ProbeReady,
    RunStarted,
    RunState,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
    StateChanged,
)
from gan_studio.training.checkpoint import CheckpointStore
from gan_studio.training.run_folder import weights_hash


class Script:
    """A control that does something at chosen looks while the run is paused."""

    def __init__(self, control, *actions):
        self.control, self.actions = control, list(actions)
        control.wait = self.wait

    def wait(self, timeout_s=0.0):
        self.actions.pop(0)()


def kinds(events):
    return [type(event).__name__ for event in events]


def test_a_run_begins_and_ends_with_its_own_events(make_trainer):
    events = list(make_trainer(3).run(RunControl(), wants_nothing))
    assert isinstance(events[0], RunStarted)
    assert events[-1] == Finished(3, events[-1].time, reason="done", totals=events[-1].totals)
    assert events[-1].totals["images_seen"] == 12


def test_stop_leaves_at_a_step_and_saves(make_trainer, tmp_path):
    control = RunControl()
    trainer = make_trainer(100, store=CheckpointStore(tmp_path))
    events = []
    for event in trainer.run(control, wants_nothing):
        events.append(event)
        if isinstance(event, CheckpointSaved):
            control.stop()
    assert events[-1].reason == "stopped"
    assert CheckpointStore(tmp_path).load().counters["step"] == events[-1].step


def test_pause_step_and_go_on(make_trainer):
    control = RunControl()
    control.pause()
    trainer = make_trainer(6, family="gan")
    Script(
        control,
        lambda: control.send(StepPhase("discriminator")),
        lambda: control.send(StepPhase("generator")),
        lambda: control.send(StepPhase("")),
        control.resume,
    )
    events = list(trainer.run(control, wants_nothing))
    states = [event.state for event in events if isinstance(event, StateChanged)]
    assert states == [RunState.TRAINING, RunState.PAUSED, RunState.TRAINING]
    stepped = [event for event in events if isinstance(event, ScalarsReady)][:3]
    assert set(stepped[0].values) >= {"loss/discriminator", "d/real", "jsd"}
    assert set(stepped[1].values) == {"loss/generator"}
    assert [event.step for event in stepped] == [0, 0, 1]
    updates = trainer.state.counters()["updates"]
    assert updates == {"discriminator": 7, "generator": 7}


def test_a_pause_is_no_time_of_training(make_trainer, fake_clock):
    control = RunControl()
    control.pause()
    clock = fake_clock(0.01)
    trainer = make_trainer(6, clock=clock)

    def rest():
        clock.now += 1000.0
        control.resume()

    Script(control, rest)
    last = list(trainer.run(control, wants_nothing))[-1]
    assert last.totals["seconds"] < 500.0


def test_a_stepped_phase_moves_only_its_net(make_trainer):
    control = RunControl()
    control.pause()
    trainer = make_trainer(6, family="gan")
    hashes = []

    def note():
        nets = trainer.state.nets
        hashes.append(
            {name: weights_hash(dict(net.named_parameters())) for name, net in nets.items()}
        )

    Script(
        control,
        lambda: (note(), control.send(StepPhase("discriminator"))),
        lambda: (note(), control.send(StepPhase("generator"))),
        lambda: (note(), control.stop()),
    )
    list(trainer.run(control, wants_nothing))
    first, second, third = hashes
    assert first["generator"] == second["generator"] != third["generator"]
    assert first["discriminator"] != second["discriminator"] == third["discriminator"]


def test_stop_ends_a_pause(make_trainer):
    control = RunControl()
    control.pause()
    Script(control, control.stop)
    events = list(make_trainer(50).run(control, wants_nothing))
    assert kinds(events)[-3:] == ["StateChanged", "StateChanged", "Finished"]
    assert events[-1].step == 0


def test_live_rates_are_applied_said_and_kept(make_trainer, tmp_path):
    control = RunControl()
    store = CheckpointStore(tmp_path)
    control.send(SetParameter("rate/autoencoder", 0.5))
    control.send(SetParameter("rate/nobody", 1.0))
    trainer = make_trainer(2, store=store)
    events = list(trainer.run(control, wants_nothing))
    (changed,) = [event for event in events if isinstance(event, ParameterChanged)]
    assert (changed.name, changed.value, changed.previous) == ("rate/autoencoder", 0.5, 1e-3)
    assert trainer.state.runner.states["autoencoder"].optimiser.param_groups[0]["lr"] == 0.5
    assert store.load().counters["rates"] == {"autoencoder": 0.5}


def test_commands_ask_for_samples_and_checkpoints(make_trainer, tmp_path):
    control = RunControl()
    control.send(SampleNow())
    trainer = make_trainer(2, store=CheckpointStore(tmp_path))
    events = list(trainer.run(control, wants_nothing))
    assert sum(isinstance(event, SamplesReady) for event in events) == 1
    control = RunControl()
    control.pause()
    control.send(StepPhase())
    control.send(SaveNow())
    Script(control, control.stop)
    events = list(
        make_trainer(9, store=CheckpointStore(tmp_path / "b")).run(control, wants_nothing)
    )
    saved = [event.step for event in events if isinstance(event, CheckpointSaved)]
    assert saved == [0, 1]


@pytest.mark.parametrize("where", ["weights", "loss"])
def test_nan_rolls_back_and_says_so(make_trainer, tmp_path, where, fake_clock):
    store = CheckpointStore(tmp_path)
    trainer = make_trainer(40, ["train.checkpoint_every=10"], store=store, clock=fake_clock(0.06))
    good = None
    with pytest.raises(Diverged) as caught:  # noqa: PT012 - the run is the statement
        for event in trainer.run(RunControl(), wants_nothing):
            if isinstance(event, CheckpointSaved) and event.step == 10:
                good = weights_hash(trainer.state.weights())
                with torch.no_grad():
                    weight = next(trainer.state.nets["encoder"].parameters())
                    weight.fill_(float("nan") if where == "weights" else float("inf"))
    assert caught.value.values["good_step"] == 10
    assert weights_hash(trainer.state.weights()) == good
    assert store.steps()[-1] == 10


def test_samples_are_made_only_when_wanted_and_affordable(make_trainer, fake_clock):
    unwanted = list(make_trainer(5).run(RunControl(), wants_nothing))
    assert not any(isinstance(event, SamplesReady) for event in unwanted)
    wanted = make_trainer(60, clock=fake_clock(0.06))
    events = list(wanted.run(RunControl(), lambda kind, step: kind is SamplesReady))
    pictures = [event.step for event in events if isinstance(event, SamplesReady)]
    assert pictures
    # One look costs two ticks of the fake clock: 0.5 % of the time allows one in about 400 ticks.
    assert len(pictures) < 6


def test_milestones_come_by_step_whoever_watches(make_trainer):
    words = ["train.sample_every=2"]
    events = list(make_trainer(5, words).run(RunControl(), wants_nothing))
    kept = [event.step for event in events if isinstance(event, SamplesReady)]
    assert kept == [0, 2, 4, 5]
    assert all(event.is_milestone for event in events if isinstance(event, SamplesReady))


def test_a_stopped_run_keeps_its_last_pictures(make_trainer):
    control = RunControl()
    control.stop()
    events = list(make_trainer(5, ["train.sample_every=2"]).run(control, wants_nothing))
    kept = [event for event in events if isinstance(event, SamplesReady)]
    assert [(event.step, event.is_milestone) for event in kept] == [(0, True)]


def test_probes_look_at_what_is_drawn_from_noise(make_trainer):
    words = ["train.sample_every=2"]
    run = make_trainer(4, words, family="gan").run(RunControl(), wants_nothing)
    found = [event for event in run if isinstance(event, ProbeReady)]
    assert [(event.step, event.name) for event in found] == [(2, "variety"), (4, "variety")]
    assert 0 < found[0].payload["variety"] < 2
    copies = make_trainer(4, words).run(RunControl(), wants_nothing)
    assert not any(isinstance(event, ProbeReady) for event in copies)


def test_snapshots_are_copies(make_trainer, fake_clock):
    trainer = make_trainer(300, clock=fake_clock(1.0))
    events = list(trainer.run(RunControl(), lambda kind, step: kind is SnapshotReady))
    first, *_, last = [event for event in events if isinstance(event, SnapshotReady)]
    name = next(iter(first.weights))
    assert not torch.equal(first.weights[name], last.weights[name])


def test_closing_the_generator_lets_go_of_the_data(make_trainer, monkeypatch):
    trainer = make_trainer(1000)
    run = trainer.run(RunControl(), wants_nothing)
    next(run)
    closed = []
    monkeypatch.setattr(trainer.stepper.stream, "close", lambda: closed.append(True))
    run.close()
    assert closed == [True]
