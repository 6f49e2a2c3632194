import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from gan_studio.gui.plots.curves import CurvePlot
from gan_studio.gui.plots.gauge import Gauge
from gan_studio.gui.plots.line import ValueAxis, short_number, spread
from gan_studio.gui.plots.plot_card import PlotCard
from gan_studio.gui.plots.series import History
from gan_studio.gui.plots.spec import Band, Curve, PlotSpec, Reference, format_value
from tests.gui.fakes import scalars

pytestmark = pytest.mark.gui

SPEC = PlotSpec(
    "Losses",
    (Curve("a", "D", "discriminator", "D"), Curve("b", "G", "generated", "G")),
    (Reference(0.5, "half"),),
    hint="Nothing yet",
)


def a_history(count: int = 50) -> History:
    history = History()
    history.add([scalars(i * 10, a=1 / (i + 1), b=i / count) for i in range(count)])
    return history


@pytest.fixture
def plot(qtbot):
    plot = CurvePlot(SPEC)
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    return plot


def x_range(plot):
    return plot.plotItem.vb.viewRange()[0]


def y_range(plot):
    return plot.plotItem.vb.viewRange()[1]


def test_the_whole_run_is_in_view(plot):
    plot.set_history(a_history())
    lo, hi = x_range(plot)
    assert lo <= 0
    assert 490 <= hi <= 700
    low, high = y_range(plot)
    assert low < 0.02
    assert high > 1


def test_the_view_grows_in_leaps_with_the_run(plot):
    history = a_history()
    plot.set_history(history)
    before = x_range(plot)
    history.add([scalars(500, a=0.1)])
    plot.redraw()
    assert x_range(plot) == before
    history.add([scalars(2000, a=0.1)])
    plot.redraw()
    assert x_range(plot)[1] > 2000


def test_a_zoomed_plot_stays_where_it_is_until_it_is_fitted(plot):
    history = a_history()
    plot.set_history(history)
    plot.plotItem.vb.setXRange(100, 200, padding=0)
    history.add([scalars(5000, a=0.1)])
    plot.redraw()
    assert x_range(plot) == [100, 200]
    plot.fit()
    assert x_range(plot)[1] > 5000


def test_reports_are_gathered_into_one_repaint(plot, monkeypatch):
    plot.set_history(a_history())
    drawn = []
    monkeypatch.setattr(plot, "redraw", lambda: drawn.append(1))
    for _ in range(500):
        plot.refresh()
    assert drawn == []
    assert plot._timer.isActive()
    plot.hide()
    assert not plot._timer.isActive()


def test_one_step_reads_all_curves(plot):
    plot.set_history(a_history())
    assert plot.values_at(0) == {"D": 1.0, "G": 0.0}
    place = plot.plotItem.vb.mapViewToScene(QPointF(100, 0.5))
    plot._show_readout(place)
    assert "D" in plot._readout.text()
    assert "100" in plot._readout.text()
    assert not plot._readout.isHidden()


def test_log_scale_leaves_out_what_is_not_positive(plot):
    plot.set_history(a_history())
    plot.set_log(True)
    assert plot.is_log
    low, high = y_range(plot)
    assert -3 < low < -1
    assert 0 <= high < 1


def test_smoothing_changes_the_line_but_not_the_history(plot):
    history = a_history()
    plot.set_history(history)
    before = history["a"].points()[1].copy()
    plot.set_smoothing(0.5)
    assert (history["a"].points()[1] == before).all()
    plot.set_smoothing(0)
    assert plot._lines[0]._raw.isVisible() is False


def test_numbers_and_picture_can_be_copied(plot):
    plot.set_history(a_history(3))
    plot.copy_csv()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "step,a,b"
    assert lines[1] == "0,1,0"
    assert len(lines) == 4
    plot.copy_picture()
    assert not QGuiApplication.clipboard().image().isNull()


def test_the_menu_offers_scale_smoothing_and_copies(plot):
    menu = plot.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert len(texts) == 4
    menu.deleteLater()


def test_the_keyboard_zooms_and_fits(qtbot, plot):
    plot.set_history(a_history())
    width = x_range(plot)[1] - x_range(plot)[0]
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert x_range(plot)[1] - x_range(plot)[0] < width
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert x_range(plot)[1] - x_range(plot)[0] == pytest.approx(width)


def test_a_spike_does_not_press_the_rest_flat(plot):
    history = History()
    rng = np.random.default_rng(0)
    history.add([scalars(i, a=1000.0 if i == 1 else rng.normal(1, 0.1)) for i in range(1000)])
    plot.set_smoothing(0)
    plot.set_history(history)
    assert y_range(plot)[1] > 1000  # what is drawn bold is never cut
    plot.set_smoothing(0.04)
    assert y_range(plot)[1] < 100


