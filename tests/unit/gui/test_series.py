import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_studio.core.events import ScalarsReady
from gan_studio.gui.plots.series import History, Series, decimate, smooth

values = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=300)


def filled(numbers: list[float], buckets: int = 16) -> Series:
    series = Series(buckets)
    for step, value in enumerate(numbers):
        series.add(step, value)
    return series


@given(values)
def test_thinning_keeps_the_extremes_and_the_order(numbers):
    steps, kept = filled(numbers).points()
    assert len(kept) <= 2 * 16
    assert kept.min() == min(numbers)
    assert kept.max() == max(numbers)
    assert (np.diff(steps) >= 0).all()
    assert all(kept[i] == numbers[int(steps[i])] for i in range(len(kept)))


@given(values)
def test_means_keep_the_overall_mean(numbers):
    series = filled(numbers)
    counts = series._rows[: len(series), 6]
    assert counts.sum() == len(numbers)
    _, means = series.means()
    assert np.average(means, weights=counts) == pytest.approx(np.mean(numbers), abs=1e-3)


@given(st.integers(1, 5000))
def test_a_series_never_grows_beyond_its_buckets(count):
    series = filled([float(i) for i in range(count)], buckets=8)
    assert len(series) <= 8
    assert series.last == (count - 1, count - 1)
    assert series.stride & (series.stride - 1) == 0


def test_few_points_are_kept_as_they_are():
    steps, kept = filled([3.0, 1.0, 2.0]).points()
    assert steps.tolist() == [0, 1, 2]
    assert kept.tolist() == [3, 1, 2]


def test_what_is_not_a_number_is_left_out():
    series = filled([1.0, float("nan"), float("inf"), 2.0])
    assert series.points()[1].tolist() == [1, 2]


def test_going_back_rewrites_the_future():
    series = filled([float(i) for i in range(10)])
    series.add(4, 100.0)
    steps, kept = series.points()
    assert steps.tolist() == [0, 1, 2, 3, 4, 4]
    assert kept[-1] == 100
    series.add(5, 7.0)
    assert series.last == (5, 7)


@given(values, st.integers(0, 300))
def test_forgetting_leaves_nothing_beyond_a_bucket(numbers, step):
    series = filled(numbers)
    series.forget_after(step)
    steps, _ = series.points()
    assert (steps < step + series.stride).all()
    series.add(step + 1000, 1.0)
    assert series.last == (step + 1000, 1.0)


def test_value_at_reads_the_nearest_point():
    series = filled([0.0, 10.0, 20.0])
    assert series.value_at(0.9) == 10
    assert series.value_at(-5) == 0
    assert series.value_at(99) == 20
    assert Series().value_at(1) is None


def test_history_takes_batches_and_lazy_scalars():
    history = History()
    history.add([ScalarsReady(1, 0.1, values={"a": 1.0}), ScalarsReady(2, 0.2, values={"a": 2.0})])
    history.add([ScalarsReady(8, 0.3, values={"a": 3.0, "penalty/r1": 0.5})])
    assert history.names == ["a", "penalty/r1"]
    assert history.latest() == {"a": 3.0, "penalty/r1": 0.5}
    assert history.step == 8
    assert history.version == 3
    assert "b" not in history
    assert history.get("b") is None


def test_a_rollback_reaches_scalars_that_are_not_in_the_report():
    history = History()
    history.add([ScalarsReady(8, 0.3, values={"a": 3.0, "rare": 0.5})])
    history.add([ScalarsReady(4, 0.4, values={"a": 1.0})])
    assert len(history["rare"]) == 0


def test_history_from_metric_rows():
    text = "step,time,images_per_second,a\n1,0.1,50,2.5\n2,0.2,50,3.5\n"
    rows = [
        {key: float(value) for key, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]
    history = History.from_rows(rows)
    assert history.names == ["a"]
    assert history["a"].points()[1].tolist() == [2.5, 3.5]


@given(values, st.floats(0, 0.5))
def test_smoothing_stays_within_the_values(numbers, share):
    array = np.array(numbers)
    smoothed = smooth(array, share)
    assert len(smoothed) == len(array)
    margin = 1e-6 * max(1, np.abs(array).max())
    assert smoothed.min() >= array.min() - margin
    assert smoothed.max() <= array.max() + margin


def test_smoothing_leaves_a_straight_line_in_the_middle():
    line = np.arange(100.0)
    assert smooth(line, 0.1)[10:-10] == pytest.approx(line[10:-10])
    assert smooth(line, 0) is line


@given(values, st.integers(4, 50))
def test_decimating_keeps_the_extremes(numbers, most):
    array = np.array(numbers)
    steps, kept = decimate(np.arange(len(array), dtype=float), array, most)
    assert kept.min() == array.min()
    assert kept.max() == array.max()
    assert (np.diff(steps) >= 0).all()
    assert len(kept) <= max(
        len(array) if len(array) <= most else 0, most + -(-len(array) // (most // 2))
    )
