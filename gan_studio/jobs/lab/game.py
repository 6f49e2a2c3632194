"""One game of the lab: it moves, remembers every step, goes back, branches, and can be painted."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from gan_studio.core.errors import BadData
from gan_studio.core.i18n import N_
from gan_studio.core.schema import Plug
from gan_studio.data.base import DATASETS, DataContext, Prepared
from gan_studio.jobs.lab.frame import Moment
from gan_studio.lab.history import History
from gan_studio.lab.painter import Painter, nets_to_show
from gan_studio.models._adversarial import DISCRIMINATOR, GENERATOR, AdversarialFamily
from gan_studio.models.base import make_family
from gan_studio.training.checkpoint import Checkpoint
from gan_studio.training.replay import Replayer
from gan_studio.training.stepper import Stepper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.core.config import RunConfig
    from gan_studio.core.control import SetParameter, StepPhase
    from gan_studio.data.distributions import Distribution
    from gan_studio.lab.frames import GameFrame

MOMENTS = 100  # at least so many are read on a long way, and less than twice as many
CPU = torch.device("cpu")


class Game:
    """Nets that learn from points, and all that the lab does with them.

    It belongs to the thread that made it (see `Stepper`).

    Args:
        config: a family of two players on data of one or two numbers.
        context: where data may be kept.

    Raises:
        BadConfig: the family cannot take the data.
        BadData: the data holds no points, or the family is no game.
    """

    def __init__(self, config: RunConfig, context: DataContext) -> None:
        self._context = context
        self.is_averaged = False
        self._stepper: Stepper | None = None
        self._past: Stepper | None = None
        self._history = History()
        self._replayer = Replayer(self._history, self._make_stepper)
        self._start(config)

    # --- what it is --------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Completed steps of what is shown: of a past moment while one is looked at."""
        return self._shown.state.step

    @property
    def newest_step(self) -> int:
        """Completed steps."""
        return self._newest.state.step

    @property
    def _newest(self) -> Stepper:
        assert self._stepper is not None, "a game begins when it is made"
        return self._stepper

    @property
    def _shown(self) -> Stepper:
        return self._newest if self._past is None else self._past

    @property
    def is_past(self) -> bool:
        """Whether an earlier step than the newest is shown."""
        return self._past is not None

    # --- moving ------------------------------------------------------------------------------

    def move(self) -> None:
        """One step on from what is shown; what came after it is dropped."""
        self.go_on_from_here()
        self._newest.step()

    def play_to(self, step: int) -> Iterator[Moment | None]:
        """As so many calls of `move`, before each of which a moment is given, or None.

        Moments are few: reading the numbers takes longer than a step.
        """
        every = max(1, step // MOMENTS)
        for index in range(step):
            is_read = index % every == 0
            yield Moment(self.newest_step, self.paint().readings) if is_read else None
            self.move()

    def in_slow_motion(self) -> Iterator[str]:
        """As `move`, update by update; the name of each phase once it was run."""
        self.go_on_from_here()
        return self._newest.in_slow_motion()

    def obey(self, command: SetParameter | StepPhase) -> None:
        """Change a live value, or run one phase once."""
        self.go_on_from_here()
        self._newest.obey(command)

    def reset(self, seed: int | None = None) -> None:
        """Back to the first weights, or to others from another seed; the past is forgotten."""
        config = self.config
        if seed is not None:
            config = dataclasses.replace(config, train=dataclasses.replace(config.train, seed=seed))
        self._start(config)

    def change(self, config: RunConfig) -> bool:
        """Take another configuration, while the game goes on wherever that is possible.

        The past stays as it was played: from here on is an era of its own in the history.

        Returns:
            Whether it had to begin anew: other nets, other noise or data of another dimension.
        """
        if not _keeps_nets(self.config, config) or not self._fits(config.data):
            self._start(config)
            return True
        self.go_on_from_here()
        if config != self.config:
            weights, optimiser, counters = self._newest.capture()
            rates = {  # what the new configuration says, not what was moved by hand before
                phase.name: phase.rate for phase in self._make_family(config).phases()
            }
            state = Checkpoint(Path(), weights, optimiser, {**counters, "rates": rates})
            self._begin(config, state)
        return False

    # --- the past ----------------------------------------------------------------------------

    def look_back(self, step: int, *, exactly: bool) -> None:
        """Show an earlier step; the game itself stays where it is.

        Args:
            step: at most the newest.
            exactly: that very step, which may have to be trained again; else the nearest one kept
                before it, at once.
        """
        if step >= self.newest_step:
            self._past = None
            return
        step = max(step, self._history.first_step)
        self._past = self._replayer.at(step) if exactly else self._replayer.nearest(step)

    def return_to_newest(self) -> None:
        """Show the game itself again."""
        self._past = None

    def go_on_from_here(self) -> None:
        """Make what is shown the newest step; what came after it is dropped."""
        if self._past is None:
            return
        step = self._past.state.step
        rates = {name: item.rate for name, item in self._past.state.runner.states.items()}
        config = with_rates(self._past.config, rates)
        state, history = self._replayer.branch(step)
        self._past = None
        self._replayer.close()
        self._history = history
        self._begin(config, state)

    def replay_length(self, step: int) -> int:
        """How many steps have to be trained again to look back exactly."""
        if step >= self.newest_step:
            return 0
        step = max(step, self._history.first_step)
        return step - self._history.before(step).step

    @property
    def history_bytes(self) -> int:
        """Memory that the past takes."""
        return self._history.byte_count

    # --- pictures ----------------------------------------------------------------------------

    def paint(self, *, has_readings: bool = True, has_scores: bool = False) -> GameFrame:
        """What is shown now (see `Painter.paint`)."""
        state = self._shown.state
        averaged = state.ema.nets if self.is_averaged and state.ema is not None else None
        nets = nets_to_show(state.nets, averaged)
        return self._painter.paint(
            nets, state.step, has_readings=has_readings, has_scores=has_scores
        )

    def close(self) -> None:
        """Let go of everything."""
        self._replayer.close()
        self._newest.close()

    # --- making ------------------------------------------------------------------------------

    def _start(self, config: RunConfig) -> None:
        """Begin from the first weights."""
        data, distribution = self._load(config.data)
        self._data_plug, self._prepared, self.distribution = config.data, data, distribution
        self._make_family(config)  # complains before anything is given up
        self._history = History()
        self._begin(config, None)

    def _begin(self, config: RunConfig, state: Checkpoint | None) -> None:
        """Go on with this configuration from this state."""
        if config.data != self._data_plug:
            self._prepared, self.distribution = self._load(config.data)
            self._data_plug = config.data
        if self._stepper is not None:
            self.close()
        family = self._make_family(config)
        self._stepper = self._make_stepper(config, state, self._history)
        self.config = self._stepper.config
        self._replayer = Replayer(self._history, self._make_stepper)
        self._past = None
        split = self._prepared.held_out if len(self._prepared.held_out) else self._prepared.train
        self._painter = Painter(family, self.distribution, split.samples)

    def _make_stepper(
        self,
        config: RunConfig,
        state: Checkpoint | None = None,
        history: History | None = None,
    ) -> Stepper:
        prepared = self._prepared if config.data == self._data_plug else self._load(config.data)[0]
        family = make_family(config.model.key, config.model.options, prepared.spec)
        return Stepper(config, family, prepared, CPU, resume=state, history=history)

    def _make_family(self, config: RunConfig) -> AdversarialFamily:
        family = make_family(config.model.key, config.model.options, self._prepared.spec)
        if not isinstance(family, AdversarialFamily):
            raise BadData(
                "model.name", N_("is no game of two players"), N_("Choose a GAN for the lab.")
            )
        return family

    def _load(self, plug: Plug) -> tuple[Prepared, Distribution]:
        source = DATASETS.get(plug.key).target(plug.options)
        prepared = source.prepare(self._context)
        density = source.density(prepared)
        if density is None:
            raise BadData(
                "data.name", N_("holds no points"), N_("Choose points on a line or on a plane.")
            )
        return prepared, density

    def _fits(self, plug: Plug) -> bool:
        if plug == self._data_plug:
            return True
        _prepared, distribution = self._load(plug)
        return distribution.dim == self.distribution.dim


def rates_of(config: RunConfig) -> dict[str, float]:
    """Learning rates by phase."""
    game = config.model.options.game
    return {GENERATOR: game.generator_rate, DISCRIMINATOR: game.discriminator_rate}


def with_rates(config: RunConfig, rates: dict[str, float]) -> RunConfig:
    """The configuration with other learning rates."""
    options = config.model.options
    game = dataclasses.replace(
        options.game,
        generator_rate=rates[GENERATOR],
        discriminator_rate=rates[DISCRIMINATOR],
    )
    model = Plug(config.model.key, dataclasses.replace(options, game=game))
    return dataclasses.replace(config, model=model)


def _keeps_nets(before: RunConfig, after: RunConfig) -> bool:
    """Whether the nets and all random streams can go on as they are.

    So can an optimiser, unless it becomes another one: that begins with an empty memory.
    """
    if before.model.key != after.model.key or before.train.seed != after.train.seed:
        return False
    had_average, has_average = before.train.ema_half_life > 0, after.train.ema_half_life > 0
    return had_average == has_average and _shape(before) == _shape(after)


def _shape(config: RunConfig) -> tuple[object, ...]:
    """What decides which weights there are."""
    options = config.model.options
    fields = ("generator", "discriminator", "latent_dim", "prior")
    own = tuple(getattr(options, name, None) for name in fields)
    return (*own, options.game.spectral_norm)
