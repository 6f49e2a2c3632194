"""Closing while a run is under way: the question, its answers, and the system that does not ask."""

import os
import signal

import pytest
from PySide6.QtCore import Qt

from gan_studio.core.events import Failed, Finished, RunState, StateChanged
from gan_studio.gui.closing import SystemEnd
from gan_studio.gui.main_window import MainWindow
from gan_studio.jobs.queue import WAITING
from tests.gui.fakes import scalars, started
from tests.gui.test_run_queue import a_queue, states

TRAINING = StateChanged(0, 0.0, state=RunState.TRAINING)


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def offers(session):
    seen = []
    session.offered.connect(seen.append)
    return seen


def train(qtbot, session, engine, *script, apart=False, run_dir=""):
    session.background.want(apart)
    engine.script = list(script) or [started(run_dir=str(run_dir)), scalars(400), TRAINING]
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()


def ask(qtbot, window):
    window.close()
    assert window.isVisible()
    dialog = window.closing.dialog
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def is_gone(window):
    return lambda: not window.isVisible()


def test_without_a_run_nothing_is_asked(window):
    window.close()
    assert window.closing.dialog is None
    assert not window.isVisible()


def test_it_says_which_run_how_far_it_is_and_what_each_answer_does(
    qtbot, window, session, engine, tmp_path
):
    train(qtbot, session, engine, started(run_dir=str(tmp_path / "2026_gan"), total_steps=20_000),
          scalars(3210))  # fmt: skip
    qtbot.waitUntil(lambda: session.run.step == 3210)
    dialog = ask(qtbot, window)
    assert "GAN (MLP)" in dialog.run.text()
    assert "2026_gan" in dialog.run.text()
    assert "Step 3,210 of 20,000" in dialog.standing.text()
    assert "from there in the background" in dialog.keep_words.text()
    assert "checkpoint" in dialog.stop_words.text()
    assert dialog.keep.isDefault()
    assert dialog.isModal()
    assert dialog.queue.isHidden()


