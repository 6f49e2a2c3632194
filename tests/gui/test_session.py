"""The session and its bridge, over runs that a script plays."""

import time

import pytest
from PySide6.QtCore import QObject

from gan_studio.core.control import SetParameter, StepPhase
from gan_studio.core.errors import StudioError
from gan_studio.core.events import (
    Failed,
    Finished,
    Notice,
    ParameterChanged,
    RunState,
    StateChanged,
)
from gan_studio.gui.bridge.run_bridge import DRAIN_MS, SLOWEST_DRAIN_MS, RunBridge
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.session import offer_of_failure
from tests.gui.fakes import a_config, scalars, started


def collected(signal):
    seen = []
    signal.connect(seen.append)
    return seen


def test_a_click_before_the_engine_is_ready_is_remembered(qtbot, new_session, engine):
    remembered = collected(new_session.start_remembered)
    new_session.start_training(a_config())
    assert remembered == ["Training starts"]
    assert not new_session.is_running
    with qtbot.waitSignal(new_session.run_started, timeout=3000):
        new_session.start_engine()
    assert len(engine.jobs) == 1


@pytest.mark.expects_logs
def test_an_engine_that_cannot_load_says_why(qtbot, new_session, engine):
    def fail():
        raise ImportError("libtorch is missing")

    engine.load = fail
    with qtbot.waitSignal(new_session.engine_failed, timeout=3000) as said:
        new_session.start_engine()
    assert "libtorch is missing" in said.args[0]


def test_events_arrive_batched(qtbot, session, engine):
    batches = collected(session.scalars)
    engine.script = [started(), *(scalars(step, loss__generator=1.0) for step in range(1, 501))]
    with qtbot.waitSignal(session.scalars, timeout=3000):
        session.start_training()
    qtbot.waitUntil(lambda: sum(map(len, batches)) == 500, timeout=3000)
    assert len(batches) < 20
    assert session.run.step == 500
    assert session.run.history.get("loss/generator") is not None
    assert session.run.memory_bytes == 412 * 2**20


def test_closing_while_paused_ends_within_a_second(qtbot, session):
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    session.pause()
    qtbot.waitUntil(lambda: session.run.state is RunState.PAUSED, timeout=3000)
    began = time.monotonic()
    with qtbot.waitSignal(session.run_ended, timeout=3000) as ended:
        session.stop()
    assert time.monotonic() - began < 1.0
    assert ended.args[0].reason == "stopped"
    assert session.run.state is RunState.ENDED
    assert not session.is_running


def test_a_failure_is_the_last_word_and_becomes_an_offer(qtbot, session, engine):
    failure = Failed(
        7, 1.0, message="{device} ran out of memory at step {step}.", hint="Choose less.",
        values={"device": "CPU", "step": "7"}, details="Traceback",
    )  # fmt: skip
    engine.script = [started(), failure]
    offers = collected(session.offered)
    with qtbot.waitSignal(session.run_ended, timeout=3000):
        session.start_training()
    assert [offer.kind for offer in offers] == ["error"]
    assert offers[0].text == "CPU ran out of memory at step 7. Choose less."
    assert offers[0].details == "Traceback"


def test_a_template_that_does_not_fit_is_shown_as_it_is():
    assert offer_of_failure(Failed(0, 0.0, message="{nobody}")).text == "{nobody}"


def test_work_that_raises_ends_as_a_failure(qtbot):
    def work(control, mailbox):
        raise RuntimeError("boom")

    bridge = RunBridge()
    with qtbot.waitSignal(bridge.ended, timeout=3000) as ended:
        bridge.start(work)
    assert isinstance(ended.args[0], Failed)
    assert "boom" in ended.args[0].values["reason"]


def test_work_that_says_nothing_ends_as_a_failure(qtbot):
    bridge = RunBridge()
    with qtbot.waitSignal(bridge.ended, timeout=3000) as ended:
        bridge.start(lambda control, mailbox: None)
    assert isinstance(ended.args[0], Failed)


def test_the_drain_slows_down_while_it_is_slow_and_recovers(qapp):
    now = [0.0]
    cost = [0.03]

    def clock():
        now[0] += cost[0]
        return now[0]

    bridge = RunBridge(clock=clock)
    for _count in range(5):
        bridge.drain()
    assert bridge.interval_ms == SLOWEST_DRAIN_MS
    cost[0] = 0.001
    for _count in range(5):
        bridge.drain()
    assert bridge.interval_ms == DRAIN_MS


def test_progress_of_the_preparation_arrives_newest_last(qtbot):
    bridge = RunBridge()
    seen = []
    bridge.progress.connect(lambda done, total, what: seen.append((done, total, what)))

    def work(control, mailbox):
        for done in range(100):
            bridge.report_progress(done, 5_000_000_000, "mnist")
        mailbox.put(Finished(0, 0.0))

    with qtbot.waitSignal(bridge.ended, timeout=3000):
        bridge.start(work)
    assert seen[-1] == (99, 5_000_000_000, "mnist")
    assert len(seen) < 20


