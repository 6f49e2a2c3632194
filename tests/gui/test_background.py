"""Runs in processes of their own: the switch, what is found at the start, and what is told."""

from pathlib import Path

import pytest

from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed, Finished, RunState, StateChanged
from gan_studio.core.file_lock import FileLock
from gan_studio.gui.dialogs.settings import SettingsDialog
from gan_studio.gui.pages.train.apart import ApartSwitch
from gan_studio.gui.plots.series import History
from gan_studio.gui.run_queue import FILE
from gan_studio.gui.settings import Settings
from gan_studio.gui.widgets.page_head import PageHead
from gan_studio.gui.widgets.run_words import state_of
from gan_studio.jobs import training_job
from gan_studio.jobs.links import EndedRun, LivingRun, NotRunning
from gan_studio.jobs.queue import DONE, RUNNING, WAITING, Entry, Queue, QueueFile
from tests.gui.fakes import scalars, started
from tests.gui.test_window import make_run

DIED = Failed(
    400, 1.0, error="ProcessDied",
    message="The process that trained has ended unexpectedly ({reason}).",
    hint="Resume the run.", values={"reason": "signal 9"},
)  # fmt: skip


def alive(run_dir=None, name="gan", **more) -> LivingRun:
    config = {"model": {"name": name}}
    return LivingRun(Path("link"), 1, config, run_dir and Path(run_dir), False, **more)


@pytest.fixture
def offers(new_session):
    seen = []
    new_session.offered.connect(seen.append)
    return seen


def begin(qtbot, session):
    with qtbot.waitSignal(session.engine_ready, timeout=3000):
        session.start_engine()


# -- the switch


@pytest.fixture
def switch(qtbot, session):
    head = PageHead("Train")
    qtbot.addWidget(head)
    return ApartSwitch(session, head).button


def test_the_window_trains_unless_the_person_wants_a_process(qtbot, session, engine, switch):
    assert not switch.isChecked()
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    assert not engine.jobs[0].is_apart


def test_the_choice_is_remembered_and_used_by_every_way_to_start(
    qtbot, session, engine, switch, settings, tmp_path
):
    switch.click()
    assert Settings(settings.path.parent).trains_apart
    engine.script = [started(), Finished(1000, 1.0)]
    for begin_one in (
        session.start_training,
        lambda: session.resume(tmp_path),
        lambda: session.start_queued(session.config, None),
    ):
        with qtbot.waitSignal(session.run_ended, timeout=3000):
            begin_one()
    assert [job.is_apart for job in engine.jobs] == [True, True, True]


def test_while_a_run_is_under_way_the_switch_says_where_and_why_it_waits(
    qtbot, session, engine, switch
):
    session.background.want(True)
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    assert not switch.isEnabled()
    assert switch.isChecked()
    assert "has a process of its own" in switch.toolTip()
    session.background.want(False)  # by the settings: for the next run
    assert switch.isChecked()
    with qtbot.waitSignal(session.run_ended, timeout=3000):
        session.stop()
    assert switch.isEnabled()
    assert not switch.isChecked()


def test_the_settings_have_it_too(qtbot, session, switch):
    dialog = SettingsDialog(session)
    qtbot.addWidget(dialog)
    dialog.apart_box.click()
    assert switch.isChecked()


def test_commands_go_to_the_control_of_the_process(qtbot, session, engine):
    session.background.want(True)
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    session.pause()
    assert engine.jobs[0].control.is_paused


def test_a_killed_process_fails_the_run_and_offers_to_resume(
    qtbot, session, engine, offers, tmp_path
):
    session.background.want(True)
    engine.script = [started(run_dir=str(tmp_path)), scalars(400), DIED]
    with qtbot.waitSignal(session.run_ended, timeout=3000):
        session.start_training()
    assert offers[0].kind == "error"
    assert "(signal 9)" in offers[0].text
    assert offers[0].action_text == "Resume"
    engine.script = [started(400, run_dir=str(tmp_path))]
    with qtbot.waitSignal(session.run_started, timeout=3000):
        offers[0].on_action()
    assert engine.jobs[1].run_dir == tmp_path