def test_tags_do_not_lie_on_each_other(plot):
    history = History()
    history.add([scalars(i, a=0.5, b=0.5001 if i else 0.0) for i in range(100)])
    plot.set_history(history)
    heights = [line._tag.pos().y() for line in plot._lines]
    assert abs(heights[0] - heights[1]) > 0.01


def test_tags_stay_within_the_plot(plot):
    history = History()
    history.add([scalars(i * 10, a=0.0, b=1.0) for i in range(100)])
    plot.set_history(history)
    plot.plotItem.vb.setXRange(0, 991, padding=0)  # the newest point is at the right edge
    plot.redraw()
    plot.grab()  # painting brings every item to its place
    view = plot.plotItem.vb
    for line in plot._lines:
        tag = line._tag.mapRectToItem(view, line._tag.boundingRect())
        assert view.boundingRect().adjusted(-1, -1, 1, 1).contains(tag)


def test_heights_of_tags():
    assert spread([0.0, 0.1, 5.0], 1.0, 0.5, 9.5) == [0.5, 1.5, 5.0]
    assert spread([9.4, 9.5], 1.0, 0.5, 9.5) == [8.5, 9.5]


def test_a_card_says_what_will_be_there_until_it_is(qtbot):
    card = PlotCard(SPEC)
    qtbot.addWidget(card)
    card.resize(400, 300)
    card.show()
    assert card.plot is None
    card.set_history(a_history())
    assert card.plot is not None
    assert card.legend_text() == "D 0.020, G 0.980"
    card.set_history(None)
    assert card.plot.isHidden()
    # The next run begins with an empty history: its curves appear as soon as there are some.
    later = History()
    card.set_history(later)
    assert card.plot.isHidden()
    later.add([scalars(1, a=0.5, b=0.5), scalars(2, a=0.4, b=0.6)])
    card.refresh()
    assert not card.plot.isHidden()


def test_a_card_can_change_its_curves(qtbot):
    card = PlotCard(SPEC)
    qtbot.addWidget(card)
    card.set_history(a_history())
    card.set_spec(PlotSpec("Error", (Curve("mse", "MSE", "accent"),)))
    assert card.plot is None
    history = History()
    history.add([scalars(1, mse=0.25)])
    card.set_history(history)
    assert card.legend_text() == "MSE 0.250"


def test_a_gauge_takes_values_beyond_its_ends(qtbot):
    gauge = Gauge(0, 1, "low", "high")
    qtbot.addWidget(gauge)
    gauge.resize(200, 32)
    for value in (None, -1.0, 0.5, 2.0):
        gauge.set_value(value)
        assert not gauge.grab().isNull()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.6931, "0.693"), (12.44, "12.4"), (-1.386, "−1.386"), (1.2e-5, "1.2e−5"), (0, "0.000")],
)
def test_values_are_short(value, text):
    assert format_value(value) == text


def test_values_that_overflowed_are_shown_as_such():
    values = (float("inf"), float("-inf"), float("nan"))
    assert [format_value(value) for value in values] == ["∞", "−∞", "–"]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (20_000, "20k"), (-1_500_000, "-1.5M"), (3e12, "3e+12")]
)
def test_large_values_are_written_short(value, text):
    assert short_number(value) == text


def test_the_value_axis_names_large_values(plot):
    axis = plot.plotItem.getAxis("left")
    assert axis.tickStrings([0.0, 50_000.0], 1.0, 50_000.0) == ["0", "50k"]
    assert axis.tickStrings([0.0, 0.5], 1.0, 0.5) == ["0", "0.5"]


def test_references_and_bands_follow_the_axis(qtbot):
    spec = PlotSpec(
        "A",
        (Curve("a", "a", "text"),),
        (Reference(0.1, "floor"), Reference(-1.0, "below")),
        Band(0.05, 0.2),
    )
    plot = CurvePlot(spec)
    qtbot.addWidget(plot)
    marks = plot._marks
    (_, floor), (_, below) = marks._references
    assert floor.value() == pytest.approx(0.1)
    assert marks._band.getRegion() == pytest.approx((0.05, 0.2))
    assert set(marks.extent(is_log=False)) == {0.1, -1.0, 0.05, 0.2}
    plot.set_log(True)
    assert floor.value() == pytest.approx(-1.0)
    assert not below.isVisible()  # it has no logarithm
    assert marks._band.getRegion() == pytest.approx((math.log10(0.05), math.log10(0.2)))
    plot.set_log(False)
    assert floor.value() == pytest.approx(0.1)
    assert below.isVisible()


def test_a_logarithmic_axis_has_few_labels(qtbot):
    axis = ValueAxis("left")
    axis.setLogMode(y=True)
    places = [math.log10(number) for number in (0.01, 0.02, 0.03, 0.05, 0.09, 0.1, 0.7, 1, 20)]
    texts = axis.tickStrings(places, 1.0, 1.0)
    assert [bool(text) for text in texts] == [
        True,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        True,
    ]
