"""What a start has to say: one thing after the other on the banner, and nothing is lost."""

import pytest

from gan_studio.core.events import RunState
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.run_shelf import Offer, always
from tests.gui.fakes import started

RUN = Offer("info", "A run is still under way.", "", waits=always)
CRASH = Offer("warning", "It was ended.", "", waits=always)
FAULT = Offer("error", "A run stopped.", "", "Resume", lambda: None, waits=always)
ANSWER = Offer("info", "Moved to the trash.", "")


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


def shown(window):
    banner = window.page.banner
    return banner.title if banner.kind else ""


def test_several_are_shown_one_after_the_other_the_gravest_first(qtbot, window, session):
    for offer in (RUN, CRASH, FAULT):
        session.offered.emit(offer)
    told = []
    for _place in range(3):
        qtbot.waitUntil(lambda: bool(shown(window)), timeout=3000)
        told.append(shown(window))
        window.page.banner.dismiss()
    assert told == [FAULT.title, CRASH.title, RUN.title]


def test_an_answer_is_shown_at_once_and_the_notice_comes_again(qtbot, window, session):
    session.offered.emit(CRASH)
    session.offered.emit(ANSWER)
    assert shown(window) == ANSWER.title
    window.actions_by_key["dismiss"].trigger()
    qtbot.waitUntil(lambda: shown(window) == CRASH.title, timeout=3000)


def test_a_page_that_clears_its_banner_does_not_take_a_notice_away(qtbot, window, session):
    session.offered.emit(CRASH)
    window.page.banner.clear()
    qtbot.waitUntil(lambda: shown(window) == CRASH.title, timeout=3000)


def test_a_warning_goes_with_the_person_to_another_page_and_is_told_once(qtbot, window, session):
    home = window.page
    session.offered.emit(CRASH)
    window.show_page("runs")
    qtbot.waitUntil(lambda: shown(window) == CRASH.title, timeout=3000)
    assert not home.banner.kind
    window.page.banner.dismiss()
    window.show_page("home")
    assert not shown(window)


def test_what_does_not_hold_any_more_is_not_shown(qtbot, window, session):
    is_true = True
    session.offered.emit(Offer("info", "Go on?", "", waits=lambda: is_true))
    assert shown(window) == "Go on?"
    session.offered.emit(Offer("info", "And with this?", "", waits=lambda: is_true))
    is_true = False
    session.state_changed.emit(RunState.PREPARING)
    assert not shown(window)
    session.offered.emit(RUN)
    assert shown(window) == RUN.title


def test_taking_what_is_offered_settles_it(qtbot, window, session):
    session.offered.emit(FAULT)
    session.offered.emit(RUN)
    window.page.banner._action.click()
    qtbot.waitUntil(lambda: shown(window) == RUN.title, timeout=3000)


def test_what_was_left_on_a_page_goes_from_there_once_it_is_untrue(qtbot, window, session):
    is_true = True
    home = window.page
    session.offered.emit(Offer("info", "At step 295.", "", waits=lambda: is_true))
    window.show_page("train")
    assert home.banner.title == "At step 295."
    session.offered.emit(Offer("warning", "Another one trains.", "", holds=lambda: is_true))
    session.state_changed.emit(RunState.TRAINING)
    assert home.banner.kind == "info"
    assert shown(window) == "Another one trains."
    is_true = False
    session.state_changed.emit(RunState.ENDED)
    assert not home.banner.kind
    assert not shown(window)


def test_what_has_come_in_its_place_stays(qtbot, window, session):
    session.offered.emit(Offer("info", "At step 295.", "", waits=lambda: False, holds=None))
    session.offered.emit(Offer("warning", "Another one trains.", "", holds=lambda: False))
    session.offered.emit(ANSWER)
    session.state_changed.emit(RunState.ENDED)
    assert shown(window) == ANSWER.title


def test_whoever_waits_for_a_run_is_not_asked_once_it_has_ended(qtbot, window, session, engine):
    engine.script = [started()]
    with qtbot.waitSignal(session.run_started):
        session.start_training()
    session.start_training()
    assert shown(window) == "Another run is under way."
    with qtbot.waitSignal(session.run_ended):
        session.stop()
    assert "Another run" not in shown(window)
