"""The adversarial autoencoder does in its three phases what the paper says."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.batches import Batch
from gan_studio.models._readouts import game_scalars
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws

SPEC = SampleSpec((1, 8, 8), ("a", "b"))
bce = nn.functional.binary_cross_entropy_with_logits


def family_of(**options):
    return make_family("aae", from_plain(FAMILIES.get("aae").options, options), SPEC)


def context_of(family, count=6):
    torch.manual_seed(0)
    nets = family.make_nets()
    images = torch.rand(count, *SPEC.shape, generator=torch.Generator().manual_seed(1)) * 2 - 1
    labels = torch.arange(count) % 2  # there, and never looked at
    return StepContext(nets, Batch(images, labels, torch.arange(count)), Draws(3), 0)


def codes(context):
    return context.nets["encoder"]((context.batch.images + 1) / 2)


def test_reconstruction_then_the_discriminator_then_the_encoder_on_one_batch():
    phases = family_of(rate=3e-3, game={"discriminator_steps": 2}).phases()
    assert [phase.name for phase in phases] == ["autoencoder", "discriminator", "generator"]
    assert [phase.nets for phase in phases] == [
        ("encoder", "decoder"), ("discriminator",), ("encoder",),
    ]  # fmt: skip
    assert [phase.draws_batch for phase in phases] == [True, False, False]
    assert [phase.repeat for phase in phases] == [1, 2, 1]
    assert phases[0].rate == 3e-3


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_d_tells_noise_from_codes(prior):
    family = family_of(prior=prior, latent_dim=3)
    context = context_of(family)
    output = family.compute("discriminator", context)
    noise = Draws(3).latents(family.latent, 6)
    real, fake = (context.nets["discriminator"](z).flatten() for z in (noise, codes(context)))
    expected = bce(real, torch.ones(6)) + bce(fake, torch.zeros(6))
    torch.testing.assert_close(output.loss, expected)
    for name, value in game_scalars(real, fake).items():
        torch.testing.assert_close(output.scalars[name], value.detach())
    output.loss.backward()
    assert all(item.grad is None for item in context.nets["encoder"].parameters())


def test_the_encoder_fools_d():
    family = family_of(latent_dim=3)
    context = context_of(family)
    output = family.compute("generator", context)
    fake = context.nets["discriminator"](codes(context)).flatten()
    torch.testing.assert_close(output.loss, bce(fake, torch.ones(6)))
    output.loss.backward()
    assert all(item.grad is not None for item in context.nets["encoder"].parameters())
    assert all(item.grad is None for item in context.nets["decoder"].parameters())


def test_copies_are_made_from_the_codes():
    family = family_of(latent_dim=3)
    context = context_of(family)
    output = family.compute("autoencoder", context)
    copies = context.nets["decoder"](codes(context)).sigmoid()
    expected = (copies - (context.batch.images + 1) / 2).square().mean()
    torch.testing.assert_close(output.loss, expected)
    torch.testing.assert_close(output.scalars["mse"], expected.detach())


def test_penalties_look_at_noise_and_codes():
    """R1 of a linear D is the squared length of its weights, wherever it is measured; R2 too."""
    family = family_of(latent_dim=3, penalties={"r1": {"gamma": 2.0}, "r2": {"gamma": 2.0}})
    context = context_of(family)
    context.nets["discriminator"] = nn.Linear(3, 1)
    length = context.nets["discriminator"].weight.square().sum()
    for name, term in family.phases()[1].penalties:
        value = family.penalty("discriminator", name, term, context)
        torch.testing.assert_close(value, length)
