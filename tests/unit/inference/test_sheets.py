"""Contact sheets: recipes that can be followed again, rows that mean something, more like these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gan_studio.inference.again import draw_again, model_inputs
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.near import places_near
from gan_studio.inference.places import BATCH, Place, from_text, to_text
from gan_studio.inference.renderer import PicturesAt, Renderer
from gan_studio.inference.sheets import (
    CLASSES,
    NEAR,
    PSIS,
    SEEDS,
    SWEEP,
    Recipe,
    can_show_classes,
    describe,
    kept,
    latents_of,
    make_sheet,
    with_replaced,
)
from tests.unit.inference.test_renderer import bundle_of, in_a_thread


@pytest.fixture(scope="module")
def gan():
    return bundle_of("gan", latent_dim=8)


@pytest.fixture(scope="module")
def conditional():
    return bundle_of("conditional_gan", latent_dim=8)


def z_of(sheet):
    return np.stack([place.z for place in sheet.places])


def test_seeds_lead_where_explore_goes(gan):
    sheet = make_sheet(gan, Recipe(SEEDS, 16, first=5, psi=0.7))
    assert [place.seed for place in sheet.places] == list(range(5, 21))
    assert {place.psi for place in sheet.places} == {0.7}
    expected = latents_from_seed(gan, 9, 1)[0].numpy()
    assert (sheet.places[4].z == expected).all()
    assert sheet.next_seed == 21
    assert describe(sheet, step=1000) == "seeds 5–20 · ψ 0.7 · step 1,000"


def test_strength_and_held_numbers_are_as_in_explore(gan):
    plain = make_sheet(gan, Recipe(SEEDS, 16))
    strong = make_sheet(gan, Recipe(SEEDS, 16, strength=1.5))
    assert z_of(strong) == pytest.approx(1.5 * z_of(plain), rel=1e-6)
    assert (plain.places[0].seed, strong.places[0].seed) == (1, None)
    held = make_sheet(gan, Recipe(SEEDS, 16, held={2: 0.25, 5: -1.0}))
    assert set(z_of(held)[:, 2].tolist()) == {0.25}
    assert (z_of(held)[:, 3] == z_of(plain)[:, 3]).all()
    assert held.places[0].seed is None  # the seed alone does not give it again
    words = describe(held)
    assert "2 numbers held" in words


def test_a_sweep_has_a_row_per_truncation_and_a_column_per_seed(gan):
    sheet = make_sheet(gan, Recipe(SWEEP, 64, first=3))
    assert sheet.columns == 9
    assert sheet.seeds == tuple(range(3, 12))
    assert len(sheet.places) == 9 * len(PSIS)
    assert [place.psi for place in sheet.places[::9]] == list(PSIS)
    assert {place.seed for place in sheet.places[1::9]} == {4}
    first_row, _labels = model_inputs(gan, sheet.places[:9])
    assert (first_row == 0).all()  # psi 0 is the mean
    assert sheet.rows[0] == "ψ 0"
    assert describe(sheet) == "seeds 3–11 · ψ 0 … 1.2"


def test_every_class_has_a_row(conditional, gan):
    assert can_show_classes(conditional)
    assert not can_show_classes(gan)
    sheet = make_sheet(conditional, Recipe(CLASSES, 36, label=1))
    assert (sheet.columns, sheet.rows) == (12, ("a", "b", "c"))
    assert [place.label for place in sheet.places[::12]] == [0, 1, 2]
    assert (sheet.places[0].z == sheet.places[12].z).all()
    one = make_sheet(conditional, Recipe(SEEDS, 16, label=1))
    assert {place.label for place in one.places} == {1}
    assert "class b" in describe(one, ("a", "b", "c"))
    assert "class" not in describe(sheet, ("a", "b", "c"))


def test_rejected_ones_give_way_to_new_seeds(gan):
    sheet = make_sheet(gan, Recipe(SEEDS, 16))
    other = with_replaced(gan, sheet, [3, 7])
    assert [other.places[index].seed for index in (2, 3, 7)] == [3, 17, 18]
    assert (other.next_seed, other.replaced) == (19, 2)
    assert "2 replaced" in describe(other)
    assert with_replaced(gan, other, [0]).places[0].seed == 19
    assert with_replaced(gan, sheet, []) is sheet


def test_where_rows_mean_something_whole_columns_give_way(gan):
    sheet = make_sheet(gan, Recipe(SWEEP, 36))
    other = with_replaced(gan, sheet, [1, 1 + sheet.columns, 4])
    assert other.seeds == (1, 6, 3, 4, 7)
    assert other.places[1 + 2 * other.columns].seed == 6
    assert (other.next_seed, other.replaced) == (8, 2)


def test_pictures_are_the_same_bits_from_the_latents_file(gan, conditional):
    for bundle, recipe in (
        (gan, Recipe(SEEDS, 25, psi=0.7)),
        (gan, Recipe(SWEEP, 36)),
        (conditional, Recipe(CLASSES, 36)),
    ):
        sheet = make_sheet(bundle, recipe)
        shown = in_a_thread(lambda bundle=bundle, sheet=sheet: drawn_in_batches(bundle, sheet))
        text = to_text(latents_of(bundle, sheet))
        again = from_text(text, 8, "a file", 3)
        assert again.batch == BATCH
        assert (
            in_a_thread(lambda bundle=bundle, again=again: draw_again(bundle, again)) == shown
        ).all()
        assert again.facts["sheet"].startswith("seeds 1")


def drawn_in_batches(bundle, sheet):
    """As the window draws a sheet."""
    renderer, parts = Renderer(), []
    for start in range(0, len(sheet.places), BATCH):
        latents, labels = model_inputs(bundle, sheet.places[start : start + BATCH])
        parts.append(renderer(bundle, PicturesAt(latents, labels)).values)
    return np.concatenate(parts)


def test_only_some_places_are_saved(gan):
    sheet = make_sheet(gan, Recipe(SEEDS, 16))
    assert [place.seed for place in latents_of(gan, sheet, {8, 2}).items] == [3, 9]


def test_more_like_these_keeps_the_chosen_ones(gan):
    chosen = make_sheet(gan, Recipe(SEEDS, 16)).places[:3]
    recipe = Recipe(NEAR, 16, chosen=chosen, share=0.3, first=4)
    sheet = make_sheet(gan, recipe)
    assert kept(recipe) == 3
    assert sheet.places[:3] == chosen
    assert len(sheet.places) == 16
    assert (z_of(make_sheet(gan, recipe)) == z_of(sheet)).all()
    assert (z_of(make_sheet(gan, replace(recipe, first=5)))[3:] != z_of(sheet)[3:]).all()
    other = with_replaced(gan, sheet, [10])
    assert (other.places[9].z == sheet.places[9].z).all()
    assert (other.places[10].z != sheet.places[10].z).all()
    assert describe(sheet) == "near 3 chosen · distance 0.30 · seed 4"
    many = Recipe(NEAR, 16, chosen=chosen * 5)
    assert kept(many) == 8


NORMAL = (np.zeros(100, np.float32), np.ones(100, np.float32), "normal")


def some_places(count, dim=100, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return [Place(z, index) for index, z in enumerate(rows)]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_new_places_of_a_normal_prior_stay_on_the_typical_shell(share):
    found = places_near(some_places(5), 400, share, 1, *NORMAL)
    lengths = np.linalg.norm([place.z for place in found], axis=1)
    assert lengths.mean() == pytest.approx(10, rel=0.05)
    assert lengths.std() < 1.2


def test_the_share_is_how_far_they_lie():
    one = some_places(1)
    for share in (0.1, 0.5):
        found = places_near(one, 200, share, 1, *NORMAL)
        cosines = [
            float(place.z @ one[0].z / np.linalg.norm(place.z) / np.linalg.norm(one[0].z))
            for place in found
        ]
        assert np.mean(cosines) == pytest.approx((1 - share**2) ** 0.5, abs=0.03)
    assert (places_near(one, 1, 0.0, 1, *NORMAL)[0].z == one[0].z).all()


def test_mixtures_lie_between_the_chosen_and_take_the_class_of_the_heaviest():
    chosen = some_places(3)
    found = places_near(chosen, 60, 0.0, 1, *NORMAL)
    units = np.stack([place.z for place in chosen])
    for place in found:
        weights, rest, _rank, _values = np.linalg.lstsq(units.T, place.z, rcond=None)
        assert (weights > -1e-6).all()
        assert rest.sum() < 1e-6  # nothing beside the chosen
        assert place.label == weights.argmax()
    assert {place.label for place in found} == {0, 1, 2}


def test_few_numbers_and_encoded_latents_know_no_shell():
    chosen = [Place(np.array([2, 0], np.float32)), Place(np.array([0, 2], np.float32))]
    plane = (np.zeros(2, np.float32), np.ones(2, np.float32), "normal")
    found = np.stack([place.z for place in places_near(chosen, 50, 0.0, 1, *plane)])
    assert found.sum(1) == pytest.approx(2, abs=1e-5)  # on the straight way between them
    mean, spread = np.full(100, 3, np.float32), np.full(100, 0.5, np.float32)
    codes = [Place(3 + place.z / 2) for place in some_places(2)]
    middle = places_near(codes, 200, 0.0, 1, mean, spread, "encoded")
    assert min(np.linalg.norm((place.z - 3) * 2) for place in middle) < 8


def test_a_code_that_never_varies_stays_what_it_is():
    chosen = [Place(np.array([2, 5], np.float32)), Place(np.array([0, 5], np.float32))]
    space = (np.array([1, 5], np.float32), np.array([1, 0], np.float32), "encoded")
    found = np.stack([place.z for place in places_near(chosen, 50, 0.5, 1, *space)])
    assert found[:, 1] == pytest.approx(5, abs=1e-4)
    assert np.isfinite(found).all()


def test_uniform_priors_are_not_left():
    chosen = [Place(np.full(6, 0.95, np.float32)), Place(np.full(6, -0.95, np.float32))]
    room = (np.zeros(6, np.float32), np.full(6, 3**-0.5, np.float32), "uniform")
    found = np.stack([place.z for place in places_near(chosen, 300, 0.8, 1, *room)])
    assert found.min() >= -1
    assert found.max() <= 1
    still = places_near(chosen[:1], 1, 0.0, 1, *room)[0].z
    assert still == pytest.approx(chosen[0].z)
