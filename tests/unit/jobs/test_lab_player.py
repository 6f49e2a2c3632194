"""The lab's player: what each command does, which pictures come, and that it never stalls."""

from __future__ import annotations

import threading

import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import StudioError
from gan_studio.core.schema import merge
from gan_studio.core.schema_io import assign, from_plain
from gan_studio.data.base import DataContext
from gan_studio.jobs.lab import commands as do
from gan_studio.jobs.lab.frame import Stage
from gan_studio.jobs.lab.player import Player
from gan_studio.jobs.lab.start import START
from tests.unit.jobs.test_lab_game import TINY


class Clock:
    """Seconds that pass only when somebody waits or a step is taken."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 0.001
        return self.now


class Lab:
    """A player that is turned by hand."""

    def __init__(self, config, folder):
        self.frames, self.problems, self.clock = [], [], Clock()
        self.player = Player(
            config, DataContext(folder), self.take, self.problems.append, self.clock
        )
        self.player._wake.wait = self.wait
        self.player.begin()

    def take(self, frame):
        self.frames.append(frame)
        self.player.want_picture()

    def wait(self, seconds):
        self.clock.now += seconds

    def do(self, *commands, turns=3):
        for command in commands:
            self.player.send(command)
        for _ in range(turns):
            self.player.turn()
        return self.frames[-1]


@pytest.fixture
def config():
    return from_plain(RunConfig, merge(START, TINY))


@pytest.fixture
def lab(config, tmp_path):
    before = torch.get_num_threads()
    lab = Lab(config, tmp_path)
    yield lab
    lab.player.end()
    torch.set_num_threads(before)


def test_the_first_picture_comes_without_being_asked_for(lab):
    lab.player.turn()
    frame = lab.frames[0]
    assert (frame.games[0].step, frame.is_playing, frame.stage) == (0, False, None)


def test_play_and_pause(lab):
    frame = lab.do(do.Play(), turns=50)
    assert frame.is_playing
    assert frame.newest_step > 20
    frame = lab.do(do.Pause())
    assert not frame.is_playing
    assert lab.do(turns=5).newest_step == frame.newest_step


def test_speed_is_kept(lab):
    lab.do(do.SetSpeed(10.0), do.Play(), turns=1)
    began, step = lab.clock.now, lab.player._games[0].newest_step
    while lab.clock.now < began + 5.0:
        lab.player.turn()
    assert lab.player._games[0].newest_step - step == pytest.approx(50, abs=2)
    assert lab.frames[-1].steps_per_s == pytest.approx(10, rel=0.15)


def test_pictures_leave_time_to_train(lab):
    lab.do(do.Play(), turns=400)
    steps = lab.frames[-1].newest_step
    assert steps > 300
    assert len(lab.frames) < steps / 3


def test_without_anybody_looking_it_plays_on(lab):
    lab.player.turn()
    lab.take = lab.frames.append
    lab.player._deliver = lab.frames.append  # nobody asks for the next one
    lab.do(do.Play(), turns=60)
    assert len(lab.frames) <= 3
    assert lab.player._games[0].newest_step > 50


def test_steps_by_hand(lab):
    assert lab.do(do.Step()).newest_step == 1
    assert lab.do(do.Step("discriminator")).newest_step == 1
    assert lab.do(do.Step("generator")).newest_step == 1
    updates = lab.player._games[0]._newest.state.counters()["updates"]
    assert updates == {"discriminator": 2, "generator": 2}


def test_slow_motion_walks_one_step(lab):
    stages = [lab.do(do.Walk()).stage for _ in range(5)]
    assert stages == list(Stage)
    assert lab.frames[-1].newest_step == 1
    assert lab.do(do.Walk()).stage is Stage.NOISE
    assert lab.frames[-1].newest_step == 1


def test_whatever_else_is_done_ends_slow_motion_with_its_step(lab):
    for _ in range(4):
        lab.do(do.Walk())
    assert lab.frames[-1].stage is Stage.D_LEARNS
    frame = lab.do(do.Seek(0))
    assert frame.stage is None
    assert frame.newest_step == 1


def test_back_and_on_from_there(lab):
    lab.do(do.Play(), turns=60)
    newest = lab.do(do.Pause()).newest_step
    frame = lab.do(do.Seek(10))
    assert (frame.games[0].step, frame.newest_step, frame.is_past) == (10, newest, True)
    assert frame.is_exact
    chapter = frame.chapter
    frame = lab.do(do.Play(), turns=4)
    assert frame.chapter == chapter + 1
    assert 10 < frame.newest_step < newest
    assert lab.do(do.Seek(10**9)).is_past is False


def test_a_long_replay_is_first_shown_roughly(lab):
    lab.do(do.Play(), turns=60)
    lab.do(do.Pause())
    lab.player._pace.step_s = 10.0
    before = len(lab.frames)
    lab.do(do.Seek(27))
    rough, exact = lab.frames[before], lab.frames[-1]
    assert (rough.is_exact, rough.games[0].step) == (False, 16)
    assert (exact.is_exact, exact.games[0].step) == (True, 27)


def test_of_many_seeks_only_the_last_counts(lab):
    lab.do(do.Play(), turns=60)
    lab.do(do.Pause())
    before = len(lab.frames)
    frame = lab.do(*[do.Seek(step) for step in range(30)])
    assert frame.games[0].step == 29
    assert len(lab.frames) - before <= 2


def test_two_games_from_one_seed(lab, config):
    lab.do(do.Play(), turns=20)
    other = assign(config, ["model.loss=minimax"])
    frame = lab.do(do.Compare(other), do.Pause())
    assert [game.step for game in frame.games] == [0, 0]
    assert frame.games[0].readings == frame.games[1].readings
    frame = lab.do(do.Play(), turns=40)
    assert frame.games[0].step == frame.games[1].step > 10
    assert frame.games[0].readings != frame.games[1].readings
    assert len(lab.do(do.Compare(None)).games) == 1


def test_settings_of_each_game(lab, config):
    lab.do(do.Compare(config))
    hinge = assign(config, ["model.loss=hinge"])
    frame = lab.do(do.Change(hinge, 1))
    keys = [known.model.options.loss.key for known in frame.configs]
    assert keys == ["non_saturating", "hinge"]
    wide = assign(hinge, ["model.generator.width=9"])
    lab.do(do.Play(), turns=20)
    frame = lab.do(do.Pause(), do.Change(wide, 1))
    assert [game.step for game in frame.games] == [0, 0]  # still in step


def test_a_command_that_fails_is_told_and_the_game_goes_on(lab, config):
    lab.do(do.Change(assign(config, ["data=digits"])))
    assert isinstance(lab.problems[0], StudioError)
    assert lab.do(do.Play(), turns=10).newest_step > 3


def test_it_ends_where_its_settings_end(lab, config):
    lab.do(do.Change(assign(config, ["train.steps=5"])))
    frame = lab.do(do.Play(), turns=20)
    assert (frame.newest_step, frame.is_playing, frame.ended) == (5, False, True)
    assert lab.do(do.Play(), turns=5).newest_step == 5
    lab.do(do.Seek(2))
    assert lab.do(do.Play(), turns=1).newest_step == 3


def test_a_game_that_begins_later_brings_the_numbers_of_its_way(lab, config):
    lab.do(do.Begin(config, 400))
    frame = lab.frames[-1]
    assert frame.newest_step == frame.games[0].step == 400
    assert [at.step for at in frame.way] == list(range(0, 400, 4))
    assert all(0 < at.readings["d/real"] < 1 and "jsd" in at.readings for at in frame.way)
    lab.do(do.Begin(config), do.Play(until=40), turns=60)
    assert not lab.frames[-1].way
    played = {frame.games[0].step: frame.games[0].readings for frame in lab.frames}
    assert played[40] == pytest.approx(frame.way[10].readings)  # the way is the game itself
    lab.do(do.Begin(config, 3))
    assert [at.step for at in lab.frames[-1].way] == [0, 1, 2]
    lab.do(do.Reset())
    assert not lab.frames[-1].way


def test_reset_keeps_the_seed_or_takes_another(lab):
    lab.do(do.Play(), turns=20)
    frame = lab.do(do.Pause(), do.Reset())
    assert (frame.newest_step, frame.configs[0].train.seed) == (0, 7)
    assert lab.do(do.Reset(11)).configs[0].train.seed == 11


def test_a_start_that_fails_is_told(config, tmp_path):
    problems = []
    player = Player(
        assign(config, ["data=digits"]), DataContext(tmp_path), lambda _frame: None, problems.append
    )
    player.run()
    assert isinstance(problems[0], StudioError)


def test_in_a_thread_pictures_keep_coming(config, tmp_path):
    frames = []

    has_enough = threading.Event()

    def take(frame):
        frames.append(frame)
        player.want_picture()
        if len(frames) >= 10:
            has_enough.set()

    problems = []
    player = Player(config, DataContext(tmp_path), take, problems.append)
    thread = threading.Thread(target=player.run)
    thread.start()
    player.send(do.Play())
    assert has_enough.wait(20)
    player.close()
    thread.join(10)
    assert not thread.is_alive()
    assert not problems
    assert frames[-1].newest_step > frames[1].newest_step
