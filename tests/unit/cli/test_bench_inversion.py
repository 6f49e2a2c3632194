"""The rows of ``bench inversion``, from a model that was never trained."""

from __future__ import annotations

import pytest
import torch

from gan_studio.cli.bench import GROUPS, inversion
from gan_studio.cli.bench.data import bench_data
from tests.unit.inference.test_renderer import bundle_of


def test_the_group_is_known():
    assert "inversion" in GROUPS


def test_own_pictures_are_found_one_at_a_time(monkeypatch):
    monkeypatch.setattr(inversion, "COUNT", 3)
    errors, seconds, cpu_seconds = inversion.own_pictures(bundle_of("gan", latent_dim=4))
    assert errors.shape == (3,)
    assert len(seconds) == len(cpu_seconds) == 3
    assert errors.max() < inversion.ERROR_BAR


@pytest.mark.parametrize(("worst", "slowest", "reached"), [(0.001, 3, True), (0.5, 30, False)])
def test_bars(monkeypatch, worst, slowest, reached):
    found = torch.tensor([worst] * 3), [1.0, slowest], [1.0, 1.0]
    monkeypatch.setattr(inversion, "own_pictures", lambda _bundle: found)
    monkeypatch.setattr(inversion, "REAL_COUNT", 2)
    threads = torch.get_num_threads()
    rows = inversion.measure("x", bundle_of("gan", latent_dim=4), bench_data(None))
    assert [row.is_reached for row in rows] == [reached, reached, None]
    assert torch.get_num_threads() == threads