# -- what went on without a window


def test_a_run_in_the_background_becomes_the_run_under_way(
    qtbot, new_session, engine, offers, tmp_path
):
    engine.runs_alive = [alive(tmp_path / "run")]
    engine.script = [
        started(total_steps=900, run_dir=str(tmp_path / "run")),
        StateChanged(0, 0.0, state=RunState.PAUSED),
    ]
    make = engine.attached

    def attached(found, mailbox):
        job = make(found, mailbox)
        job.history = History.from_rows([{"step": 1.0, "d": 1.0}, {"step": 640.0, "d": 2.0}])
        return job

    engine.attached = attached
    begin(qtbot, new_session)
    assert new_session.is_running  # before anything else can be started
    qtbot.waitUntil(lambda: new_session.run.state is RunState.PAUSED, timeout=3000)
    run = new_session.run
    assert (run.step, run.total_steps, run.first_step) == (640, 900, 0)
    assert run.history["d"].last == (640, 2.0)
    assert [offer.title for offer in offers] == ["A run is still under way."]
    assert offers[0].text == "run is at step 640 of 900."
    engine.jobs[0].control.pause()  # as it stands in the process
    new_session.go_on()
    assert not engine.jobs[0].control.is_paused


def test_a_click_before_the_engine_is_ready_asks_when_a_run_is_found(
    qtbot, new_session, engine, offers
):
    engine.runs_alive = [alive()]
    new_session.start_training()
    begin(qtbot, new_session)
    assert offers[0].title == "Another run is under way."
    assert len(engine.jobs) == 1


def test_runs_that_another_window_watches_are_left_alone(qtbot, new_session, engine):
    engine.runs_alive = [alive(is_watched=True)]
    begin(qtbot, new_session)
    assert not new_session.is_running


def test_the_newest_run_is_shown_and_then_the_others(qtbot, new_session, engine, offers):
    engine.runs_alive = [alive(name="old"), alive(name="new")]
    begin(qtbot, new_session)
    assert new_session.run.config.model.key == "new"
    qtbot.waitUntil(lambda: bool(offers), timeout=3000)
    assert offers[0].text.endswith("Another one is shown when it ends.")
    with qtbot.waitSignal(new_session.run_ended, timeout=3000):
        new_session.stop()
    qtbot.waitUntil(lambda: new_session.is_running, timeout=3000)
    assert new_session.run.config.model.key == "old"


def test_a_run_that_has_just_ended_does_not_keep_the_next_from_being_found(
    qtbot, new_session, engine
):
    engine.runs_alive = [alive(name="old"), alive(name="new")]
    make = engine.attached

    def attached(found, mailbox):
        if found.config["model"]["name"] == "new":
            raise NotRunning
        return make(found, mailbox)

    engine.attached = attached
    begin(qtbot, new_session)
    assert new_session.run.config.model.key == "old"


@pytest.mark.expects_logs
def test_links_that_cannot_be_read_do_not_keep_the_engine_from_being_ready(
    qtbot, new_session, engine
):
    def fail(folders):
        raise PermissionError("no")

    engine.living = fail
    begin(qtbot, new_session)
    assert not new_session.is_running


def test_what_failed_without_a_window_is_told(qtbot, new_session, engine, offers, tmp_path):
    engine.runs_ended = [
        EndedRun({}, tmp_path / "killed", DIED),
        EndedRun({}, tmp_path / "good", Finished(900, 9.0)),
    ]
    begin(qtbot, new_session)
    assert [offer.title for offer in offers[:-1]] == ["A run is done."]  # it is newer
    offers.reverse()
    assert offers[0].title == "killed stopped in the background."
    assert "(signal 9)" in offers[0].text
    assert offers[0].action_text == "Resume"


