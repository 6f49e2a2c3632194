"""From a configuration to something that can take its first step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from gan_studio.models.base import Family, StepContext
from gan_studio.models.draws import Draws, derive_seed
from gan_studio.training import distributed
from gan_studio.training.device import Compute, candidate_threads, fastest, use_threads
from gan_studio.training.ema import Ema
from gan_studio.training.phases import PhaseRunner
from gan_studio.training.sampling import take
from gan_studio.training.scalars import ScalarWindow
from gan_studio.training.state import TrainingState

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared
    from gan_studio.training.checkpoint import Checkpoint
    from gan_studio.training.distributed import World


def build_state(
    config: RunConfig, family: Family, device: torch.device, world: World
) -> TrainingState:
    """Fresh nets with initial weights that follow from the seed alone, and all that moves them.

    This seeds torch's global stream: dropout inside the nets goes on from there.
    """
    train = config.train
    torch.manual_seed(derive_seed(train.seed, "torch"))
    nets = build_nets(family, device)
    distributed.share_from_main(
        [item for net in nets.values() for item in net.state_dict().values()]
    )
    runner = PhaseRunner(family, nets, device, train.precision, train.clip_norm)
    followed = {name: nets[name] for name in family.picture_nets}
    uses_ema = family.uses_ema and train.ema_half_life > 0
    ema = Ema(followed, train.ema_half_life) if uses_ema else None
    # Every process draws noise of its own; everything else is the same in all of them.
    draws = Draws(derive_seed(train.seed, "noise", world.rank), device)
    return TrainingState(nets, runner, ema, draws, device)


def build_nets(family: Family, device: torch.device) -> dict[str, nn.Module]:
    """The family's nets on `device`, convolutions in the layout that is fast for them."""
    nets = family.make_nets()
    for net in nets.values():
        net.to(device)
        if has_convolutions(net):
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        net.train()
    return nets


def has_convolutions(net: nn.Module) -> bool:
    """Whether channels_last is the better layout for this net and its inputs."""
    return any(isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)) for module in net.modules())


def choose_compute(
    config: RunConfig,
    family: Family,
    prepared: Prepared,
    device: torch.device,
    resume: Checkpoint | None,
    world: World | None = None,
) -> Compute:
    """Threads and precision: as configured, as before when resuming, or the fastest of a trial.

    The trial runs on nets and random streams of its own and leaves no trace.
    """
    train = config.train
    if resume is not None and train.threads == 0:
        precision = "fp32" if train.precision == "auto" else train.precision
        return Compute(int(resume.counters["threads"]), precision)
    threads = [train.threads] if train.threads else candidate_threads()
    if device.type != "cpu":
        precision = _gpu_precision(device) if train.precision == "auto" else train.precision
        return Compute(train.threads or 1, precision)
    precisions = ["fp32", "bf16"] if train.precision == "auto" else [train.precision]
    if world is not None and world.size > 1:  # processes that measured alone might not agree
        return Compute(threads[0], "fp32" if train.precision == "auto" else train.precision)
    options = [Compute(count, precision) for precision in precisions for count in threads]
    if len(options) == 1:
        return options[0]
    with torch.random.fork_rng(devices=[]):
        return fastest(options, _Trial(config, family, prepared, device))


def _gpu_precision(device: torch.device) -> str:
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return "bf16"
    return "fp32"


class _Trial:
    """A few steps on throw-away nets."""

    def __init__(
        self, config: RunConfig, family: Family, prepared: Prepared, device: torch.device
    ) -> None:
        nets = build_nets(family, device)
        self._runners = {
            precision: PhaseRunner(family, nets, device, precision)
            for precision in ("fp32", "bf16")
        }
        rows = np.arange(config.train.batch_size) % len(prepared.train)
        batch = take(prepared.train, rows, device)
        self._context = StepContext(nets, batch, Draws(0, device), 0)
        self._scalars = ScalarWindow()

    def __call__(self, option: Compute) -> None:
        use_threads(option.threads)
        runner = self._runners[option.precision]
        for state in runner.states.values():
            runner.run(state, self._context, self._scalars)
        self._scalars.read()
