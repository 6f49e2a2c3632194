"""A real process that trains, left by one session, found by the next, and killed."""

import os
import signal

import pytest

from gan_studio.core.events import RunState
from gan_studio.gui.engine import Engine
from gan_studio.gui.session import Session
from gan_studio.jobs.links import living

PATIENCE_MS = 120_000  # a process has to load torch first
TINY = {
    "model": {"name": "autoencoder", "latent_dim": 2},
    "data": {"name": "digits"},
    "train": {"steps": 1_000_000, "batch_size": 16, "sample_every": 0, "checkpoint_every": 0},
}


@pytest.fixture
def child(folders):
    """Ends what a failed test would leave behind."""
    yield
    for run in living(folders):
        os.kill(run.pid, signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_process_is_left_and_found_again_and_its_death_is_told(qtbot, folders, settings, child):
    first = Session(folders, settings, engine=Engine())
    first.background.want(True)
    with qtbot.waitSignal(first.engine_ready, timeout=PATIENCE_MS):
        first.start_engine()
    with qtbot.waitSignal(first.scalars, timeout=PATIENCE_MS):
        first.start_training(first.engine.config(TINY))
    run_dir, step = first.run.run_dir, first.run.step
    with qtbot.waitSignal(first.background.left, timeout=10_000):
        first.background.keep_training()
    assert not first.is_running

    second = Session(folders, settings, engine=Engine())
    offers = []
    second.offered.connect(offers.append)
    with qtbot.waitSignal(second.scalars, timeout=PATIENCE_MS):
        second.start_engine()
    run = second.run
    assert run.run_dir == run_dir
    assert run.state is RunState.TRAINING
    assert run.step > step
    assert run.history.get("loss/autoencoder").points()[0][0] <= step  # from before this session
    assert [offer.title for offer in offers] == ["A run is still under way."]

    (alive,) = living(folders)
    with qtbot.waitSignal(second.run_ended, timeout=30_000):
        os.kill(alive.pid, signal.SIGKILL)
    assert offers[-1].kind == "error"
    assert "ended unexpectedly" in offers[-1].text
    assert offers[-1].action_text == "Resume from step 0"  # nothing later is saved yet
    assert second.run.is_unfinished
    assert second.config == second.run.config  # so that the Train page offers to resume it, too
    assert not second.is_running
    for session in (first, second):
        session.deleteLater()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_run_of_the_window_goes_on_in_a_process(qtbot, folders, settings, child):
    session = Session(folders, settings, engine=Engine())
    with qtbot.waitSignal(session.engine_ready, timeout=PATIENCE_MS):
        session.start_engine()
    with qtbot.waitSignal(session.scalars, timeout=PATIENCE_MS):
        session.start_training(session.engine.config(TINY))
    ends = []
    session.run_ended.connect(ends.append)
    with qtbot.waitSignal(session.background.left, timeout=PATIENCE_MS):
        session.background.keep_training()
    (alive,) = living(folders)
    assert alive.run_dir == session.run.run_dir
    assert alive.is_resumed
    assert ends == []
    session.deleteLater()
