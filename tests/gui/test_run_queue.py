"""A queue of runs in the window, over runs that a script plays."""

from __future__ import annotations

import pytest

from gan_studio.core.events import Failed, Finished
from gan_studio.gui.run_queue import FILE
from gan_studio.gui.status_bar import StatusBar
from gan_studio.jobs.queue import DONE, FAILED, RUNNING, SKIPPED, WAITING, Entry, Queue, QueueFile
from tests.gui.fakes import a_config, scalars, started
from tests.gui.model_runs import write_run


def a_queue(*states: str) -> Queue:
    entries = tuple(
        Entry(f"latent {place}", {"model": {"name": f"family{place}"}}, state)
        for place, state in enumerate(states)
    )
    return Queue("The curve", "curve", entries)


def states(session) -> list[str]:
    return [entry.state for entry in session.queue.queue.entries]


@pytest.fixture
def queue(session):
    return session.queue


@pytest.fixture
def file(folders) -> QueueFile:
    return QueueFile(folders.runs / FILE)


@pytest.fixture
def offers(session):
    seen = []
    session.offered.connect(seen.append)
    return seen


def ends(*events):
    """A run that ends by itself."""
    return [started(), *events, Finished(1000, 1.0)]


def test_runs_are_trained_one_after_the_other(qtbot, session, queue, engine, file):
    engine.script = ends(scalars(7, loss__autoencoder=0.1))
    draft = session.config
    queue.start(a_queue(WAITING, SKIPPED, WAITING))
    assert states(session) == [RUNNING, SKIPPED, WAITING]
    assert queue.words() == "1 of 3"
    qtbot.waitUntil(lambda: states(session) == [DONE, SKIPPED, DONE])
    assert [job.config.model.key for job in engine.jobs] == ["family0", "family2"]
    assert session.config == draft
    assert queue.words() == ""
    assert not queue.is_active
    assert not queue.can_go_on
    assert not file.path.exists()


def test_the_status_bar_says_which_of_how_many(qtbot, session, queue, engine):
    bar = StatusBar(session)
    qtbot.addWidget(bar)
    engine.script = [started(), scalars(7, loss__autoencoder=0.1)]
    queue.start(a_queue(DONE, WAITING, WAITING))
    qtbot.waitUntil(lambda: bar.step.text() == "Run 2 of 3 · Step 7 of 1,000")
    session.stop()
    qtbot.waitUntil(lambda: not session.is_running)
    assert bar.step.text() == "Step 7 of 1,000"


def test_the_file_follows_and_knows_the_folder(qtbot, session, queue, engine, file, tmp_path):
    engine.script = [started(run_dir=str(tmp_path / "one"))]
    queue.start(a_queue(WAITING, WAITING))
    qtbot.waitUntil(lambda: bool(queue.queue.entries[0].run_dir))
    kept = file.read()  # as after kill -9
    assert [entry.state for entry in kept.entries] == [WAITING, WAITING]
    assert kept.entries[0].run_dir == str(tmp_path / "one")


def test_a_failed_run_is_reported_and_the_next_one_trains(qtbot, session, queue, engine, offers):
    failure = Failed(7, 1.0, message="{device} is full.", values={"device": "CPU"})
    engine.script = [started(), failure]
    queue.start(a_queue(WAITING, WAITING))
    engine.script = ends()
    qtbot.waitUntil(lambda: states(session) == [FAILED, DONE])
    assert offers[0].text == "CPU is full."
    qtbot.waitUntil(lambda: len(offers) == 2)
    assert offers[1].title == "1 of 2 runs failed."
    assert offers[1].text == "latent 0: CPU is full."


def test_settings_that_cannot_be_used_fail_alone(qtbot, session, queue, engine):
    from gan_studio.core.errors import BadConfig

    make = engine.config
    problems = []
    session.error.connect(problems.append)

    def config(plain):
        if plain.get("model", {}).get("name") == "family0":
            raise BadConfig("model.latent_dim: 0 is below 1")
        return make(plain)

    engine.config, engine.script = config, ends()
    queue.start(a_queue(WAITING, WAITING))
    qtbot.waitUntil(lambda: states(session) == [FAILED, DONE])
    assert len(problems) == 1
    assert "below 1" in queue.queue.entries[0].reason


