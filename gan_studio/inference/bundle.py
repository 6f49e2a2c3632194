"""A trained model that is ready to draw, encode or translate."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadCheckpoint, Unsupported
from gan_studio.core.samples import LatentSpec, SampleSpec
from gan_studio.models.base import FAMILIES, Family, make_family
from gan_studio.training.run_folder import RunFolder
from gan_studio.training.state import load_net


@dataclass(frozen=True)
class Bundle:
    """A family with the weights that pictures are made from (EMA where there is one).

    It owns its weights: nothing that trains ever touches them. All methods take and give float
    pictures in [-1, 1] and latents ``[N, dim]`` on `device`.
    """

    family: Family
    family_key: str
    nets: Mapping[str, nn.Module]
    spec: SampleSpec
    config: RunConfig
    step: int
    title: str  # "GAN (MLP) · Digits · step 2,000" is made from this by the edge
    data_title: str
    device: torch.device
    run_dir: Path | None = None

    @property
    def latent(self) -> LatentSpec | None:
        """The space that sliders move in."""
        return self.family.latent

    def can(self, capability: Capability) -> bool:
        """Whether the family has a capability."""
        return capability in FAMILIES.get(self.family_key).capabilities

    def latent_range(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation ``[dim]`` of plausible latents, on the CPU.

        Raises:
            Unsupported: the family has no latent space.
        """
        latent = self._latent()
        found = self.family.latent_statistics(self.nets)
        if found is not None:
            return found[0].detach().float().cpu(), found[1].detach().float().cpu()
        spread = 3**-0.5 if latent.prior == "uniform" else 1.0
        return torch.zeros(latent.dim), torch.full((latent.dim,), spread)

    def latent_information(self) -> Tensor | None:
        """Nats ``[dim]`` that each latent number tells of a picture, on the CPU.

        None where the family does not know; numbers near 0 change nothing when they are moved.
        """
        found = self.family.latent_information(self.nets)
        return None if found is None else found.detach().float().cpu()

    @torch.no_grad()
    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Draw or decode.

        Raises:
            Unsupported: the family has no latent space.
        """
        self._latent()
        labels = None if labels is None else labels.to(self.device)
        return self.draw(latents.to(self.device), labels)

    def draw(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """As `generate`, for latents and labels on the device, and with slopes."""
        return self.family.generate(self.nets, latents, labels).float()

    @torch.no_grad()
    def encode(self, images: Tensor) -> Tensor:
        """Pictures to latents.

        Raises:
            Unsupported: the family does not encode.
        """
        if not self.can(Capability.ENCODES):
            raise Unsupported(what="Reconstruction", need="encodes", family=self.family_key)
        return self.family.encode(self.nets, images.to(self.device)).float()

    def _latent(self) -> LatentSpec:
        if self.family.latent is None:
            raise Unsupported(what="Drawing", need="has a latent space", family=self.family_key)
        return self.family.latent


def load_bundle(
    run_dir: Path, step: int | None = None, device: torch.device | str = "cpu"
) -> Bundle:
    """The model of a run at a checkpoint or milestone, the newest when `step` is None.

    Raises:
        BadRun: not a run, damaged, or of a newer version.
        BadCheckpoint: the checkpoint is missing or damaged.
    """
    folder = RunFolder(run_dir)
    config, manifest = folder.config(), folder.manifest()
    at_step, weights = folder.checkpoints.find_weights(step)
    return make_bundle(config, manifest, weights, at_step, device, run_dir)


def make_bundle(
    config: RunConfig,
    manifest: Mapping[str, Any],
    weights: Mapping[str, Tensor],
    step: int,
    device: torch.device | str = "cpu",
    run_dir: Path | None = None,
) -> Bundle:
    """A bundle from the weights of a checkpoint (``ema.…``/``net.…``) or of a snapshot.

    `manifest` needs ``sample_shape``, ``class_names`` and ``data_title``: it is a run's manifest,
    or the `info` of its `RunStarted`.
    """
    spec = spec_of_facts(manifest)
    family = make_family(config.model.key, config.model.options, spec)
    with torch.device("meta"):  # no initial weights: they would draw from the global random stream
        nets = family.make_nets()
    chosen = {name: nets[name] for name in family.picture_nets}
    for name, net in chosen.items():
        prefix = _prefix(weights, name)
        load_net(net, {key: _own(value) for key, value in weights.items()}, prefix)
        net.to(device).eval().requires_grad_(False)
    return Bundle(
        family=family,
        family_key=config.model.key,
        nets=chosen,
        spec=spec,
        config=config,
        step=step,
        title=FAMILIES.get(config.model.key).title,
        data_title=str(manifest.get("data_title", config.data.key)),
        device=torch.device(device),
        run_dir=run_dir,
    )


def _own(value: Tensor) -> Tensor:
    return value.detach().clone()


def _prefix(weights: Mapping[str, Tensor], net: str) -> str:
    """Averaged weights before live ones, or a snapshot's bare names."""
    for prefix in (f"ema.{net}.", f"net.{net}.", f"{net}."):
        if any(key.startswith(prefix) for key in weights):
            return prefix
    raise BadCheckpoint(path=net, reason=f"it holds no weights of “{net}”")


def spec_of_facts(manifest: Mapping[str, Any]) -> SampleSpec:
    """The shape of a run's samples, from its manifest or from the `info` of its `RunStarted`."""
    target = manifest.get("target_shape")
    return SampleSpec(
        tuple(int(extent) for extent in manifest["sample_shape"]),
        tuple(manifest.get("class_names", ())),
        tuple(manifest.get("attribute_names", ())),
        None if target is None else tuple(target),
    )


def with_device(bundle: Bundle, device: torch.device | str) -> Bundle:
    """The same bundle on another device."""
    nets = {name: net.to(device) for name, net in bundle.nets.items()}
    return dataclasses.replace(bundle, nets=nets, device=torch.device(device))
