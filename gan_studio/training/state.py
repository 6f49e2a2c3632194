"""All that a run is made of between two steps, and how it becomes tensors and JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from gan_studio.core.errors import BadCheckpoint
from gan_studio.models.draws import Draws
from gan_studio.training.ema import Ema
from gan_studio.training.optimisers import memory_kind
from gan_studio.training.phases import PhaseRunner


@dataclass
class TrainingState:
    """Nets, averages, optimisers, random streams and counters of a run."""

    nets: dict[str, nn.Module]
    runner: PhaseRunner
    ema: Ema | None
    draws: Draws
    device: torch.device
    step: int = 0
    images_seen: int = 0
    batches: dict[str, Any] = field(default_factory=dict)
    threads: int = 1

    def picture_nets(self, names: tuple[str, ...]) -> dict[str, nn.Module]:
        """The nets that pictures are made with: averages where there are any."""
        source = self.ema.nets if self.ema is not None else self.nets
        return {name: source[name] for name in names}

    def sizes(self) -> dict[str, int]:
        """How many weights each net has."""
        return {
            name: sum(item.numel() for item in net.parameters()) for name, net in self.nets.items()
        }

    def weights(self) -> dict[str, Tensor]:
        """Live and averaged weights under ``net.…`` and ``ema.…``."""
        tensors = _named(self.nets, "net")
        if self.ema is not None:
            tensors |= _named(self.ema.nets, "ema")
        return tensors

    def optimiser_tensors(self) -> dict[str, Tensor]:
        """What the optimisers remember, and the random streams."""
        tensors: dict[str, Tensor] = {}
        for name, state in self.runner.states.items():
            kind = memory_kind(state.phase.optimiser)
            for index, parameter in enumerate(state.parameters):
                for key, value in state.optimiser.state.get(parameter, {}).items():
                    tensors[f"{kind}.{name}.{index}.{key}"] = value
        tensors["rng.draws"] = self.draws.state()
        tensors["rng.torch"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["rng.cuda"] = torch.cuda.get_rng_state(self.device)
        return tensors

    def counters(self) -> dict[str, Any]:
        """Everything else, ready for JSON."""
        states = self.runner.states
        return {
            "step": self.step,
            "images_seen": self.images_seen,
            "updates": {name: state.updates for name, state in states.items()},
            "rates": {name: state.rate for name, state in states.items()},
            "ema_half_life": None if self.ema is None else self.ema.half_life,
            "batches": self.batches,
            "threads": self.threads,
        }

    def restore(
        self, weights: dict[str, Tensor], optimiser: dict[str, Tensor], counters: dict[str, Any]
    ) -> None:
        """Become the state that was saved.

        An optimiser that finds no memory of its own kind (the run was left with another one)
        begins afresh, with the saved weights and rates.

        Raises:
            BadCheckpoint: something is missing or has another shape.
        """
        _load_nets(self.nets, weights, "net")
        if self.ema is not None:
            _load_nets(self.ema.nets, weights, "ema")
        self._restore_optimisers(optimiser)
        self._restore_streams(optimiser)
        self.step = int(counters["step"])
        self.images_seen = int(counters["images_seen"])
        self.batches = dict(counters["batches"])
        self.threads = int(counters["threads"])
        for name, state in self.runner.states.items():
            state.updates = int(counters["updates"][name])
            state.rate = float(counters["rates"][name])
            state.factor = -1.0  # the optimiser takes the rate at the next update
        if self.ema is not None and counters.get("ema_half_life") is not None:
            self.ema.half_life = float(counters["ema_half_life"])

    def _restore_optimisers(self, tensors: dict[str, Tensor]) -> None:
        for name, state in self.runner.states.items():
            kind = memory_kind(state.phase.optimiser)
            for index, parameter in enumerate(state.parameters):
                prefix = f"{kind}.{name}.{index}."
                saved = {
                    key.removeprefix(prefix): value
                    for key, value in tensors.items()
                    if key.startswith(prefix)
                }
                state.optimiser.state[parameter] = {
                    key: _beside(parameter, value) for key, value in saved.items()
                }

    def _restore_streams(self, tensors: dict[str, Tensor]) -> None:
        try:
            self.draws.restore(tensors["rng.draws"].cpu())
            torch.set_rng_state(tensors["rng.torch"].cpu())
            if self.device.type == "cuda" and "rng.cuda" in tensors:
                torch.cuda.set_rng_state(tensors["rng.cuda"].cpu(), self.device)
        except (KeyError, RuntimeError) as error:
            raise BadCheckpoint(path="optimizer.safetensors", reason=str(error)) from error

    def is_finite(self) -> bool:
        """Whether every weight is a number."""
        tensors = [item.detach() for item in self.runner.live_tensors()]
        norms = torch._foreach_norm(tensors)
        return bool(torch.isfinite(torch.stack([norm.float() for norm in norms])).all())


def picture_weights(state: TrainingState, names: tuple[str, ...]) -> dict[str, Tensor]:
    """The weights that pictures are made from, named as in a checkpoint."""
    return _named(state.picture_nets(names), "net" if state.ema is None else "ema")


def _beside(parameter: Tensor, value: Tensor) -> Tensor:
    """`value` on the parameter's device and, for moments, in its memory layout (fused kernels)."""
    if value.shape == parameter.shape:
        return torch.empty_like(parameter, requires_grad=False).copy_(value)
    return value.to(parameter.device, copy=True)


def _named(nets: dict[str, nn.Module], prefix: str) -> dict[str, Tensor]:
    return {
        f"{prefix}.{name}.{key}": value
        for name, net in nets.items()
        for key, value in net.state_dict().items()
    }


def _load_nets(nets: dict[str, nn.Module], tensors: dict[str, Tensor], prefix: str) -> None:
    for name, net in nets.items():
        load_net(net, tensors, f"{prefix}.{name}.")


def load_net(net: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    """Load the tensors whose names start with `prefix` into `net`, all of them or none.

    Raises:
        BadCheckpoint: names or shapes differ.
    """
    own = {
        key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)
    }
    try:
        net.load_state_dict(own, strict=True, assign=_is_meta(net))
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise BadCheckpoint(path=prefix.rstrip("."), reason=reason) from error


def _is_meta(net: nn.Module) -> bool:
    return any(parameter.is_meta for parameter in net.parameters())