def test_stop_holds_the_queue_and_go_on_goes_on(qtbot, session, queue, engine, offers, folders):
    run_dir = write_run(folders, "autoencoder", steps=(500,), latent_dim=2)
    engine.script = [started(run_dir=str(run_dir))]
    queue.start(a_queue(WAITING, WAITING))
    qtbot.waitUntil(lambda: bool(queue.queue.entries[0].run_dir))
    session.stop()
    qtbot.waitUntil(lambda: bool(offers))
    assert states(session) == [WAITING, WAITING]
    assert queue.can_go_on
    assert (offers[0].title, offers[0].action_text) == ("The queue has stopped.", "Go on")
    assert len(engine.jobs) == 1
    engine.script = ends()
    offers[0].on_action()
    qtbot.waitUntil(lambda: states(session) == [DONE, DONE])
    assert engine.jobs[1].run_dir == run_dir  # resumed, not begun again
    assert engine.jobs[2].run_dir is None


def test_a_run_that_ends_while_it_is_stopped_begins_no_other(qtbot, session, queue, engine):
    engine.script = ends()
    queue.start(a_queue(WAITING, WAITING))
    session.stop()  # as closing the window does
    qtbot.waitUntil(lambda: not session.is_running)
    assert states(session) == [DONE, WAITING]
    assert queue.can_go_on
    assert len(engine.jobs) == 1


def test_the_queue_waits_for_a_run_that_a_person_starts(qtbot, session, queue, engine, offers):
    queue.start(a_queue(WAITING, WAITING))
    qtbot.waitUntil(lambda: session.run is not None and bool(session.run.info))
    session.start_training(a_config("dcgan"))
    assert offers[0].title == "Another run is under way."
    engine.script = ends()
    offers[0].on_action()
    qtbot.waitUntil(lambda: states(session) == [DONE, DONE])
    assert [offer.title for offer in offers[1:]] == ["The queue waits."]
    keys = [job.config.model.key for job in engine.jobs]
    assert keys == ["family0", "dcgan", "family0", "family1"]


def test_another_queue_takes_the_place_of_one(qtbot, session, queue, engine, offers):
    queue.start(a_queue(WAITING))
    qtbot.waitUntil(lambda: session.run is not None and bool(session.run.info))
    other = Queue("Another", "figure", (Entry("one", {"model": {"name": "vae"}}),))
    queue.start(other)
    engine.script = ends()
    offers[0].on_action()
    qtbot.waitUntil(lambda: queue.is_for("figure") and states(session) == [DONE])
    assert len(offers) == 1


def test_what_is_left_is_offered_at_the_start(qtbot, new_session, engine, file):
    file.write(a_queue(DONE, RUNNING, WAITING))
    offers = []
    new_session.offered.connect(offers.append)
    engine.script = ends()
    new_session.start_engine()
    qtbot.waitUntil(lambda: bool(offers))
    assert offers[0].title == "Go on with “The curve”?"
    assert "1 of 3" in offers[0].text
    offers[0].on_action()
    qtbot.waitUntil(lambda: states(new_session) == [DONE, DONE, DONE])
    assert len(engine.jobs) == 2


def test_a_damaged_file_is_told_in_one_sentence(qtbot, new_session, file):
    file.path.parent.mkdir(parents=True)
    file.path.write_text('{"schema": 1, "entries": 7}')
    problems = []
    new_session.error.connect(problems.append)
    new_session.start_engine()
    qtbot.waitUntil(lambda: bool(problems))
    assert "is not a queue of runs" in problems[0].sentence()
    assert new_session.queue.queue is None


def test_giving_up_forgets_the_rest(qtbot, session, queue, engine, file):
    queue.start(a_queue(WAITING, WAITING))
    qtbot.waitUntil(lambda: session.run is not None and bool(session.run.info))
    queue.give_up()
    qtbot.waitUntil(lambda: not session.is_running)
    assert queue.queue is None
    assert not file.path.exists()
    assert len(engine.jobs) == 1


def test_a_pause_is_a_pause_of_its_run(qtbot, session, queue):
    from gan_studio.core.events import RunState

    queue.start(a_queue(WAITING))
    qtbot.waitUntil(lambda: session.run is not None and bool(session.run.info))
    session.pause()
    qtbot.waitUntil(lambda: session.run.state is RunState.PAUSED)
    assert queue.is_active
    session.go_on()
    qtbot.waitUntil(lambda: session.run.state is RunState.TRAINING)
