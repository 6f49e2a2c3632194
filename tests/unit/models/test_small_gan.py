"""The lab's nets, and the options of every adversarial family on points."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.events import ScalarsReady
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import Prepared, Split
from gan_studio.data.batches import Batch
from gan_studio.losses.base import LOSSES, PENALTIES
from gan_studio.models._readouts import game_scalars
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.trainer import Trainer

CPU = torch.device("cpu")


def family_of(dim=2, key="small_gan", **options):
    return make_family(key, from_plain(FAMILIES.get(key).options, options), SampleSpec((dim,)))


def context_of(family, progress=0.0, count=16):
    torch.manual_seed(0)
    nets = family.make_nets()
    points = torch.randn(count, *family.spec.shape, generator=torch.Generator().manual_seed(1))
    batch = Batch(points, None, torch.arange(count))
    return StepContext(nets, batch, Draws(3), 0, progress)


@pytest.mark.parametrize("dim", [1, 2])
def test_nets_are_as_deep_and_wide_as_asked(dim):
    family = family_of(
        dim,
        latent_dim=3,
        generator={"depth": 3, "width": 5, "activation": "tanh"},
        discriminator={"depth": 0, "width": 7},
    )
    nets = family.build()
    widths = [layer.out_features for layer in nets["generator"] if isinstance(layer, nn.Linear)]
    assert widths == [5, 5, 5, dim]
    assert sum(isinstance(layer, nn.Tanh) for layer in nets["generator"]) == 3
    assert [type(layer) for layer in nets["discriminator"]] == [nn.Linear]
    assert family.generate(nets, torch.randn(4, 3)).shape == (4, dim)
    assert family.judge(nets, torch.randn(4, dim)).shape == (4,)


def tiny():
    samples = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    return Prepared(SampleSpec((2,)), Split(samples), Split(samples[:8]), "0" * 64, "tiny")


def trained(model, precision="fp32", key="small_gan"):
    config = from_plain(
        RunConfig,
        {
            "model": {"name": key, **model},
            "train": {
                "batch_size": 8,
                "threads": 1,
                "steps": 6,
                "sample_every": 3,
                "precision": precision,
            },
        },
    )
    prepared = tiny()
    family = make_family(key, config.model.options, prepared.spec)
    trainer = Trainer(config, family, prepared, CPU)
    events = list(trainer.run(RunControl(), wants_nothing))
    names = {name for event in events if isinstance(event, ScalarsReady) for name in event.values}
    return trainer, names


@pytest.mark.parametrize("penalty", [entry.key for entry in PENALTIES])
@pytest.mark.parametrize("loss", [entry.key for entry in LOSSES])
def test_every_loss_with_every_penalty(loss, penalty):
    model = {"loss": loss, "penalties": {penalty: {"interval": 2}}, "latent_dim": 1}
    trainer, names = trained(model)
    assert trainer.state.is_finite()
    assert f"penalty/{penalty}" in names
    reads = {"critic/gap"} if loss in ("hinge", "wasserstein") else {"d/real", "value", "jsd"}
    assert reads <= names


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("key", ["small_gan", "gan"])
def test_options_of_the_game_train(key, precision):
    game = {"spectral_norm": True, "instance_noise": 0.5, "real_label": 0.9}
    trainer, _names = trained({"game": game, "penalties": {"r1": {}}}, precision, key)
    assert trainer.state.is_finite()


def test_nothing_is_drawn_for_options_that_are_off():
    """Runs made before these options existed give the same weights."""
    plain, _names = trained({})
    again, _names = trained({"game": {"instance_noise": 0.0, "spectral_norm": False}})
    assert weights_hash(plain.state.weights()) == weights_hash(again.state.weights())
    draws = Draws(3)
    context = context_of(family_of())
    context.draws = draws
    family_of().compute("discriminator", context)
    expected = Draws(3)
    expected.latents(family_of().latent, 16)
    assert torch.equal(draws.state(), expected.state())


def test_spectral_norm_holds_every_layer_at_one():
    family = family_of(game={"spectral_norm": True})
    context = context_of(family)
    for _ in range(50):  # one power iteration each
        family.judge(context.nets, context.batch.images)
    layers = [item for item in context.nets["discriminator"] if isinstance(item, nn.Linear)]
    for layer in layers:
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1.0, abs=1e-3)
    assert not any(hasattr(item, "parametrizations") for item in context.nets["generator"])


def test_instance_noise_fades_and_reaches_all_that_d_sees():
    """With a linear D the mean of its outputs moves by the noise, which is drawn before anything
    else of the real batch."""
    family = family_of(game={"instance_noise": 0.4}, discriminator={"depth": 0})
    for progress, spread in ((0.0, 0.4), (0.75, 0.1), (1.0, 0.0)):
        context = context_of(family, progress)
        found = family.compute("discriminator", context).scalars
        draws = Draws(3)
        real, fake = context.batch.images, None
        if spread:
            real = real + spread * draws.normal((16, 2))
        fake = family.generate(context.nets, draws.latents(family.latent, 16))
        if spread:
            fake = fake + spread * draws.normal((16, 2))
        judged = [family.judge(context.nets, points) for points in (real, fake)]
        expected = game_scalars(*judged)
        for name, value in expected.items():
            torch.testing.assert_close(found[name], value)


def test_a_fading_penalty_fades_in_the_game():
    family = family_of(penalties={"r1": {"gamma": 2.0, "final": 0.1}})
    ((name, term),) = family.phases()[0].penalties
    full = family.penalty("discriminator", name, term, context_of(family))
    half = family.penalty("discriminator", name, term, context_of(family, 0.5))
    torch.testing.assert_close(half, full * 0.1**0.5)
