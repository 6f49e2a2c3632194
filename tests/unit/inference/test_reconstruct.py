"""What is measured on reconstructions."""

from __future__ import annotations

import math

import pytest
import torch

from gan_studio.core.errors import Unsupported
from gan_studio.inference.reconstruct import compare, reconstruct
from tests.unit.inference.test_renderer import bundle_of


def test_ssim_equals_that_of_torchmetrics():
    from gan_studio.data.vision import load_torchvision

    load_torchvision()
    from torchmetrics.functional.image import structural_similarity_index_measure

    generator = torch.Generator().manual_seed(1)
    for channels, size in ((1, 28), (3, 32), (3, 11)):
        originals = torch.rand(4, channels, size, size, generator=generator)
        noise = torch.rand(4, channels, size, size, generator=generator)
        copies = (originals + 0.3 * noise).clamp(0, 1)
        expected = structural_similarity_index_measure(
            copies, originals, data_range=1.0, reduction="none", gaussian_kernel=True, sigma=1.5
        )
        found = compare(originals * 2 - 1, copies * 2 - 1).ssim
        assert torch.allclose(found, expected.flatten(), atol=1e-5)


def test_equal_pictures_have_no_error():
    pictures = torch.rand(2, 1, 28, 28) * 2 - 1
    found = compare(pictures, pictures)
    assert found.mse.tolist() == [0.0, 0.0]
    assert math.isinf(found.psnr[0])
    assert found.ssim.tolist() == pytest.approx([1.0, 1.0])


def test_errors_are_signed_and_on_zero_to_one():
    black, white = -torch.ones(1, 1, 12, 12), torch.ones(1, 1, 12, 12)
    found = compare(black, white)
    assert found.errors.min() == 1.0
    assert found.mse.item() == 1.0
    assert found.psnr.item() == 0.0
    assert compare(white, black).errors.max() == -1.0


def test_pictures_smaller_than_the_window_have_no_ssim():
    assert torch.isnan(compare(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8)).ssim).all()


def test_a_gan_cannot_reconstruct():
    with pytest.raises(Unsupported):
        reconstruct(bundle_of("gan", latent_dim=4), torch.zeros(1, 1, 28, 28))


def test_an_autoencoder_can():
    found = reconstruct(bundle_of("autoencoder", latent_dim=4), torch.zeros(2, 1, 28, 28))
    assert found.copies.shape == (2, 1, 28, 28)
