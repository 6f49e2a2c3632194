"""Eyes for a few marks: what the run's own nets see in their samples.

A discriminator has learned what makes pictures of this data differ, so a few examples are enough
to part its inner numbers. Where the run has none that looks at pictures, an encoder's inner numbers
serve, and else the generator's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.inference.directions.layers import flat, inner_numbers
from gan_studio.inference.directions.samples import classes_of, private
from gan_studio.models.passages import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gan_studio.inference.bundle import Bundle

    Look = Callable[[Tensor, Tensor], list[Tensor]]

DISCRIMINATOR = "discriminator"


class Eyes:
    """Samples (latents, pictures) to features ``[N, F]``, every layer on a common scale.

    Args:
        bundle: the model.
        label: the class that is drawn, for families that take one.
        features: pictures in [-1, 1] to features; without, those of the run's own nets.

    Attributes:
        of: whose features they are, such as "discriminator".
    """

    def __init__(
        self, bundle: Bundle, label: int | None, features: Callable[[Tensor], Tensor] | None = None
    ) -> None:
        self.of, self._look = _own_look(bundle, label)
        if features is not None:
            self.of, self._look = "given", lambda _z, x: [features(x)]
        self._means: list[Tensor] = []
        self._scales: list[Tensor] = []

    def adjust(self, latents: Tensor, pictures: Tensor) -> None:
        """Take mean and scale of each layer from these samples."""
        seen = self._seen(latents, pictures)
        self._means = [layer.mean(0) for layer in seen]
        centred = [layer - mean for layer, mean in zip(seen, self._means, strict=True)]
        self._scales = [layer.square().sum(1).mean().sqrt().clamp_min(1e-12) for layer in centred]

    def __call__(self, latents: Tensor, pictures: Tensor) -> Tensor:
        """Features ``[N, F]``: the squared length of each layer's is 1 in the mean."""
        parts = zip(self._seen(latents, pictures), self._means, self._scales, strict=True)
        return torch.cat([(layer - mean) / scale for layer, mean, scale in parts], 1)

    @torch.no_grad()
    def _seen(self, latents: Tensor, pictures: Tensor) -> list[Tensor]:
        return [flat(layer).float() for layer in self._look(latents, pictures)]


def _own_look(bundle: Bundle, label: int | None) -> tuple[str, Look]:
    nets = discriminator_of(bundle)
    if nets is not None:
        return DISCRIMINATOR, _judging(bundle, nets, label)
    own = private(bundle)
    if bundle.can(Capability.ENCODES):
        return "encoder", lambda _z, x: inner_numbers(own.nets.values(), lambda: own.encode(x))

    def generator(latents: Tensor, _pictures: Tensor) -> list[Tensor]:
        labels = classes_of(label, len(latents), own.device)
        return inner_numbers(own.nets.values(), lambda: own.generate(latents, labels))

    return "generator", generator


def _judging(bundle: Bundle, nets: Mapping[str, nn.Module], label: int | None) -> Look:
    family = bundle.family

    def look(_latents: Tensor, pictures: Tensor) -> list[Tensor]:
        labels = classes_of(label, len(pictures), bundle.device)
        return inner_numbers(nets.values(), lambda: family.judge(nets, pictures, labels))  # type: ignore[attr-defined]

    return look


def discriminator_of(bundle: Bundle) -> Mapping[str, nn.Module] | None:
    """The D of the bundle's run at its step, else at the newest; None where there is none.

    Only one that looks at pictures: that of an adversarial autoencoder looks at codes.
    """
    judged = getattr(bundle.family, "judged", "")
    if bundle.run_dir is None or not bundle.can(Capability.ADVERSARIAL) or judged != SAMPLE:
        return None
    with torch.device("meta"):  # no initial weights: they would draw from the global random stream
        nets = bundle.family.make_nets()
    if DISCRIMINATOR not in nets:
        return None
    net = nets[DISCRIMINATOR]
    try:
        _load(bundle, net)
    except StudioError:  # a run that moved on, or was left by its folder: other eyes serve as well
        return None
    return {DISCRIMINATOR: net.to(bundle.device).eval().requires_grad_(False)}


def _load(bundle: Bundle, net: nn.Module) -> None:
    """Fill a net with the saved weights of D.

    Raises:
        StudioError: there are none that fit.
    """
    from gan_studio.training.run_folder import RunFolder
    from gan_studio.training.state import load_net

    assert bundle.run_dir is not None
    checkpoints = RunFolder(bundle.run_dir).checkpoints
    step = bundle.step if checkpoints.path(bundle.step).is_dir() else None
    _step, weights = checkpoints.find_weights(step)
    load_net(net, weights, f"net.{DISCRIMINATOR}.")
