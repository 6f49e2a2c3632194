"""What reconstruct and sample lay out."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from gan_studio.cli import reconstruct
from gan_studio.cli._drawing import class_asked
from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import BadConfig, BadFile, Unsupported
from gan_studio.core.samples import SampleSpec
from gan_studio.inference.reconstruct import compare


class FakeBundle:
    """Only what is asked of a bundle before it draws."""

    family_key = "fake"

    def __init__(self, *capabilities, size=28):
        self.capabilities = capabilities
        self.spec = SampleSpec((1, size, size), ("cat", "dog", "owl"))
        self.config = type("Config", (), {"data": type("Data", (), {"options": None})})

    def can(self, capability):
        return capability in self.capabilities


def test_errors_are_blue_vermilion_or_white():
    errors = torch.zeros(1, 1, 1, 3)
    errors[..., 0], errors[..., 2] = -1, 1
    colours = (reconstruct.error_map(errors) * 255).round().int()[0, :, 0].T.tolist()
    assert colours == [[0x00, 0x72, 0xB2], [255, 255, 255], [0xD5, 0x5E, 0x00]]


@pytest.mark.parametrize(("count", "rows", "columns"), [(3, 3, 3), (16, 3, 16), (20, 6, 16)])
def test_rows_of_originals_copies_and_errors(count, rows, columns):
    originals = torch.full((count, 1, 2, 2), -1.0)
    found = compare(originals, -originals)
    pictures = reconstruct.picture_rows(found)
    assert pictures.shape == (rows * columns, 3, 2, 2)
    assert pictures[0].max() == 0  # an original
    assert pictures[columns].min() == 255  # its copy
    assert pictures[2 * columns][:, 0, 0].tolist() == list(reconstruct.ADDED)


def test_principal_components_add_a_row_of_copies_and_one_of_errors():
    originals = torch.full((20, 1, 2, 2), -1.0)
    found, rival = compare(originals, -originals), compare(originals, originals)
    pictures = reconstruct.picture_rows(found, rival)
    assert pictures.shape == (2 * 5 * 16, 3, 2, 2)
    assert pictures[3 * 16].max() == 0  # its copy is exact
    assert pictures[4 * 16].min() == 255  # and its error white


def test_infinite_measures_are_kept(capsys):
    same = torch.zeros(2, 1, 12, 12)
    measured = reconstruct.measures(compare(same, same))
    assert measured["mean"]["mse"] == 0
    assert measured["pictures"]["psnr"] == [float("inf")] * 2


def test_one_picture_is_brought_to_the_shape_of_the_run(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (60, 40), (255, 0, 0)).save(path)
    assert reconstruct.one_picture(path, FakeBundle(size=16)).shape == (1, 16, 16)
    path.write_text("this is text")
    with pytest.raises(BadFile, match=r"a\.png"):
        reconstruct.one_picture(path, FakeBundle(size=16))


def test_classes_by_name_or_number():
    bundle = FakeBundle(Capability.CONDITIONAL)
    assert [class_asked(bundle, word) for word in (None, "dog", "2")] == [None, 1, 2]
    for word in ("cow", "3", "-1", "²", "9" * 5000):
        with pytest.raises(BadConfig, match=f"“{word}” is not one of cat, dog, owl"):
            class_asked(bundle, word)
    assert class_asked(FakeBundle(), None) is None
    with pytest.raises(Unsupported, match="--class"):
        class_asked(FakeBundle(), "1")
