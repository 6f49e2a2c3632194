"""Slider to picture: the newest request wins, stale ones are never shown."""

from __future__ import annotations

import threading

import pytest

from gan_studio.gui.bridge.render_bridge import RenderBridge

pytestmark = pytest.mark.gui


@pytest.fixture
def make_bridge(qtbot):
    bridges = []

    def make(render, **more):
        bridge = RenderBridge(render, **more)
        bridges.append(bridge)
        return bridge

    yield make
    for bridge in bridges:
        bridge.close()
        bridge.deleteLater()


class SlowRenderer:
    """A renderer that the test lets go of, picture by picture."""

    def __init__(self):
        self.asked = []
        self.began = threading.Event()
        self.gate = threading.Semaphore(0)

    def __call__(self, model, request):
        self.asked.append(request)
        self.began.set()
        assert self.gate.acquire(timeout=10)
        return (model, request)


def test_of_many_moves_the_last_is_shown_and_none_queue_up(qtbot, make_bridge):
    renderer, shown = SlowRenderer(), []
    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.ask(0)
    assert renderer.began.wait(10)
    for move in range(1, 200):
        bridge.ask(move)
    renderer.gate.release(200)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == ("model", 199), timeout=10_000)
    assert renderer.asked == [0, 199]


def test_200_moves_in_a_second_with_a_renderer_of_20_ms(qtbot, make_bridge):
    """Moves come from a timer as a hand would make them; the renderer cannot keep up."""
    from PySide6.QtCore import QTimer

    pause, shown, moves = threading.Event(), [], iter(range(200))

    def render(model, request):
        pause.wait(0.02)
        return request

    bridge = make_bridge(render)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    timer = QTimer()

    def move():
        step = next(moves, None)
        if step is None:
            timer.stop()
        else:
            bridge.ask(step)

    timer.timeout.connect(move)
    timer.start(5)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == 199, timeout=10_000)
    assert shown == sorted(shown)
    assert len(shown) < 150


def test_results_of_a_replaced_model_are_dropped(qtbot, make_bridge):
    renderer, shown = SlowRenderer(), []
    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("old")
    bridge.ask("a")
    assert renderer.began.wait(10)
    bridge.set_model("new")
    bridge.ask("b")
    renderer.gate.release(5)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert shown == [("new", "b")]


def test_nothing_is_asked_without_a_model(qtbot, make_bridge):
    bridge = make_bridge(lambda model, request: request)
    bridge.ask("a")
    assert bridge._worker is None


def test_an_error_is_told_and_the_next_picture_comes(qtbot, make_bridge):
    def render(model, request):
        if request == "bad":
            raise ValueError("no")
        return request

    failures, shown = [], []
    bridge = make_bridge(render)
    bridge.failed.connect(failures.append)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.ask("bad")
    qtbot.waitUntil(lambda: bool(failures))
    bridge.ask("good")
    qtbot.waitUntil(lambda: shown == ["good"])
    assert str(failures[0]) == "no"


def test_side_work_runs_when_idle_and_piece_by_piece(qtbot, make_bridge):
    found = []

    def job():
        for number in range(3):
            found.append((yield number))

    bridge = make_bridge(lambda model, request: request * 10, idle_ms=1)
    bridge.idle.connect(lambda: bridge.run_side([job(), job()]))
    bridge.set_model("model")
    bridge.ask(5)
    qtbot.waitUntil(lambda: len(found) == 6)
    assert found == [0, 10, 20] * 2


def test_a_move_gives_side_work_up(qtbot, make_bridge):
    renderer, shown, told = SlowRenderer(), [], []

    def job():
        try:
            while True:
                told.append((yield "side"))
        finally:
            told.append("given up")

    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.run_side([job()])
    assert renderer.began.wait(10)
    bridge.ask("picture")
    renderer.gate.release(5)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [("model", "picture")]
    assert told == ["given up"]


def test_after_closing_it_starts_again(qtbot, make_bridge):
    shown = []
    bridge = make_bridge(lambda model, request: request)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.ask(1)
    qtbot.waitUntil(lambda: shown == [1])
    bridge.close()
    bridge.ask(2)
    qtbot.waitUntil(lambda: shown == [1, 2])


@pytest.mark.parametrize("asked", [("a",), ("a", "b")], ids=["under way", "waiting"])
def test_side_work_never_replaces_a_picture_that_is_waited_for(qtbot, make_bridge, asked):
    renderer, shown, found = SlowRenderer(), [], []

    def job():
        found.append((yield "side"))

    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    for request in asked:
        bridge.ask(request)
        assert renderer.began.wait(10)
    bridge.run_side([job()])
    renderer.gate.release(5)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    assert shown[-1] == ("model", asked[-1])
    assert renderer.asked == [*asked, "side"]


def test_an_answer_for_side_work_that_was_given_up_goes_to_nobody(qtbot, make_bridge):
    renderer, shown, found = SlowRenderer(), [], []

    def job(name):
        found.append((yield name))

    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.run_side([job("old")])
    assert renderer.began.wait(10)
    bridge.ask("a")
    bridge.run_side([job("new")])  # held until "a" has come, while "old" is still under way
    renderer.gate.release(5)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    assert shown == [("model", "a")]
    assert found == [("model", "new")]


def test_closing_does_not_wait_for_what_is_under_way_but_the_next_thread_does(qtbot, make_bridge):
    renderer, shown = SlowRenderer(), []
    bridge = make_bridge(renderer)
    bridge.picture_ready.connect(shown.append)
    bridge.set_model("model")
    bridge.ask("a strip")
    assert renderer.began.wait(10)
    bridge.close()
    old = bridge._ending._thread
    assert old.is_alive()
    bridge.ask("a picture")
    assert renderer.asked == ["a strip"]  # never two at once: they share models
    renderer.gate.release(2)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert shown == [("model", "a picture")]
    assert not old.is_alive()
    bridge.end()
    assert not bridge._ending._thread.is_alive()
