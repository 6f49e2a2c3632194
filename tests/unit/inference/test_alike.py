"""The same place in two models."""

import numpy as np

from gan_studio.inference.again import model_inputs
from gan_studio.inference.alike import Likeness, alike
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.places import Place
from tests.gui.model_runs import a_bundle


def test_equal_priors_share_z():
    here, there = a_bundle("gan", 1, latent_dim=4), a_bundle("dcgan", 2, latent_dim=4)
    place = Place(np.float32([1, 2, 3, 4]), psi=0.5)
    found = alike(place, here, there)
    assert found.likeness is Likeness.SAME
    np.testing.assert_array_equal(found.place.z, place.z)
    given, _labels = model_inputs(there, [found.place])
    np.testing.assert_allclose(given, [[0.5, 1, 1.5, 2]])


def test_another_size_shares_the_seed():
    here, there = a_bundle("gan", 1, latent_dim=4), a_bundle("gan", 2, latent_dim=6)
    found = alike(Place(np.zeros(4, np.float32)), here, there, seed=7)
    assert found.likeness is Likeness.SEED
    expected = latents_from_seed(there, 7, 1)[0].numpy()
    np.testing.assert_array_equal(found.place.z, expected)


def test_codes_of_two_autoencoders_are_scaled_to_each_other():
    here, there = a_bundle("autoencoder", 1, latent_dim=3), a_bundle("autoencoder", 2, latent_dim=3)
    mean, spread = (part.numpy() for part in here.latent_range())
    other_mean, other_spread = (part.numpy() for part in there.latent_range())
    found = alike(Place(mean + 2 * spread), here, there)
    assert found.likeness is Likeness.SCALED
    np.testing.assert_allclose(found.place.z, other_mean + 2 * other_spread, rtol=1e-5, atol=1e-6)


def test_a_model_without_classes_is_asked_for_none():
    here, there = a_bundle("gan", 1, latent_dim=4), a_bundle("gan", 2, latent_dim=4)
    assert alike(Place(np.zeros(4, np.float32), label=3), here, there).place.label is None
