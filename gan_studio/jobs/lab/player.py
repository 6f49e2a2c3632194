"""Plays the lab's games in a thread of its own and hands out pictures of them, the newest only."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gan_studio.core.control import StepPhase
from gan_studio.core.errors import StudioError
from gan_studio.jobs.lab import commands as do
from gan_studio.jobs.lab.frame import LabFrame, Moment, Stage
from gan_studio.jobs.lab.game import Game
from gan_studio.models._adversarial import DISCRIMINATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import DataContext

FRAME_S = 1 / 32  # shortest time between two pictures
PAINT_SHARE = 0.15  # of the thread's time, at most, while it trains as fast as it can
READINGS_S = 0.12  # between two pictures with numbers: faster ones cannot be read
SCORES_S = 0.5  # between two pictures with scores
LONGEST_WAIT_S = 0.25
_FIRST_EXACT_S = 0.05  # a replay that is expected to take longer is shown roughly first

log = logging.getLogger("gan_studio.lab")


@dataclass
class _Pace:
    """When the next step is due, and how fast it went."""

    speed: float = do.FASTEST
    due: float = 0.0
    since: float = 0.0
    steps: int = 0
    rate: float = 0.0
    step_s: float = 0.002  # what one step takes, smoothed

    def count(self, now: float) -> None:
        self.steps += 1
        passed = now - self.since
        if passed >= 0.5:
            self.rate, self.steps, self.since = self.steps / passed, 0, now

    def restart(self, now: float) -> None:
        self.due = self.since = now
        self.steps, self.rate = 0, 0.0


@dataclass
class _Paint:
    """When the next picture may be made."""

    is_wanted: bool = True
    is_due: bool = True  # something has changed since the last one
    after: float = 0.0
    readings_after: float = 0.0
    scores_after: float = 0.0

    def at_once(self) -> None:
        """With all there is to say, however short the pause since the last one."""
        self.is_due = True
        self.after = self.readings_after = self.scores_after = 0.0

    def rest(self, began: float, now: float, *, is_playing: bool) -> None:
        """A picture was made from `began` to `now`: leave time for training before the next."""
        pause = (now - began) / PAINT_SHARE if is_playing else 0.0
        self.after = began + max(FRAME_S, min(pause, LONGEST_WAIT_S))


class Player:
    """Commands in, pictures out.

    Args:
        config: of the first game.
        context: where data may be kept.
        deliver: takes each `LabFrame`; called from the player's thread.
        fail: takes an error that a command ended with (the games stay as they were).
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        config: RunConfig,
        context: DataContext,
        deliver: Callable[[LabFrame], None],
        fail: Callable[[Exception], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._first, self._context = config, context
        self._deliver, self._fail, self._clock = deliver, fail, clock
        self._inbox: deque[do.Command] = deque()
        self._wake = threading.Event()
        self._is_closing = False
        self._games: list[Game] = []
        self._is_playing = False
        self._until: int | None = None
        self._is_exact = True
        self._chapter = 0
        self._way: tuple[Moment, ...] = ()
        self._stage: Stage | None = None
        self._walks: list[Iterator[str]] = []
        self._pace, self._paint = _Pace(), _Paint()

    # --- from any thread ---------------------------------------------------------------------

    def send(self, command: do.Command) -> None:
        """Do this as soon as the step under way is done."""
        self._inbox.append(command)
        self._wake.set()

    def want_picture(self) -> None:
        """The last picture is on the screen: another may come."""
        self._paint.is_wanted = True
        self._wake.set()

    def close(self) -> None:
        """End `run` soon."""
        self._is_closing = True
        self._wake.set()

    # --- in the player's thread --------------------------------------------------------------

    def run(self) -> None:
        """Play until closed."""
        try:
            self.begin()
        except Exception as problem:  # nobody waits for this thread: it has to say so itself
            self._fail(problem)
            return
        try:
            while not self._is_closing:
                self.turn()
        finally:
            self.end()

    def begin(self) -> None:
        """Make the first game.

        Raises:
            StudioError: it cannot be played.
        """
        self._games.append(Game(self._first, self._context))

    def end(self) -> None:
        """Let go of the games."""
        for game in self._games:
            game.close()

    def turn(self) -> None:
        """Whatever is to be done next: commands, a step, a picture, or waiting."""
        while self._inbox and not self._is_closing:
            self._obey(self._inbox.popleft())
        now = self._clock()
        if self._is_playing and now >= self._pace.due:
            self._play_step(now)
        if self._may_paint():
            self._paint_now()
        self._wait()

    def _play_step(self, now: float) -> None:
        for game in self._games:
            game.move()
        self._paint.is_due = True
        self._pace.step_s += 0.05 * (self._clock() - now - self._pace.step_s)
        self._pace.count(now)
        wait = 1.0 / self._pace.speed  # 0 when as fast as it can
        self._pace.due = max(self._pace.due + wait, now - wait)
        if self._has_ended or self._games[0].newest_step == self._until:
            self._is_playing = False

    @property
    def _has_ended(self) -> bool:
        game = self._games[0]
        return game.newest_step >= game.config.train.steps

    def _wait(self) -> None:
        """Until something is due; not at all while it plays as fast as it can."""
        if self._inbox or self._is_closing:
            return
        now, until = self._clock(), LONGEST_WAIT_S
        if self._is_playing:
            until = min(until, self._pace.due - now)
        if self._paint.is_due and self._paint.is_wanted:
            until = min(until, self._paint.after - now)
        if until > 0:
            self._wake.wait(until)
            self._wake.clear()

    # --- commands ----------------------------------------------------------------------------

    def _obey(self, command: do.Command) -> None:
        try:
            if not isinstance(command, (do.Walk, do.SetSpeed)):
                self._end_walk()
            _HANDLERS[type(command)](self, command)
        except StudioError as problem:
            self._fail(problem)
        except Exception as problem:  # the lab stays open, and says what happened
            log.error("the lab could not %s", command, exc_info=problem)
            self._fail(problem)
        self._paint.at_once()  # what a person does is answered

    def _begin_anew(self, command: do.Begin) -> None:
        self._pause(do.Pause())
        game = Game(command.config, self._context)
        for before in self._games:
            before.close()
        self._games = [game]
        way: list[Moment] = []
        for moment in game.play_to(command.step):
            if self._is_closing:
                return
            if moment is not None:
                way.append(moment)
        self._new_chapter(way)

    def _new_chapter(self, way: Iterable[Moment] = ()) -> None:
        self._chapter += 1
        self._way = tuple(way)

    def _play(self, command: do.Play) -> None:
        if self._has_ended and not self._games[0].is_past:
            return
        self._until = command.until
        self._branch_off()
        self._is_playing = True
        self._pace.restart(self._clock())

    def _pause(self, _command: do.Pause) -> None:
        self._is_playing = False
        self._pace.rate = 0.0

    def _step(self, command: do.Step) -> None:
        self._pause(do.Pause())
        self._branch_off()
        for game in self._games:
            game.obey(StepPhase(command.phase))

    def _set_speed(self, command: do.SetSpeed) -> None:
        self._pace.speed = command.steps_per_s
        self._pace.restart(self._clock())

    def _seek(self, command: do.Seek) -> None:
        self._pause(do.Pause())
        if any(isinstance(later, do.Seek) for later in self._inbox):
            return  # a later one is on its way
        replayed = self._games[0].replay_length(command.step)
        if replayed * self._pace.step_s > _FIRST_EXACT_S:
            self._look_back(command.step, exactly=False)
            self._is_exact = False
            self._paint_now()
            if self._inbox:
                return
        self._look_back(command.step, exactly=True)
        self._is_exact = True

    def _look_back(self, step: int, *, exactly: bool) -> None:
        for game in self._games:
            game.look_back(step, exactly=exactly)

    def _reset(self, command: do.Reset) -> None:
        for game in self._games:
            game.reset(command.seed)
        self._new_chapter()

    def _change(self, command: do.Change) -> None:
        if command.game < len(self._games):
            self._branch_off()
            if self._games[command.game].change(command.config):
                for other in self._games:
                    if other is not self._games[command.game]:
                        other.reset(command.config.train.seed)
                self._new_chapter()

    def _compare(self, command: do.Compare) -> None:
        for game in self._games[1:]:
            game.close()
        del self._games[1:]
        if command.config is not None:
            self._games.append(Game(command.config, self._context))
            self._games[1].is_averaged = self._games[0].is_averaged
            self._games[0].reset()
            self._new_chapter()

    def _show_average(self, command: do.ShowAverage) -> None:
        for game in self._games:
            game.is_averaged = command.is_on

    def _branch_off(self) -> None:
        if not self._games[0].is_past:
            return
        for game in self._games:
            game.go_on_from_here()
        self._new_chapter()

    # --- slow motion -------------------------------------------------------------------------

    def _walk(self, command: do.Walk) -> None:
        self._pause(do.Pause())
        if not command.is_on:
            self._end_walk()
            return
        if self._stage is None or self._stage is Stage.G_LEARNS:
            self._end_walk()
            self._branch_off()
            self._stage = Stage.NOISE
            return
        self._stage = Stage(self._stage + 1)
        if self._stage is Stage.D_LEARNS:
            self._walks = [game.in_slow_motion() for game in self._games]
            for walk in self._walks:
                for name in walk:
                    if name == DISCRIMINATOR:
                        break
        elif self._stage is Stage.G_LEARNS:
            self._finish_walks()

    def _finish_walks(self) -> None:
        walks, self._walks = self._walks, []
        for walk in walks:
            for _name in walk:
                pass

    def _end_walk(self) -> None:
        """Finish the step that slow motion is in the middle of."""
        self._finish_walks()
        self._stage = None

    # --- pictures ----------------------------------------------------------------------------

    def _may_paint(self) -> bool:
        paint = self._paint
        return paint.is_wanted and paint.is_due and self._clock() >= paint.after

    def _paint_now(self) -> None:
        paint, began = self._paint, self._clock()
        paint.is_wanted = paint.is_due = False  # before it is handed over: it may be wanted at once
        has_scores = began >= paint.scores_after
        has_readings = has_scores or not self._is_playing or began >= paint.readings_after
        games = tuple(
            game.paint(has_readings=has_readings, has_scores=has_scores) for game in self._games
        )
        first = self._games[0]
        self._deliver(
            LabFrame(
                games=games,
                configs=tuple(game.config for game in self._games),
                is_playing=self._is_playing,
                is_past=first.is_past,
                newest_step=first.newest_step,
                steps_per_s=self._pace.rate if self._is_playing else 0.0,
                stage=self._stage,
                is_exact=self._is_exact,
                chapter=self._chapter,
                ended=self._has_ended,
                way=self._way,
                is_averaged=first.is_averaged,
            )
        )
        now = self._clock()
        if has_readings:
            paint.readings_after = now + READINGS_S
        if has_scores:
            paint.scores_after = now + max(SCORES_S, (now - began) / PAINT_SHARE)
        paint.rest(began, now, is_playing=self._is_playing)


_HANDLERS: dict[type, Callable[..., None]] = {
    do.Play: Player._play,
    do.Begin: Player._begin_anew,
    do.Pause: Player._pause,
    do.Step: Player._step,
    do.SetSpeed: Player._set_speed,
    do.Walk: Player._walk,
    do.Seek: Player._seek,
    do.Reset: Player._reset,
    do.Change: Player._change,
    do.Compare: Player._compare,
    do.ShowAverage: Player._show_average,
}
