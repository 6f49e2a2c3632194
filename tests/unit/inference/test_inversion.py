"""Latents are found again from the pictures that they made."""

from __future__ import annotations

import itertools

import pytest
import torch

from gan_studio.core.errors import NoNumbers
from gan_studio.core.samples import SampleSpec
from gan_studio.inference.converting import taking
from gan_studio.inference.inversion import REACH, BrokenPictures, Hunt, Search, invert
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.reconstruct import reconstruct
from tests.unit.inference.test_renderer import bundle_of

QUICK = Search(starts=3, steps=120)


def pictures_of(bundle, count=3):
    latents = latents_from_seed(bundle, 99, count)
    return latents, bundle.generate(latents)


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_a_generators_own_pictures_are_found(prior):
    bundle = bundle_of("gan", latent_dim=4, prior=prior)
    _, pictures = pictures_of(bundle)
    found = invert(bundle, pictures, QUICK)
    again = bundle.generate(found.latents)
    errors = (again - pictures).square().flatten(1).mean(1) / 4
    assert torch.allclose(errors, found.mse, rtol=1e-3, atol=1e-7)
    spread = pictures.var(0).mean() / 4
    assert (found.mse < 0.02 * spread).all()
    limit = 1.0 if prior == "uniform" else REACH
    assert found.latents.abs().max() <= limit


def test_the_best_start_is_given_and_the_curve_never_rises():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    found = invert(bundle, pictures, QUICK)
    assert found.all_mse.shape == (3, 3)
    assert torch.equal(found.mse, found.all_mse.amin(1))
    assert all(after <= before for before, after in itertools.pairwise(found.curve))
    assert found.curve[-1] == pytest.approx(float(found.mse.mean()), rel=0.1)


def test_the_same_seed_finds_the_same_and_a_picture_does_not_mind_the_others():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    found = invert(bundle, pictures, QUICK)
    assert torch.equal(invert(bundle, pictures, QUICK).latents, found.latents)
    alone = invert(bundle, pictures[1:2], QUICK)
    assert torch.allclose(alone.latents[0], found.latents[1], atol=1e-3)


def test_it_can_be_cancelled_with_the_best_so_far():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    steps = []
    found = invert(
        bundle,
        pictures,
        QUICK,
        progress=lambda done, _total: steps.append(done),
        is_cancelled=lambda: len(steps) >= 5,
    )
    assert steps == [1, 2, 3, 4, 5]
    assert found.is_cut_short
    assert torch.isfinite(found.mse).all()


def test_an_autoencoder_can_be_searched_too():
    bundle = bundle_of("autoencoder", latent_dim=4)
    codes, pictures = pictures_of(bundle)
    found = invert(bundle, pictures, QUICK)
    assert found.mse.max() < 1e-3
    assert found.latents.shape == codes.shape


def test_the_weights_stay_as_they_are():
    bundle = bundle_of("gan", latent_dim=4)
    before = [value.clone() for net in bundle.nets.values() for value in net.state_dict().values()]
    _, pictures = pictures_of(bundle)
    invert(bundle, pictures, Search(starts=1, steps=3))
    after = [value for net in bundle.nets.values() for value in net.state_dict().values()]
    assert all(map(torch.equal, before, after))


def break_weights(bundle, net):
    for weights in bundle.nets[net].parameters():
        weights.fill_(float("nan"))


def test_a_search_can_be_looked_at_at_any_moment():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    hunt = Hunt(bundle, pictures, Search(starts=3, steps=10))
    first = hunt.found()
    assert first.is_cut_short
    assert first.steps == 0
    assert first.curve_steps == (0,)
    drawn = latents_from_seed(bundle, 0, int(first.draws.max()) + 1)
    best = first.all_mse.argmin(1)
    assert torch.equal(first.latents, drawn[first.draws[torch.arange(3), best]])
    while not hunt.is_done:
        hunt.step()
    last = hunt.found()
    assert not last.is_cut_short
    assert last.curve_steps == tuple(range(11))
    assert last.curves.shape == (3, 11)
    assert torch.equal(last.curves[:, -1], last.mse)
    assert torch.equal(last.curves[:, 0], first.mse)
    assert torch.equal(last.draws, first.draws)


def test_the_last_step_is_on_the_curve():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    found = invert(bundle, pictures, Search(starts=1, steps=203))
    assert found.curve_steps[-1] == found.steps == 203
    assert len(found.curve_steps) == found.curves.shape[1] <= 103


def test_pictures_that_are_no_numbers_are_refused():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    pictures[1, 0, 3, 3] = float("nan")
    with pytest.raises(BrokenPictures, match="not numbers"):
        invert(bundle, pictures, QUICK)


def test_a_model_that_draws_no_numbers_is_told():
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    break_weights(bundle, "generator")
    with pytest.raises(NoNumbers, match="GAN"):
        invert(bundle, pictures, QUICK)


def test_an_encoder_that_gives_no_numbers_is_told():
    bundle = bundle_of("autoencoder", latent_dim=4)
    _, pictures = pictures_of(bundle)
    break_weights(bundle, "encoder")
    with pytest.raises(NoNumbers, match="NaN"):
        reconstruct(bundle, pictures)


def test_a_start_without_a_slope_stops_no_other(monkeypatch):
    """As where a generator overflows far from the middle: the other starts go on."""
    bundle = bundle_of("gan", latent_dim=4)
    _, pictures = pictures_of(bundle)
    draw = type(bundle.family).generate

    def overflow(family, nets, latents, labels=None):
        made = draw(family, nets, latents)
        if latents.requires_grad:
            made = (
                made
                * torch.where(torch.arange(len(made)) % 3 == 1, torch.nan, 1.0)[:, None, None, None]
            )
        return made

    monkeypatch.setattr(type(bundle.family), "generate", overflow)
    found = invert(bundle, pictures, QUICK)
    assert torch.isinf(found.all_mse[:, 1]).all()
    assert torch.isfinite(found.mse).all()
    assert torch.isfinite(found.latents).all()
    assert (found.mse < found.curves[:, 0]).all()


def test_a_model_of_another_size_is_searched_by_way_of_its_own():
    bundle = taking(bundle_of("gan", latent_dim=4), SampleSpec((1, 14, 14)))
    _, pictures = pictures_of(bundle)
    assert pictures.shape == (3, 1, 14, 14)
    found = invert(bundle, pictures, QUICK)
    assert (found.mse < found.curves[:, 0]).all()


def test_a_number_that_never_varied_stays_where_it_was(monkeypatch):
    bundle = bundle_of("gan", latent_dim=4)
    next(bundle.nets["generator"].parameters())[:, 1] = 0  # and changes nothing
    _, pictures = pictures_of(bundle)
    spread = torch.tensor([1.0, 0.0, 1.0, 1.0])
    monkeypatch.setattr(type(bundle), "latent_range", lambda self: (torch.zeros(4), spread))
    found = invert(bundle, pictures, Search(starts=2, steps=20))
    assert torch.isfinite(found.latents).all()
    assert (found.curves[:, -1] < found.curves[:, 3]).any()  # NaN is never better
