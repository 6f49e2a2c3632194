"""Sums and averages of latents by closed forms."""

import numpy as np
import pytest

from gan_studio.inference.arithmetic import (
    add_up,
    at_usual_distance,
    average,
    average_place,
    between,
    combined,
    combined_place,
    distance,
    usual_distance,
)
from gan_studio.inference.places import Place

ZERO = np.zeros(2, np.float32)
ONE = np.ones(2, np.float32)


def vectors(*rows):
    return [np.float32(row) for row in rows]


def test_a_minus_b_plus_c():
    a, b, c = vectors([3, 1], [1, 1], [0, 5])
    assert combined([(1, a), (-1, b), (1, c)], ZERO).tolist() == [2, 5]
    # With weights that sum up to 1 it does not matter where the middle is.
    assert combined([(1, a), (-1, b), (1, c)], np.float32([7, -4])).tolist() == [2, 5]


def test_other_weights_are_measured_from_the_middle():
    (a,) = vectors([3, 1])
    assert combined([(2, a)], ONE).tolist() == [5, 1]
    assert combined([(0.5, a)], ZERO).tolist() == [1.5, 0.5]
    assert combined([], ONE).tolist() == [1, 1]


def test_the_average_of_many():
    assert average(vectors([0, 2], [4, 0], [2, 1])).tolist() == [2, 1]
    z = np.random.default_rng(2).standard_normal(64).astype(np.float32)
    assert average([z]).tobytes() == z.tobytes()


def test_averages_of_normal_latents_fall_to_the_middle_and_are_brought_back():
    rng = np.random.default_rng(4)
    mean, spread = np.zeros(400, np.float32), np.ones(400, np.float32)
    many = rng.standard_normal((100, 400)).astype(np.float32)
    middle = average(many)
    assert usual_distance(400) == 20
    assert distance(middle, mean, spread) == pytest.approx(20 / 10, rel=0.15)  # sqrt(dim / N)
    back = at_usual_distance(middle, mean, spread)
    assert distance(back, mean, spread) == pytest.approx(20, rel=1e-6)
    np.testing.assert_allclose(
        back / np.linalg.norm(back), middle / np.linalg.norm(middle), atol=1e-6
    )


@pytest.mark.parametrize("prior", ["normal", "uniform", "encoded"])
def test_the_usual_distance_is_the_same_for_every_prior(prior):
    rng = np.random.default_rng(8)
    spread, mean = np.full(50, 0.7, np.float32), np.full(50, 3, np.float32)
    z = mean + spread * rng.standard_normal((4000, 50))
    if prior == "uniform":
        spread, mean = np.full(50, 3**-0.5, np.float32), np.zeros(50, np.float32)
        z = rng.uniform(-1, 1, (4000, 50))
    squares = [distance(row, mean, spread) ** 2 for row in z]
    assert np.mean(squares) == pytest.approx(usual_distance(50) ** 2, rel=0.02)


def test_a_distance_counts_deviations():
    z = np.float32([7, 3])
    assert distance(z, ONE, np.float32([2, 0.5])) == pytest.approx(5)  # 3 and 4
    back = at_usual_distance(z, ONE, np.float32([2, 0.5]))
    np.testing.assert_allclose(back - 1, np.float32([6, 2]) * 2**0.5 / 5, rtol=1e-6)


def test_a_code_that_never_varies_counts_for_nothing():
    assert distance(np.float32([3, 5]), np.float32([1, 5]), np.float32([1, 0])) == 2


def test_the_middle_itself_has_no_way():
    assert at_usual_distance(ONE, ONE, ONE) is ONE


def test_places_of_one_truncation_keep_it():
    a, b = (
        Place(z, label=label, psi=0.5)
        for z, label in zip(vectors([2, 0], [0, 4]), (3, 1), strict=True)
    )
    found = average_place([a, b], ZERO)
    assert (found.z.tolist(), found.label, found.psi) == ([1, 2], 3, 0.5)
    assert average_place([a], ZERO) is a
    found = combined_place([(1, a), (-1, b)], ZERO)
    assert (found.z.tolist(), found.label, found.psi) == ([2, -4], 3, 0.5)


def test_places_of_other_truncations_are_taken_as_they_are_drawn():
    a, b = Place(np.float32([2, 0]), psi=0.5), Place(np.float32([0, 4]))
    assert average_place([a, b], ZERO).z.tolist() == [0.5, 2]
    found = combined_place([(1, a), (1, b)], ONE)
    # a is drawn at 1 + 0.5 * ([2, 0] - 1) = [1.5, 0.5]
    assert (found.z.tolist(), found.psi) == ([0.5, 3.5], 1.0)


def test_a_strip_holds_both_ends():
    start, end = Place(np.float32([0, 0]), seed=4), Place(np.float32([4, -8]))
    strip = between(start, end, 5, ZERO)
    assert strip[0] is start
    assert strip[-1] is end
    assert [place.z.tolist() for place in strip[1:-1]] == [[1, -2], [2, -4], [3, -6]]


def test_slots_are_averaged_and_added_up():
    a = [Place(z, label=2) for z in vectors([2, 0], [4, 0])]
    b, c = [Place(np.float32([1, 1]))], [Place(np.float32([0, 7]))]
    found = add_up([a, b, c], [1, -1, 1], ZERO, ONE)
    assert [term.z.tolist() for term in found.terms] == [[3, 0], [1, 1], [0, 7]]
    assert (found.result.z.tolist(), found.result.label) == ([2, 6], 2)
    half = add_up([a, b, []], [1, -0.5, 1], ZERO, ONE)
    assert half.terms[2] is None
    assert half.result.z.tolist() == [2.5, -0.5]
    assert add_up([[], b, c], [1, -1, 1], ZERO, ONE).result is None


def test_averages_and_the_result_are_brought_to_the_usual_distance():
    a = [Place(z) for z in vectors([1, 0], [0, 1])]
    b = [Place(np.float32([3, 4]))]
    found = add_up([a, b], [1, -1], ZERO, ONE, brings_averages=True)
    np.testing.assert_allclose(found.terms[0].z, [1, 1], rtol=1e-6)
    assert found.terms[1].z.tolist() == [3, 4]  # one alone is no average
    np.testing.assert_allclose(found.result.z, [-2, -3], rtol=1e-6)
    found = add_up([b], [1], ZERO, ONE, brings_result=True)
    np.testing.assert_allclose(found.result.z, np.float32([0.6, 0.8]) * 2**0.5, rtol=1e-6)
