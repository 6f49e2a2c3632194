"""What the lessons say happens, happens: at the steps and with the seeds that they name."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from gan_studio.core.control import StepPhase
from gan_studio.core.paths import resources_dir
from gan_studio.lab.lessons import load_lessons
from tests.unit.lab.measuring import look, new_game, play

LESSONS = load_lessons(resources_dir() / "lessons")


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Pupil:
    """Goes through a lesson page by page."""

    def __init__(self, key, folder):
        self.lesson = LESSONS[key]
        self.game = new_game(self.lesson.run_config(), folder)
        self.page = 0
        play(self.game, self.lesson.start_step)

    def turn_to(self, number):
        """Page `number` (from 1), as it is when its button was not pressed yet."""
        for index in range(self.page, number):
            if self.lesson.pages[index].change:
                assert not self.game.change(self.lesson.run_config(index)), "the nets are gone"
        self.page = number
        return look(self.game)

    def play(self, every=None):
        """The page's button; what is seen every so many steps, or at the end."""
        page = self.lesson.pages[self.page - 1]
        assert page.do == "play"
        left = page.until_step - self.game.step
        if every is None:
            return play(self.game, left)
        return [play(self.game, every) for _glance in range(left // every)]

    def learn(self, phase, times):
        for _press in range(times):
            self.game.obey(StepPhase(phase))
        return look(self.game)


@pytest.fixture
def pupil(tmp_path):
    pupils = []

    def begin(key):
        pupils.append(Pupil(key, tmp_path))
        return pupils[-1]

    yield begin
    for one in pupils:
        one.game.close()


def curve(game):
    """D's height by place."""
    line = game.paint().line
    return lambda place: float(np.interp(place, line.x, line.judged))


def test_1_the_idea(pupil):
    lesson = pupil("1_idea")
    start = lesson.turn_to(3)
    assert start.spread > 0.5
    assert abs(start.fake - 0.5) < 0.1, "an untrained D cannot tell"
    judged = lesson.game.paint().line.judged
    assert np.ptp(judged) < 0.2, "the curve is almost flat"
    lesson.turn_to(5)
    end = lesson.play()
    assert end.readings["jsd"] < 0.02
    assert end.wasserstein < 0.05


def test_2_d_learns_first(pupil):
    lesson = pupil("2_d_learns")
    start = lesson.turn_to(2)
    assert start.mean[0] < -0.2
    assert abs(start.fake - 0.45) < 0.1
    pressed = lesson.learn("discriminator", 10)
    assert pressed.real > 0.65 > 0.35 > pressed.fake
    lesson.turn_to(3)
    end = lesson.play()
    assert end.real > 0.98
    assert end.fake < 0.02
    assert end.mean[0] == start.mean[0], "G stands still"
    assert lesson.game.paint().line.distance < 0.03
    height = curve(lesson.game)
    assert height(-0.2) < height(0.0) < height(0.3)


def test_3_g_follows(pupil):
    lesson = pupil("3_g_follows")
    first = lesson.turn_to(2)
    assert first.real > 0.98
    assert first.mean[0] < -0.3
    moved = lesson.play()
    assert 0.0 < moved.mean[0] < 0.2
    assert moved.real == first.real, "D is held still"
    lesson.turn_to(3)
    fooled = lesson.play()
    assert fooled.fake > 0.95
    assert fooled.mean[0] < 0.4, "left of most of the data"
    lesson.turn_to(4)
    caught = lesson.play()
    assert caught.fake < 0.3
    assert caught.mean[0] == fooled.mean[0], "G is held still"
    height = curve(lesson.game)
    assert height(0.1) < 0.2 < 0.8 < height(0.55), "the step has moved to the right"
    lesson.turn_to(5)
    swing = np.array([seen.mean[0] - 0.5 for seen in lesson.play(every=10)])
    assert swing.max() > 0.1, "they run past the data"
    assert np.count_nonzero(np.diff(np.sign(swing))) >= 2, "to and fro"
    assert np.abs(swing[-20:]).max() < 0.6 * np.abs(swing).max(), "less each time"
    end = lesson.turn_to(6)
    assert abs(end.real - 0.5) < 0.05
    assert abs(end.fake - 0.5) < 0.05
    assert end.spread < 0.1, "closer together than the data, whose spread is 0.15"


def test_4_equilibrium(pupil):
    lesson = pupil("4_equilibrium")
    start = lesson.turn_to(2)
    assert start.readings["jsd"] > 0.6
    assert start.mean[0] > 0.7, "on the right of the data"
    end = lesson.play()
    assert abs(end.real - 0.5) < 0.03
    assert abs(end.fake - 0.5) < 0.03
    assert end.readings["jsd"] < 0.02
    assert end.readings["value"] == pytest.approx(-2 * math.log(2), abs=0.02)
    lesson.turn_to(5)
    after = lesson.learn("discriminator", 10)
    assert abs(after.real - 0.5) < 0.05
    assert abs(after.fake - 0.5) < 0.05


def test_5_why_the_loss_was_changed(pupil):
    lesson = pupil("5_loss")
    start = lesson.turn_to(2)
    stalled = lesson.play()
    assert stalled.real > 0.99
    assert stalled.fake < 0.01
    assert abs(stalled.mean[0] - start.mean[0]) < 0.03, "the fakes have hardly moved"
    assert stalled.gradient < start.gradient / 50
    changed = lesson.turn_to(4)
    assert changed.gradient > 1000 * stalled.gradient
    end = lesson.play()
    assert end.wasserstein < 0.2 < stalled.wasserstein


@pytest.mark.slow
def test_6_when_it_collapses(pupil):
    lesson = pupil("6_collapse")
    lesson.turn_to(2)
    ill = lesson.play(every=50)[-9:]
    lesson.turn_to(3)
    ill += lesson.play(every=50)
    assert np.mean([seen.modes for seen in ill]) < 3, "a few at a time"
    assert np.ptp([seen.mean[0] for seen in ill]) > 0.5, "it runs from place to place"
    lesson.turn_to(4)
    well = lesson.play(every=400)
    assert all(seen.modes == 8 for seen in well[1:]), "all eight, and it stays"
    assert well[-1].good > well[0].good + 0.1, "fewer fakes between the bumps"
