"""Films that are drawn ahead of where they are played."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest

from gan_studio.jobs import ahead
from gan_studio.jobs.ahead import AheadWorker

WAIT_S = 10.0


class Film:
    """Frames that are their own number; drawing waits for leave where it is asked to."""

    def __init__(self, count=200, leave=None, broken=-1):
        self.count, self.leave, self.broken = count, leave, broken
        self.pieces = []

    def __len__(self):
        return self.count

    def draw(self, indexes):
        if self.leave is not None:
            assert self.leave.acquire(timeout=WAIT_S)
        if self.broken in indexes:
            raise RuntimeError("broken")
        self.pieces.append(list(indexes))
        return [np.full(4, index) for index in indexes]


class News:
    """Counts wake-ups, and waits until something is so."""

    def __init__(self):
        self._condition = threading.Condition()

    def __call__(self):
        with self._condition:
            self._condition.notify_all()

    def wait_for(self, condition):
        with self._condition:
            for _turn in range(1000):
                if condition():
                    return
                self._condition.wait(WAIT_S / 1000)
        raise AssertionError("it did not get there")


@pytest.fixture
def opened():
    workers = []

    def open_it():
        news = News()
        workers.append(AheadWorker(news, "test-ahead"))
        return workers[-1], news

    yield open_it
    for worker in workers:
        worker.close()


def has(worker, *indexes):
    return all(worker.newest(index, 0) is not None for index in indexes)


def drawn(film):
    return [index for piece in film.pieces for index in piece]


def test_what_is_wanted_comes_first_and_the_rest_ahead(opened):
    worker, news = opened()
    film = Film()
    worker.set_film(lambda: film)
    worker.seek(10)
    news.wait_for(lambda: len(drawn(film)) >= ahead.AHEAD)
    assert film.pieces[0] in ([0], [10])  # it may have begun before it was told
    after = film.pieces[film.pieces.index([10]) :]
    assert [index for piece in after for index in piece] == list(range(10, 10 + ahead.AHEAD))
    assert worker.newest(10, 0)[0] == 10
    assert worker.newest(12, 0)[1].tolist() == [12] * 4


def test_a_film_that_is_late_skips_and_never_piles_up(opened):
    worker, news = opened()
    leave = threading.Semaphore(0)
    film = Film(leave=leave)
    worker.set_film(lambda: film)
    news.wait_for(lambda: worker.film is not None)
    for position in range(0, 100, 10):
        worker.seek(position)
    leave.release()  # the piece under way
    leave.release()
    news.wait_for(lambda: worker.newest(90, 0) is not None)
    assert [90] in film.pieces
    assert len(film.pieces) <= 2
    for _piece in range(100):
        leave.release()


def test_the_nearest_frame_before_stands_in(opened):
    worker, news = opened()
    film = Film(count=400)
    worker.set_film(lambda: film)
    news.wait_for(lambda: len(drawn(film)) >= ahead.AHEAD)
    last = ahead.AHEAD - 1
    assert worker.newest(last + 20, 0) is None
    assert worker.newest(last + 20, 30)[0] == last
    assert worker.newest(last + 50, 30) is None


def test_a_loop_is_drawn_once(opened):
    worker, news = opened()
    film = Film(count=60)
    worker.set_film(lambda: film)
    for position in (0, 30, 59):
        worker.seek(position)
        wanted = [(position + step) % 60 for step in range(ahead.AHEAD)]
        news.wait_for(partial(has, worker, *wanted))
    assert sorted(drawn(film)) == list(range(60))


def test_memory_is_bounded_and_what_was_just_passed_goes_first(opened, monkeypatch):
    monkeypatch.setattr(ahead, "MEMORY", 1)
    worker, news = opened()
    film = Film(count=1000)
    worker.set_film(lambda: film)
    for position in range(0, 500, 20):
        worker.seek(position)
        news.wait_for(partial(has, worker, position + ahead.AHEAD - 1))
    assert len(worker._frames) <= 2 * ahead.AHEAD
    assert not has(worker, 479)
    assert has(worker, *range(480, 480 + ahead.AHEAD))


def test_another_film_drops_the_first(opened):
    worker, news = opened()
    worker.set_film(lambda: Film(count=5))
    news.wait_for(lambda: worker.newest(0, 0) is not None)
    other = Film(count=7)
    worker.set_film(lambda: other)
    news.wait_for(lambda: worker.film is other)
    news.wait_for(lambda: len(drawn(other)) == 7)
    assert worker.newest(6, 0) is not None
    worker.set_film(None)
    assert worker.film is None
    assert worker.newest(0, 5) is None


@pytest.mark.parametrize("is_made", [True, False])
def test_problems_are_told_and_end_with_the_film(opened, is_made):
    worker, news = opened()

    def make():
        if not is_made:
            raise RuntimeError("broken")
        return Film(broken=3)

    worker.set_film(make)
    news.wait_for(lambda: worker.problem is not None)
    assert str(worker.problem) == "broken"
    worker.set_film(lambda: Film())
    news.wait_for(lambda: worker.newest(0, 0) is not None)
    assert worker.problem is None


def test_stills_come_beside_a_film(opened):
    worker, news = opened()
    got = {}
    film = Film(count=1000)
    worker.set_film(lambda: film)
    worker.set_stills(lambda items: [item * 2 for item in items], {f"k{n}": n for n in range(9)})

    def have_all():
        got.update(worker.take_stills())
        return len(got) == 9

    news.wait_for(have_all)
    assert got["k7"] == 14
    worker.set_stills(None, {})