def test_a_run_that_is_done_is_told_with_a_way_to_explore_it(
    qtbot, new_session, engine, offers, tmp_path
):
    where = []
    new_session.navigate.connect(lambda key, payload: where.append((key, payload)))
    engine.runs_ended = [EndedRun({}, tmp_path / "good", Finished(900, 9.0))]
    begin(qtbot, new_session)
    qtbot.waitUntil(lambda: bool(offers), timeout=3000)
    assert (offers[0].kind, offers[0].title) == ("info", "A run is done.")
    offers[0].on_action()
    assert where == [("explore", {"run_dir": tmp_path / "good"})]


# -- the queue


def kept_queue(folders, *entries: Entry) -> None:
    QueueFile(folders.runs / FILE).write(Queue("The curve", "curve", entries))


def entry(name, state, run_dir="") -> Entry:
    return Entry(name, {"model": {"name": name}}, state, str(run_dir))


@pytest.mark.parametrize("is_folder_known", [True, False])
def test_a_queue_joins_the_run_that_went_on(
    qtbot, new_session, engine, folders, offers, tmp_path, is_folder_known
):
    known = tmp_path / "b" if is_folder_known else ""
    kept_queue(folders, entry("a", DONE), entry("b", RUNNING, known), entry("c", WAITING))
    engine.runs_alive = [alive(tmp_path / "b", "b")]
    engine.script = [started(run_dir=str(tmp_path / "b"))]
    begin(qtbot, new_session)
    queue = new_session.queue
    qtbot.waitUntil(lambda: queue.queue is not None, timeout=3000)
    assert [item.state for item in queue.queue.entries] == [DONE, RUNNING, WAITING]
    assert queue.words() == "2 of 3"
    assert queue.is_active
    engine.script = [started(), Finished(1000, 1.0)]
    engine.jobs[0].end(Finished(1000, 1.0))
    qtbot.waitUntil(
        lambda: [item.state for item in queue.queue.entries] == [DONE, DONE, DONE], timeout=3000
    )
    assert [job.config.model.key for job in engine.jobs] == ["b", "c"]


def test_a_queue_does_not_join_a_run_of_its_own_kind_that_is_none_of_it(
    qtbot, new_session, engine, folders, tmp_path
):
    kept_queue(folders, entry("b", WAITING, tmp_path / "b"), entry("c", WAITING))
    engine.runs_alive = [alive(tmp_path / "other", "c")]
    begin(qtbot, new_session)
    queue = new_session.queue
    qtbot.waitUntil(lambda: queue.queue is not None, timeout=3000)
    assert queue.is_held
    assert queue.queue.current is None


# -- the list of runs


def test_a_run_that_another_window_trains_is_neither_interrupted_nor_deleted(
    qtbot, session, folders
):
    path = make_run(folders, state="training")
    other = make_run(folders, "2026-11-19_1000_gan_digits", state="training")
    lock = FileLock(path / training_job.LOCK)
    assert lock.acquire()
    lists, problems = [], []
    session.list_runs(lists.append)
    qtbot.waitUntil(lambda: bool(lists), timeout=3000)
    session.error.connect(problems.append)
    session.delete_run(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=3000)
    lock.release()
    assert "is being trained" in str(problems[0])
    assert path.is_dir()
    found = {run.path: run for run in lists[0]}
    assert not found[path].is_interrupted
    assert state_of(session, found[path]) == "training"
    assert found[other].is_interrupted


# -- deleting


def test_a_run_that_trains_without_this_window_cannot_be_deleted(qtbot, session, engine, folders):
    path = make_run(folders)
    engine.runs_alive = [alive(path, is_watched=True)]
    problems: list[StudioError] = []
    session.error.connect(problems.append)
    session.delete_run(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=3000)
    assert "is being trained" in str(problems[0])
    assert path.is_dir()
