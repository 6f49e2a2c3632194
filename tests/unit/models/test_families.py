"""The nets are exactly those of the lectures and papers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.models._copying import originals_above_copies
from gan_studio.models._readouts import game_scalars
from gan_studio.models.base import FAMILIES, make_family
from gan_studio.models.dcgan import coarsest
from gan_studio.models.draws import Draws, derive_seed

DIGIT = SampleSpec((1, 28, 28), tuple("0123456789"))


def build(key, spec=DIGIT, **options):
    return make_family(key, from_plain(FAMILIES.get(key).options, options), spec).build()


def sizes(net):
    layers = [module for module in net.modules() if isinstance(module, nn.Linear)]
    return [layers[0].in_features, *[layer.out_features for layer in layers]]


def test_the_lectures_gan():
    nets = build("gan")
    assert sizes(nets["generator"]) == [100, 256, 512, 1024, 784]
    assert sizes(nets["discriminator"]) == [784, 1024, 512, 256, 1]
    assert any(isinstance(module, nn.Tanh) for module in nets["generator"].modules())
    assert not any(isinstance(module, nn.Sigmoid) for module in nets["discriminator"].modules())


@pytest.mark.parametrize("size", [2, 5, 32])
def test_the_lectures_autoencoder(size):
    nets = build("autoencoder", latent_dim=size)
    assert sizes(nets["encoder"]) == [784, 512, 256, size]
    assert sizes(nets["decoder"]) == [size, 256, 512, 784]


@pytest.mark.parametrize(
    ("side", "expected"), [(28, (7, 2)), (16, (4, 2)), (48, (6, 3)), (64, (4, 4)), (112, (7, 4))]
)
def test_dcgan_begins_at_whatever_divides_the_side(side, expected):
    assert coarsest(side) == expected


@pytest.mark.parametrize("side", [16, 28, 32, 48, 64, 80, 96, 112, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_dcgan_draws_every_size_that_it_promises(side, channels):
    spec = SampleSpec((channels, side, side))
    nets = build("dcgan", spec, channels=8)
    drawn = nets["generator"](torch.randn(2, 100))
    assert drawn.shape == (2, channels, side, side)
    assert nets["discriminator"](drawn).shape == (2, 1)


@pytest.mark.parametrize("shape", [(1, 20, 20), (1, 8, 8), (2, 32, 32), (1, 32, 48), (3, 144, 144)])
def test_dcgan_refuses_other_sizes(shape):
    with pytest.raises(ShapeMismatch, match=r"squares of 28 or of a multiple of 16.*data\.size"):
        build("dcgan", SampleSpec(shape))


def test_dcgan_weights_begin_as_in_the_paper():
    torch.manual_seed(0)
    net = build("dcgan")["discriminator"]
    weights = [item.weight for item in net.modules() if isinstance(item, nn.Conv2d)]
    assert all(abs(weight.std().item() - 0.02) < 0.003 for weight in weights)


@pytest.mark.parametrize(("prior", "low", "high"), [("normal", -9, 9), ("uniform", -1, 1)])
def test_priors(prior, low, high):
    options = from_plain(FAMILIES.get("gan").options, {"prior": prior})
    family = make_family("gan", options, DIGIT)
    drawn = Draws(1).latents(family.latent, 4000)
    assert drawn.min() >= low
    assert drawn.max() <= high
    expected = 1.0 if prior == "normal" else 3**-0.5
    assert drawn.std().item() == pytest.approx(expected, rel=0.02)


def test_streams_do_not_meet():
    seeds = {derive_seed(1, word) for word in ("torch", "noise", "preview")}
    assert len(seeds | {derive_seed(2, "torch")}) == 4
    assert torch.equal(Draws(5).normal((3,)), Draws(5).normal((3,)))


def test_label_smoothing_is_cross_entropy_with_that_label():
    from gan_studio.data.batches import Batch
    from gan_studio.models.base import StepContext

    options = from_plain(FAMILIES.get("gan").options, {"game": {"real_label": 0.9}})
    family = make_family("gan", options, DIGIT)
    torch.manual_seed(0)
    nets = family.build()
    images = torch.rand(6, 1, 28, 28) * 2 - 1
    batch = Batch(images, None, torch.arange(6))
    output = family.compute("discriminator", StepContext(nets, batch, Draws(3), 0))
    fake = nets["generator"](Draws(3).latents(family.latent, 6))
    bce = nn.functional.binary_cross_entropy_with_logits
    real_logits, fake_logits = nets["discriminator"](images), nets["discriminator"](fake)
    expected = bce(real_logits, torch.full((6, 1), 0.9)) + bce(fake_logits, torch.zeros(6, 1))
    torch.testing.assert_close(output.loss, expected)
    scalars = game_scalars(real_logits.flatten(), fake_logits.flatten())
    torch.testing.assert_close(output.scalars["value"], scalars["value"].detach())


def test_originals_stand_above_their_copies():
    originals = torch.arange(16.0).reshape(16, 1, 1, 1)
    rows = originals_above_copies(originals, originals + 100).flatten().tolist()
    assert rows == [*range(8), *range(100, 108), *range(8, 16), *range(108, 116)]
