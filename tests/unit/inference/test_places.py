"""Latents as text: the same bits again, and plain sentences for what cannot be read."""

import json

import numpy as np
import pytest

from gan_studio.core.errors import BadLatents
from gan_studio.inference.places import (
    Place,
    Places,
    from_text,
    read_places,
    to_text,
    truncated,
)


def test_text_gives_the_same_bits_again():
    z = np.random.default_rng(3).standard_normal((50, 7)).astype(np.float32)
    z[0] = np.float32([1e-30, 3.4e38, -0.0, 1 / 3, 1e-45, 1.0, -7.25])
    items = tuple(Place(row, label=2, psi=0.7, seed=i, name="a “b”") for i, row in enumerate(z))
    found = from_text(to_text(Places(items, 9, {"family": "gan"})), 7, "the clipboard", 10)
    assert np.stack([place.z for place in found.items]).tobytes() == z.tobytes()
    first = found.items[0]
    assert (first.label, first.psi, first.seed, first.name) == (2, 0.7, 0, "a “b”")
    assert (found.batch, dict(found.facts)) == (9, {"family": "gan"})


@pytest.mark.parametrize(
    "text",
    ["1, 2.5, -3", "1 2.5 -3", "[1, 2.5, -3]", "1\n2.5\n-3\n", "1;2.5;-3", "[[1, 2.5, -3]]"],
)
def test_bare_numbers_are_one_place(text):
    (place,) = from_text(text, 3, "the clipboard").items
    np.testing.assert_array_equal(place.z, np.float32([1, 2.5, -3]))


def test_lines_of_numbers_are_places():
    found = from_text("0.5\n-1\n2", 1, "x")
    assert [place.z.tolist() for place in found.items] == [[0.5], [-1], [2]]
    found = from_text("1 2\n3 4\n\n5 6", 2, "x")
    assert [place.z.tolist() for place in found.items] == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2", "2 numbers where the model takes 3"),
        ("1 2 nan", "not finite"),
        ("1 2 1e99", "not finite"),
        (f"[1, 2, {'9' * 400}]", "not finite"),
        ("1 2 three", "“three”"),
        ("", "no numbers"),
        ("{", "damaged"),
        ("{}", "not a latents file"),
        ('{"format": "gan-studio latents", "version": 9}', "newer version"),
        ('{"format": "gan-studio latents", "version": 1, "latents": []}', "no latents"),
        ('{"format": "gan-studio latents", "version": 1, "latents": [3]}', "latent 1"),
        ('{"format": "gan-studio latents", "version": 1, "latents": [{"z": 3}]}', "no list"),
    ],
)
def test_what_does_not_fit_is_named(text, words):
    with pytest.raises(BadLatents, match=words):
        from_text(text, 3, "walk.json")


def test_a_class_that_the_model_lacks_is_named():
    text = to_text(Places((Place(np.zeros(2, np.float32), label=4),)))
    assert from_text(text, 2, "x", classes=5).items[0].label == 4
    with pytest.raises(BadLatents, match="class"):
        from_text(text, 2, "x", classes=4)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path):
    with pytest.raises(BadLatents, match=r"gone\.json"):
        read_places(tmp_path / "gone.json", 2)
    (tmp_path / "picture.json").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(BadLatents, match="not a text file"):
        read_places(tmp_path / "picture.json", 2)


def test_an_unusable_batch_is_one():
    found = json.loads(to_text(Places((Place(np.zeros(2, np.float32)),))))
    for batch in (0, -3, "9", True, 10**9):
        assert from_text(json.dumps({**found, "batch": batch}), 2, "x").batch == 1


def test_truncation_leaves_z_alone_at_one_and_ends_at_the_mean():
    z, mean = np.float32([1.1, -2.3]), np.float32([0.5, 0.25])
    assert truncated(z, mean, 1.0) is z
    np.testing.assert_array_equal(truncated(z, mean, 0.0), mean)
    np.testing.assert_allclose(truncated(z, mean, 0.5), [0.8, -1.025], rtol=1e-6)
