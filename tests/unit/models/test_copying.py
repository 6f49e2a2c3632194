"""Nets, losses and spoilt pictures of the autoencoders, against formulas and by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.batches import Batch
from gan_studio.models._coders import halvings, hidden_sizes, map_counts
from gan_studio.models._copying import copy_loss
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws
from gan_studio.models.sparse_autoencoder import DEAD_AFTER

DIGIT = SampleSpec((1, 28, 28))
SHAPES = [(1, 28, 28), (3, 32, 32), (3, 64, 64), (1, 8, 8), (1, 29, 31), (3, 2, 5), (1, 17, 40)]
PICTURES_ONLY = ["conv_autoencoder", "denoising_autoencoder", "sparse_autoencoder", "vae", "aae"]


def family_of(key, spec=DIGIT, **options):
    return make_family(key, from_plain(FAMILIES.get(key).options, options), spec)


def context_of(family, count=6, seed=3):
    torch.manual_seed(0)
    nets = family.make_nets()
    images = torch.rand(count, *family.spec.shape, generator=torch.Generator().manual_seed(1))
    return StepContext(nets, Batch(images * 2 - 1, None, torch.arange(count)), Draws(seed), 0)


def sizes(net):
    layers = [module for module in net.modules() if isinstance(module, nn.Linear)]
    return [layers[0].in_features, *[layer.out_features for layer in layers]]


# --- nets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depth", "width", "expected"), [(0, 512, ()), (2, 512, (512, 256)), (4, 32, (32, 16, 8, 8))]
)
def test_hidden_sizes_halve(depth, width, expected):
    assert hidden_sizes(width, depth) == expected


def test_the_mlp_is_as_deep_and_wide_as_asked():
    nets = family_of("autoencoder", latent_dim=3, depth=3, width=64, activation="tanh").build()
    assert sizes(nets["encoder"]) == [784, 64, 32, 16, 3]
    assert sizes(nets["decoder"]) == [3, 16, 32, 64, 784]
    assert sum(isinstance(layer, nn.Tanh) for layer in nets["encoder"]) == 3
    assert sizes(family_of("autoencoder", depth=0).build()["encoder"]) == [784, 2]


def test_names_of_the_mlps_weights_stay():
    """Checkpoints of earlier versions load."""
    nets = family_of("autoencoder").build()
    assert [*nets["encoder"].state_dict()] == [
        "1.weight", "1.bias", "3.weight", "3.bias", "5.weight", "5.bias", "6.mean", "6.variance",
    ]  # fmt: skip
    assert [*nets["decoder"].state_dict()] == [
        "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias",
    ]  # fmt: skip


def test_maps_halve_and_double():
    assert halvings(28, 28) == [(28, 28), (14, 14), (7, 7)]
    assert halvings(29, 64) == [(29, 64), (14, 32), (7, 16)]
    assert halvings(3, 3) == [(3, 3), (1, 1)]
    assert map_counts(16, 5) == [16, 32, 64, 128, 128]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["mlp", "conv"])
@pytest.mark.parametrize("key", ["denoising_autoencoder", "vae", "aae"])
def test_any_size_is_copied(key, kind, shape):
    family = family_of(key, SampleSpec(shape), latent_dim=3, nets={"kind": kind, "channels": 4})
    nets = family.build()
    images = torch.rand(2, *shape) * 2 - 1
    z = family.encode(nets, images)
    assert z.shape == (2, 3)
    assert family.generate(nets, z).shape == images.shape


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("key", ["conv_autoencoder", "sparse_autoencoder"])
def test_any_size_is_copied_by_the_others(key, shape):
    family = family_of(key, SampleSpec(shape), latent_dim=3)
    nets = family.build()
    images = torch.rand(2, *shape) * 2 - 1
    assert family.generate(nets, family.encode(nets, images)).shape == images.shape


@pytest.mark.parametrize("shape", [(2,), (1, 1, 9)])
@pytest.mark.parametrize("key", PICTURES_ONLY)
def test_points_and_single_rows_are_refused(key, shape):
    with pytest.raises(ShapeMismatch, match="at least 2 × 2 pixels"):
        family_of(key, SampleSpec(shape))


# --- losses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mse", "bce", "l1"])
def test_losses_are_their_formulas(kind):
    logits = torch.linspace(-3, 3, 24).reshape(2, 1, 3, 4)
    x = torch.linspace(0, 1, 24).flip(0).reshape(2, 1, 3, 4)
    s = 1 / (1 + torch.exp(-logits))
    each = {
        "mse": (x - s) ** 2,
        "bce": -x * torch.log(s) - (1 - x) * torch.log(1 - s),
        "l1": (x - s).abs(),
    }[kind]
    loss, error = copy_loss(kind, logits.requires_grad_(), x)
    torch.testing.assert_close(loss, each.mean())
    torch.testing.assert_close(error, ((x - s) ** 2).mean())
    assert loss.requires_grad
    assert not error.requires_grad


@pytest.mark.parametrize("kind", ["mse", "bce", "l1"])
def test_the_mlp_minimises_the_chosen_loss(kind):
    family = family_of("autoencoder", loss=kind)
    context = context_of(family)
    output = family.compute("autoencoder", context)
    pixels = (context.batch.images + 1) / 2
    copies = family.generate(context.nets, family.encode(context.nets, context.batch.images))
    error = ((copies + 1) / 2 - pixels).square().mean()
    torch.testing.assert_close(output.scalars["mse"], error.detach())
    expected = copy_loss(kind, context.nets["decoder"](context.nets["encoder"](pixels)), pixels)
    torch.testing.assert_close(output.loss, expected[0])


# --- denoising ---------------------------------------------------------------------------------


def test_gaussian_noise_has_its_spread_and_leaves_the_target_clean():
    family = family_of("denoising_autoencoder", spread=0.3)
    context = context_of(family, 64)
    pixels = torch.full((64, 1, 28, 28), 0.5)
    noise = family.spoil(pixels, Draws(5)) - pixels
    assert noise.mean().item() == pytest.approx(0.0, abs=0.01)
    assert noise.std().item() == pytest.approx(0.3, rel=0.01)
    output = family.compute("autoencoder", context)
    clean = (context.batch.images + 1) / 2
    spoilt = family.spoil(clean, Draws(3))
    logits = context.nets["decoder"](context.nets["encoder"](spoilt))
    torch.testing.assert_close(output.loss, copy_loss("mse", logits, clean)[0])


def test_masking_blanks_whole_pixels_of_all_colours():
    family = family_of(
        "denoising_autoencoder", SampleSpec((3, 32, 32)), noise="masking", masked=0.3
    )
    pixels = torch.rand(16, 3, 32, 32) * 0.5 + 0.5
    spoilt = family.spoil(pixels, Draws(5))
    is_blank = spoilt == 0
    assert is_blank.float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert torch.equal(is_blank.all(1), is_blank.any(1))
    assert torch.equal(spoilt[~is_blank], pixels[~is_blank])


def test_the_preview_shows_what_is_spoilt_and_spoils_it_alike_each_time():
    family = family_of("denoising_autoencoder")
    context = context_of(family, 8)
    nets = {name: net.eval() for name, net in context.nets.items()}
    first, second = (family.preview(nets, None, context.batch) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first[:8], context.batch.images)


# --- sparse ------------------------------------------------------------------------------------


def test_dead_units_are_counted_by_hand():
    """Unit 0 is used by the last picture of each batch, 1 by none, 2 was used long ago."""
    family = family_of("sparse_autoencoder", latent_dim=4)
    activity = family.build()["encoder"][-2]
    early = torch.tensor([[0.0, 0.0, 1.0, 1.0], [2.0, 0.0, 0.0, 0.0]])
    late = torch.tensor([[0.0, 0.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]])
    assert torch.equal(activity(early), early)
    assert activity.silent.tolist() == [0, 2, 0, 0]
    for _ in range(DEAD_AFTER // 2 - 1):
        activity(late)
    assert activity.silent.tolist() == [0, DEAD_AFTER, DEAD_AFTER - 2, DEAD_AFTER - 2]
    assert activity.dead().item() == 0.25
    activity(late)
    assert activity.dead().item() == 0.75
    activity.eval()(early)
    assert activity.dead().item() == 0.75, "looking must not count"
    activity.train()(early)
    assert activity.dead().item() == 0.25


def test_the_price_of_z_is_l1_weighed_by_the_dictionary():
    family = family_of("sparse_autoencoder", latent_dim=5, sparsity=0.01)
    context = context_of(family)
    output = family.compute("autoencoder", context)
    z = family.encode(context.nets, context.batch.images)
    columns = context.nets["decoder"][0].weight  # [784, 5]
    price = sum(abs(z[:, i]) * columns[:, i].square().sum().sqrt() for i in range(5)).mean()
    pixels = (context.batch.images + 1) / 2
    loss = copy_loss("mse", context.nets["decoder"](z), pixels)[0] + 0.01 * price
    torch.testing.assert_close(output.loss, loss)
    torch.testing.assert_close(output.scalars["l1"], price.detach())
    assert (z >= 0).all()
    torch.testing.assert_close(output.scalars["used"], (z > 0).float().mean())
    assert output.scalars["dead"].item() == 0.0


def test_long_columns_with_small_codes_are_no_way_out():
    family = family_of("sparse_autoencoder", latent_dim=5, depth=0)
    context = context_of(family)
    before = family.compute("autoencoder", context)
    with torch.no_grad():
        layer = next(item for item in context.nets["encoder"] if isinstance(item, nn.Linear))
        layer.weight.div_(10)
        layer.bias.div_(10)
        context.nets["decoder"][0].weight.mul_(10)
    after = family.compute("autoencoder", context)
    torch.testing.assert_close(after.loss, before.loss)


def test_convolutions_end_in_dense_layers_or_in_none():
    with_one = family_of("conv_autoencoder", channels=4, dense=50, latent_dim=3).build()
    assert sizes(with_one["encoder"]) == [8 * 7 * 7, 50, 3]
    assert sizes(with_one["decoder"]) == [3, 50, 8 * 7 * 7]
    without = family_of("conv_autoencoder", channels=4, dense=0, latent_dim=3).build()
    assert sizes(without["encoder"]) == [8 * 7 * 7, 3]