def test_escape_is_cancel_and_it_can_be_asked_again(qtbot, window, session, engine):
    train(qtbot, session, engine)
    dialog = ask(qtbot, window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.closing.dialog is None
    assert window.isVisible()
    assert session.is_running
    assert window.centralWidget().isEnabled()
    assert ask(qtbot, window) is not None


def test_stop_and_save_closes_when_it_is_saved(qtbot, window, session, engine):
    train(qtbot, session, engine)
    session.pause()
    qtbot.waitUntil(lambda: session.run.state is RunState.PAUSED)
    dialog = ask(qtbot, window)
    assert "paused" in dialog.standing.text()
    dialog.stop.click()
    assert window.page.banner.title == "Saving …"
    assert not window.centralWidget().isEnabled()
    qtbot.waitUntil(is_gone(window), timeout=1500)
    assert not session.is_running


def test_a_run_of_its_own_process_is_left_at_once_and_does_not_stay_paused(
    qtbot, window, session, engine
):
    train(qtbot, session, engine, apart=True)
    job = engine.jobs[0]
    session.pause()
    qtbot.waitUntil(lambda: session.run.state is RunState.PAUSED)
    ends = []
    session.run_ended.connect(ends.append)
    dialog = ask(qtbot, window)
    assert "at once" in dialog.keep_words.text()
    assert "does not stay paused" in dialog.keep_words.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(is_gone(window), timeout=1500)
    assert job.left.is_set()
    assert not job.control.is_stopping
    assert not job.control.is_paused
    assert ends == []


def test_a_run_of_a_thread_goes_on_in_a_process_from_its_checkpoint(
    qtbot, window, session, engine, tmp_path
):
    train(qtbot, session, engine, run_dir=tmp_path)
    ends = []
    session.run_ended.connect(ends.append)
    dialog = ask(qtbot, window)
    dialog.keep.click()
    assert window.page.banner.title == "Handing over …"
    qtbot.waitUntil(is_gone(window), timeout=3000)
    here, heir = engine.jobs
    assert not here.is_apart
    assert heir.is_apart
    assert heir.run_dir == tmp_path  # resumed
    assert heir.left.is_set()
    assert not heir.control.is_stopping
    assert not session.is_running
    assert ends == []


def test_a_run_that_is_being_prepared_begins_anew_in_the_background(qtbot, window, session, engine):
    engine.script, engine.holds = [Failed(0, 0.0, error="Cancelled")], True
    make = engine.new_run

    def new_run(config, folders, progress):
        job = make(config, folders, progress)
        play = type(job).__call__

        class Slow(type(job)):
            def __call__(self, control, mailbox):
                if self.is_apart:
                    self.script = [StateChanged(0, 0.0, state=RunState.PREPARING)]
                else:
                    while not control.is_stopping:
                        control.wait(0.02)
                play(self, control, mailbox)

        job.__class__ = Slow
        return job

    engine.new_run = new_run
    session.start_training()
    assert session.run.state is RunState.PREPARING
    dialog = ask(qtbot, window)
    assert "prepared afresh" in dialog.keep_words.text()
    dialog.keep.click()
    qtbot.waitUntil(is_gone(window), timeout=3000)
    assert engine.jobs[0].left.is_set()


def test_a_process_that_cannot_take_over_leaves_the_window_open(
    qtbot, window, session, engine, offers, tmp_path
):
    train(qtbot, session, engine, run_dir=tmp_path)
    dialog = ask(qtbot, window)
    engine.script = [Failed(0, 0.0, message="No memory is left.", details="Traceback")]
    dialog.keep.click()
    qtbot.waitUntil(lambda: bool(offers), timeout=3000)
    assert window.isVisible()
    assert window.centralWidget().isEnabled()
    assert not session.is_running
    assert "No memory is left. The run is stopped and saved." in offers[-1].text
    assert offers[-1].action_text == "Resume"
    engine.script = [started(run_dir=str(tmp_path))]
    with qtbot.waitSignal(session.run_started, timeout=3000):
        offers[-1].on_action()


def test_a_run_that_fails_while_it_is_saved_leaves_the_window_open(
    qtbot, window, session, engine, offers
):
    train(qtbot, session, engine)
    ask(qtbot, window)
    engine.jobs[0].end(Failed(7, 1.0, message="The disk is full."))
    qtbot.waitUntil(lambda: bool(offers), timeout=3000)
    assert offers[-1].text == "The disk is full."
    assert window.closing.dialog is None
    assert window.isVisible()


def test_a_run_that_ends_meanwhile_ends_the_question_and_not_the_window(
    qtbot, window, session, engine
):
    train(qtbot, session, engine)
    ask(qtbot, window)
    with qtbot.waitSignal(session.run_ended):
        engine.jobs[0].end(Finished(1000, 1.0))
    assert window.closing.dialog is None
    assert window.isVisible()
    window.close()
    qtbot.waitUntil(is_gone(window), timeout=3000)


def test_only_the_run_under_way_goes_on_and_the_queue_waits(qtbot, window, session, engine):
    session.background.want(True)
    engine.script = [started(), scalars(7)]
    session.queue.start(a_queue(WAITING, WAITING, WAITING))
    qtbot.waitUntil(lambda: session.run is not None and bool(session.run.info))
    dialog = ask(qtbot, window)
    assert "2 more runs of the queue wait" in dialog.queue.text()
    dialog.keep.click()
    qtbot.waitUntil(is_gone(window), timeout=1500)
    assert len(engine.jobs) == 1
    assert states(session)[1:] == [WAITING, WAITING]
    kept = session.queue._file().read()  # as the next start reads it
    assert [entry.state for entry in kept.entries] == [WAITING] * 3


def test_a_run_that_is_stopping_already_is_only_waited_for(qtbot, window, session, engine):
    train(qtbot, session, engine)
    session.run.enter(RunState.STOPPING)
    window.close()
    assert window.closing.dialog is None
    qtbot.waitUntil(is_gone(window), timeout=1500)


def test_what_should_start_next_does_not_when_the_window_closes(qtbot, window, session, engine):
    train(qtbot, session, engine)
    session._pending = lambda: pytest.fail("a run begins while the window closes")
    ask(qtbot, window).stop.click()
    qtbot.waitUntil(is_gone(window), timeout=1500)


def test_the_end_of_the_persons_session_asks_nothing_and_waits_for_the_save(
    qtbot, window, session, engine
):
    train(qtbot, session, engine)
    window.closing.end_at_once()
    assert window.closing.dialog is None
    assert session._bridge.wait(0)
    qtbot.waitUntil(is_gone(window), timeout=1500)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGTERM")
def test_sigterm_stops_and_saves(qtbot, window, session, engine):
    train(qtbot, session, engine)
    before = signal.getsignal(signal.SIGTERM)
    system_end = SystemEnd(window.closing)
    ask(qtbot, window)  # the question is withdrawn
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        qtbot.waitUntil(is_gone(window), timeout=3000)
    finally:
        system_end.close()
    assert not session.is_running
    assert signal.getsignal(signal.SIGTERM) is before


def test_waiting_is_offered_to_be_cut_short(qtbot, window, session, engine):
    train(qtbot, session, engine)
    window.closing.waiting.emit(True)
    window.closing._way = type(window.closing._way).STOPPING
    window.closing._offer_to_leave()
    assert window.page.banner.action_text == "Close without waiting"
    assert window.centralWidget().isEnabled()
