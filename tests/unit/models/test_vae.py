"""The bound of the VAE, against sampling and by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal

from gan_studio.core.config import RunConfig
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.batches import Batch
from gan_studio.inference.bundle import make_bundle
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws
from gan_studio.models.vae import normal_divergence

SMALL = SampleSpec((1, 6, 6))


def family_of(spec=SMALL, **options):
    return make_family("vae", from_plain(FAMILIES.get("vae").options, options), spec)


def context_of(family, count=8, progress=0.0, step=0):
    torch.manual_seed(0)
    nets = family.make_nets()
    images = torch.rand(count, *family.spec.shape, generator=torch.Generator().manual_seed(1))
    batch = Batch(images * 2 - 1, None, torch.arange(count))
    return StepContext(nets, batch, Draws(3), step, progress)


def test_the_closed_divergence_is_the_sampled_one():
    mean = torch.tensor([0.0, 1.5, -0.7, 2.0])
    log_variance = torch.tensor([-2.0, 0.5, 0.3, -1.0])
    q, p = Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)
    torch.manual_seed(0)
    z = q.sample((400_000,))
    sampled = (q.log_prob(z) - p.log_prob(z)).mean(0)
    torch.testing.assert_close(normal_divergence(mean, log_variance), sampled, rtol=0.01, atol=0)
    assert normal_divergence(torch.zeros(3), torch.zeros(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_loss_is_the_bound_computed_by_hand(likelihood):
    family = family_of(latent_dim=3, likelihood=likelihood, spread=0.2, beta=2.5)
    context = context_of(family)
    output = family.compute("autoencoder", context)
    x = (context.batch.images + 1) / 2
    mean, log_variance = context.nets["encoder"](x).chunk(2, 1)
    z = mean + (log_variance / 2).exp() * Draws(3).normal((8, 3))
    copies = torch.sigmoid(context.nets["decoder"](z))
    if likelihood == "bernoulli":
        each = -(x * copies.log() + (1 - x) * (1 - copies).log())
    else:
        each = (x - copies) ** 2 / (2 * 0.04) + 0.5 * math.log(2 * math.pi * 0.04)
    reconstruction = each.sum((1, 2, 3)).mean()
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
    torch.testing.assert_close(output.loss, reconstruction + 2.5 * kl)
    torch.testing.assert_close(output.scalars["reconstruction"], reconstruction.detach())
    torch.testing.assert_close(output.scalars["kl"], kl.detach())
    torch.testing.assert_close(output.scalars["elbo"], -(reconstruction + kl).detach())
    torch.testing.assert_close(output.scalars["mse"], ((x - copies) ** 2).mean().detach())


def test_likelihoods_are_those_of_torch():
    x, logits = torch.rand(4, 1, 6, 6).round(), torch.randn(4, 1, 6, 6)
    bernoulli = -Independent(Bernoulli(logits=logits), 3).log_prob(x)
    torch.testing.assert_close(family_of().cost(logits, x), bernoulli.mean())
    gaussian = -Independent(Normal(logits.sigmoid(), 0.3), 3).log_prob(x)
    family = family_of(likelihood="gaussian", spread=0.3)
    torch.testing.assert_close(family.cost(logits, x), gaussian.mean())


@pytest.mark.parametrize(("progress", "expected"), [(0.0, 0.0), (0.1, 2.0), (0.2, 4.0), (1.0, 4.0)])
def test_beta_rises(progress, expected):
    assert family_of(beta=4.0, warmup=0.2).beta(progress) == pytest.approx(expected)
    assert family_of(beta=4.0).beta(progress) == 4.0
    output = family_of(beta=4.0, warmup=0.2)
    found = output.compute("autoencoder", context_of(output, progress=progress))
    parts = found.scalars
    torch.testing.assert_close(
        found.loss.detach(), parts["reconstruction"] + expected * parts["kl"]
    )


def test_encoding_gives_the_mean_and_drawing_starts_from_noise():
    family = family_of(latent_dim=3)
    context = context_of(family)
    images = context.batch.images
    z = family.encode(context.nets, images)
    torch.testing.assert_close(z, context.nets["encoder"]((images + 1) / 2)[:, :3])
    assert torch.equal(z, family.encode(context.nets, images))
    assert family.latent.prior == "normal"
    preview = family.preview(context.nets, torch.zeros(4, 3), context.batch)
    assert preview.shape == (4, 1, 6, 6)


def test_each_numbers_information_is_remembered():
    family = family_of(latent_dim=3)
    context = context_of(family)
    pixels = (context.batch.images + 1) / 2
    expected = torch.zeros(3)
    for _ in range(5):
        family.compute("autoencoder", context)
        kl = normal_divergence(*family.posterior(context.nets, pixels)).mean(0).detach()
        expected = 0.99 * expected + 0.01 * kl
    torch.testing.assert_close(family.latent_information(context.nets), expected)
    config = from_plain(
        RunConfig,
        {"model": {"name": "vae", "latent_dim": 3}},
    )
    weights = {
        f"{name}.{key}": value
        for name, net in context.nets.items()
        for key, value in net.state_dict().items()
    }
    bundle = make_bundle(config, {"sample_shape": SMALL.shape}, weights, 5)
    torch.testing.assert_close(bundle.latent_information(), expected)


def test_families_without_such_knowledge_say_none():
    options = FAMILIES.get("autoencoder").options()
    assert make_family("autoencoder", options, SMALL).latent_information({}) is None