def test_a_second_run_asks_first_and_then_follows(qtbot, session, engine):
    offers = collected(session.offered)
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    session.start_training(a_config("dcgan"))
    assert len(engine.jobs) == 1
    assert offers[0].kind == "warning"
    with qtbot.waitSignal(session.run_started, timeout=3000):
        offers[0].on_action()
    assert [job.config.model.key for job in engine.jobs] == ["gan", "dcgan"]


def test_commands_reach_the_run(qtbot, session, engine):
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    session.set_parameter("rate/generator", 1e-3)
    session.step_phase("generator")
    job = engine.jobs[0]
    qtbot.waitUntil(lambda: len(job.commands) == 2, timeout=3000)
    assert job.commands == [SetParameter("rate/generator", 1e-3), StepPhase("generator")]


def test_notices_and_states_are_handed_on_in_order(qtbot, session, engine):
    notices, states = collected(session.notice), collected(session.state_changed)
    engine.script = [
        StateChanged(0, 0.0, state=RunState.PREPARING),
        Notice(0, 0.0, message="left out"),
        started(),
        StateChanged(0, 0.0, state=RunState.TRAINING),
        ParameterChanged(1, 0.1, name="rate/generator", value=1.0, previous=2.0),
        Finished(2, 0.2),
    ]
    with qtbot.waitSignal(session.run_ended, timeout=3000):
        session.start_training()
    assert [type(item).__name__ for item in notices] == ["Notice", "ParameterChanged"]
    assert states == [RunState.PREPARING, RunState.TRAINING, RunState.ENDED]


def test_resuming_leads_to_the_training_page(qtbot, session, engine, tmp_path):
    where = []
    session.navigate.connect(lambda key, payload: where.append(key))
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.resume(tmp_path, steps=2000)
    assert where == ["train"]
    assert session.run.total_steps == 1000  # the run itself knows best


def test_the_draft_is_remembered(qtbot, session, settings):
    changes = []
    session.draft_changed.connect(lambda: changes.append(1))
    config = a_config("gan", steps=77)
    session.set_draft(config)
    session.set_draft(config)
    session.save_draft()
    assert changes == [1]
    assert type(settings)(settings.path.parent).draft["train"]["steps"] == 77


def test_time_left_follows_the_pace(session, qtbot):
    from gan_studio.gui.plots.series import History
    from gan_studio.gui.run_view import RunView

    now = [0.0]
    run = RunView(a_config(), History(), total_steps=1000, clock=lambda: now[0])
    run.enter(RunState.TRAINING)
    assert run.seconds_left is None
    for step in range(0, 500, 100):
        run.add([scalars(step)])
        now[0] += 1.0
    assert run.seconds_left == pytest.approx(6.0)
    run.enter(RunState.PAUSED)
    assert run.seconds_left is None


# -- tasks and throttles


class Receiver(QObject):
    pass


def test_a_task_delivers_in_the_main_thread(qtbot, qapp):
    import threading

    seen, progress = [], []
    task = Task(lambda report, is_cancelled: (report(1, 2, "half"), threading.get_ident())[1])
    task.on_done(lambda ident: seen.append((ident, threading.get_ident())))
    task.on_progress(lambda *news: progress.append(news)).start()
    qtbot.waitUntil(lambda: bool(seen), timeout=3000)
    worker, receiver = seen[0]
    assert worker != receiver == threading.get_ident()
    assert progress == [(1, 2, "half")]


def test_a_task_hands_over_its_error(qtbot, qapp):
    def job(progress, is_cancelled):
        raise StudioError(reason="no")

    errors = []
    Task(job).on_error(errors.append).start()
    qtbot.waitUntil(lambda: bool(errors), timeout=3000)
    assert isinstance(errors[0], StudioError)


def test_a_cancelled_task_and_one_without_its_parent_stay_silent(qtbot, qapp):
    import threading

    go, seen = threading.Event(), []
    parent = Receiver()
    cancelled = Task(lambda progress, is_cancelled: go.wait(3)).on_done(seen.append).start()
    orphan = Task(lambda progress, is_cancelled: go.wait(3), parent).on_done(seen.append).start()
    cancelled.cancel()
    parent.deleteLater()
    qapp.sendPostedEvents(None, 52)
    go.set()
    orphan.future.result(3)
    cancelled.future.result(3)
    qtbot.waitUntil(lambda: not orphan.is_running, timeout=3000)
    assert seen == []


def test_a_throttle_calls_now_and_then_with_the_last_arguments(qtbot, qapp):
    now, calls = [0.0], []
    throttle = Throttle(calls.append, 20, clock=lambda: now[0])
    throttle(1)
    throttle(2)
    throttle(3)
    assert calls == [1]
    now[0] = 1.0
    qtbot.waitUntil(lambda: calls == [1, 3], timeout=1000)
    now[0] = 2.0
    throttle(4)
    assert calls == [1, 3, 4]
