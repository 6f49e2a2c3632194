"""The rows of ``bench directions``, from a model that was never trained."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from gan_studio.cli.bench import GROUPS
from gan_studio.cli.bench import directions as bench
from tests.unit.inference.test_directions_labelled import DIM, KnowsThePlane, bundle, labelled

__all__ = ["bundle"]  # a fixture


class Unlike(nn.Module):
    """Says nothing but the first class."""

    def forward(self, pictures):
        return torch.tensor([[1.0, 0.0]]).repeat(len(pictures), 1)


@pytest.fixture
def game(bundle, monkeypatch):
    for name, value in (("SAMPLES", 1000), ("MOVED", 40), ("CHECKED", 500)):
        monkeypatch.setattr(bench, name, value)
    assert bundle.latent.dim == DIM
    return bench.Game(bundle, labelled(), KnowsThePlane(), Unlike())


def test_the_group_is_known():
    assert "directions" in GROUPS


def test_classes_are_counted_and_the_second_opinion_is_its_own(game):
    rows = {row.what: row for row in bench.class_rows(game)}
    turned = next(row for what, row in rows.items() if "200" in what or "of 40" in what)
    assert (turned.measured, turned.is_reached) == ("2", True)
    assert rows["the same in the eyes of a second classifier"].measured == "1"
    assert sum(row.is_reached is not None for row in rows.values()) == 2


def test_marks_are_scored_on_other_samples(game):
    halves, alone, come = bench.mark_rows(game)
    assert halves.is_reached
    assert float(halves.measured) > 0.85
    assert alone.is_reached is come.is_reached is None
    assert float(come.measured) > 0.7


def test_no_classes_reach_a_bar_that_is_missed():
    assert bench.count([0.1, 0.85, 0.9], 0.85) == 2
    assert replace(bench.at_least("x", 1, 2, ""), how="y").is_reached is False
