"""What stands in the place of a model in a comparison: principal components, converted pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.samples import SampleSpec
from gan_studio.inference.bundle import make_bundle
from gan_studio.inference.converting import convert, taking
from gan_studio.inference.held_out import losses_on
from gan_studio.inference.principal import find_components
from gan_studio.inference.principal_model import PrincipalModel
from gan_studio.models.base import make_family
from gan_studio.training.sampling import to_pictures
from tests.gui.model_runs import a_run_config


def pictures(count, shape=(1, 28, 28)):
    return np.random.default_rng(1).integers(0, 256, (count, *shape), dtype=np.uint8)


def a_model(shape):
    config = a_run_config("autoencoder", latent_dim=3)
    family = make_family(config.model.key, config.model.options, SampleSpec(shape))
    weights = {
        f"{name}.{key}": value
        for name, net in family.build().items()
        for key, value in net.state_dict().items()
    }
    facts = {"sample_shape": list(shape), "class_names": [], "data_title": "t"}
    return make_bundle(config, facts, weights, 10)


def test_principal_components_copy_as_they_do_without_a_model():
    components = find_components(pictures(60), 8)
    model = PrincipalModel(components, 5)
    chosen = pictures(4)
    copies = model.generate(model.encode(to_pictures(chosen))).add(1).div(2)
    np.testing.assert_allclose(copies.numpy(), components.copy(chosen, 5), atol=1e-6)
    assert model.latent.dim == 5


def test_principal_components_are_measured_as_models_are():
    from gan_studio.data.base import Split

    components = find_components(pictures(60), 8)
    found = losses_on(PrincipalModel(components, 5), Split(pictures(30)))
    assert found.mean == pytest.approx(components.errors(pictures(30), [5])[5], rel=1e-4)


def test_a_model_of_the_same_shape_stays_what_it_is():
    model = a_model((1, 28, 28))
    assert taking(model, SampleSpec((1, 28, 28))) is model


@pytest.mark.parametrize("inside", [(3, 16, 16), (1, 20, 20), (3, 28, 28)])
@pytest.mark.parametrize("outside", [(1, 28, 28), (3, 32, 32)])
def test_pictures_of_another_shape_are_converted_both_ways(inside, outside):
    model = a_model(inside)
    made = taking(model, SampleSpec(outside))
    images = to_pictures(pictures(2, outside))
    latents = made.encode(images)
    torch.testing.assert_close(latents, model.encode(convert(images, inside)))
    copies = made.generate(latents)
    assert copies.shape == images.shape
    torch.testing.assert_close(copies, convert(model.generate(latents), outside))
    assert made.spec.shape == outside
    assert model.spec.shape == inside


def test_colours_become_grey_by_their_brightness():
    pure = torch.full((3, 3, 4, 4), -1.0)
    for channel in range(3):
        pure[channel, channel] = 1.0
    grey = convert(pure, (1, 4, 4)).add(1).div(2)[:, 0, 0, 0]
    torch.testing.assert_close(grey, torch.tensor([0.299, 0.587, 0.114]))
    flat = torch.full((1, 1, 8, 8), 0.25)
    torch.testing.assert_close(convert(flat, (3, 5, 9)), torch.full((1, 3, 5, 9), 0.25))


def test_points_are_no_pictures():
    with pytest.raises(ShapeMismatch, match="Choose a run on pictures"):
        taking(a_model((1, 8, 8)), SampleSpec((2,)))
