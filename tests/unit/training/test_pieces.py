"""Averages, schedules, scalars, calibration: closed forms."""

from __future__ import annotations

import math

import pytest
import torch

from gan_studio.core.config import TrainConfig
from gan_studio.training.device import Compute, candidate_threads, fastest
from gan_studio.training.ema import Ema
from gan_studio.training.scalars import MAX_PENDING, ScalarWindow
from gan_studio.training.schedules import rate_factor


def test_ema_forgets_half_after_its_half_life():
    net = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        net.weight.fill_(1.0)
    ema = Ema({"net": net}, half_life=1.0)  # a thousand pictures
    with torch.no_grad():
        net.weight.fill_(0.0)
    for _ in range(10):
        ema.update(images_seen=10**9, images_since=100)
    assert ema.nets["net"].weight.item() == pytest.approx(0.5, rel=1e-5)


def test_ema_ramps_up_and_copies_counters():
    net = torch.nn.BatchNorm1d(2)
    ema = Ema({"net": net}, half_life=1000.0)
    net.running_mean.fill_(4.0)
    net.num_batches_tracked.fill_(7)
    ema.update(images_seen=1000, images_since=100)  # half-life is 10 % of 1000 = 100 pictures
    assert ema.nets["net"].running_mean.tolist() == [2.0, 2.0]
    assert ema.nets["net"].num_batches_tracked.item() == 7
    assert not ema.nets["net"].training


def test_zero_half_life_follows_outright():
    net = torch.nn.Linear(2, 2)
    ema = Ema({"net": net}, half_life=0.0)
    with torch.no_grad():
        net.weight.add_(1)
    ema.update(100, 4)
    torch.testing.assert_close(ema.nets["net"].weight, net.weight)


@pytest.mark.parametrize(
    ("schedule", "step", "factor"),
    [
        ("constant", 900, 1.0),
        ("linear", 0, 1.0),
        ("linear", 500, 1.0),
        ("linear", 750, 0.55),
        ("linear", 1000, 0.1),
        ("cosine", 750, 0.55),
        ("cosine", 1000, 0.1),
        ("cosine", 625, 1 - 0.9 * (1 - math.cos(math.pi / 4)) / 2),
    ],
)
def test_rates_over_the_run(schedule, step, factor):
    train = TrainConfig(steps=1000, schedule=schedule, schedule_start=0.5, final_rate=0.1)
    assert rate_factor(train, step) == pytest.approx(factor)


def test_warm_up_rises_from_the_first_step():
    train = TrainConfig(steps=100, warmup_steps=4)
    assert [rate_factor(train, step) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_scalars_are_means_since_the_last_reading():
    window = ScalarWindow()
    window.add({"a": torch.tensor(1.0)}, prefix="loss/")
    window.add({"a": torch.tensor(3.0)}, prefix="loss/")
    assert window.read() == {"loss/a": 2.0}
    assert window.read() == {}


def test_scalars_of_a_fast_run_stay_bounded():
    window = ScalarWindow()
    for index in range(3 * MAX_PENDING):
        window.add({"a": torch.tensor(float(index % 2))})
    assert len(window._values["a"]) <= MAX_PENDING
    assert 0.0 < window.read()["a"] < 1.0


def test_threads_must_earn_their_place():
    costs = {1: 1.0, 2: 0.9, 4: 0.5}
    now = [0.0]

    def work(option):
        now[0] += costs[option.threads]

    options = [Compute(count, "fp32") for count in costs]
    assert fastest(options, work, budget_s=20, clock=lambda: now[0]).threads == 4
    costs[4] = 0.95
    assert fastest(options, work, budget_s=20, clock=lambda: now[0]).threads == 1


def test_candidates_are_powers_of_two():
    assert candidate_threads(1) == [1]
    assert candidate_threads(6) == [1, 2, 4]
    assert candidate_threads(64) == [1, 2, 4, 8, 16]
