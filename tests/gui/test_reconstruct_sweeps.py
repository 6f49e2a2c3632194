"""Reconstruct: the lecture's figure and the curve over bottleneck sizes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt

from gan_studio.core.errors import BadFile
from gan_studio.core.events import Finished, SnapshotReady
from gan_studio.core.schema import Plug, default_plug
from gan_studio.gui.pages.reconstruct import ReconstructPage
from gan_studio.jobs.queue import RUNNING, SKIPPED, WAITING
from gan_studio.jobs.survey import Survey
from gan_studio.jobs.sweep import SIZES
from tests.gui.fakes import started
from tests.gui.model_runs import (
    FACTS,
    a_bundle,
    a_run_config,
    replaced,
    use_real_models,
    weights_of,
    write_run,
)

pytestmark = pytest.mark.gui


@pytest.fixture
def page(qtbot, session, engine):
    use_real_models(engine)
    page = ReconstructPage(session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 760)
    page.show()
    page.on_shown()
    yield page
    page.on_hidden()


@pytest.fixture
def figure(page):
    return page.sweeps.figure


@pytest.fixture
def panel(page):
    return page.sweeps.panel


def write_sizes(folders, *sizes, **more) -> dict[int, Path]:
    return {size: write_run(folders, "autoencoder", latent_dim=size, **more) for size in sizes}


def titles(page):
    return [column.title for column in page.view.table.columns()]


def states(session):
    queue = session.queue.queue
    return [] if queue is None else [entry.state for entry in queue.entries]


# The lecture's figure


def test_three_finished_runs_are_shown_in_order(qtbot, page, figure, folders, session, engine):
    write_sizes(folders, 32, 5, 2, 8)
    figure.button.click()
    qtbot.waitUntil(
        lambda: titles(page) == [f"latent {size} · step 1,000" for size in (2, 5, 32)],
        timeout=20_000,
    )
    assert engine.jobs == []
    assert session.queue.queue is None
    assert figure.button.text() == "Show the figure"
    assert page.view.table.row_count() == 8


def test_what_is_missing_is_trained_and_followed(qtbot, page, figure, folders, session, engine):
    write_sizes(folders, 2)
    live = folders.runs / "live"
    config = a_run_config("autoencoder", latent_dim=5)
    engine.config = lambda plain: config if "model" in plain else a_run_config("autoencoder")
    engine.script = [started(run_dir=str(live), **FACTS)]
    figure.button.click()
    qtbot.waitUntil(lambda: states(session) == [SKIPPED, RUNNING, WAITING], timeout=20_000)
    qtbot.waitUntil(lambda: figure.live.run_dir == live)
    assert figure.button.text() == "Stop (2 of 3)"
    qtbot.waitUntil(lambda: titles(page) == ["latent 2 · step 1,000"], timeout=20_000)
    session.snapshot.emit(SnapshotReady(70, 1.0, weights=weights_of(config, 1)))
    qtbot.waitUntil(lambda: titles(page)[1:] == ["latent 5 · step 70"], timeout=20_000)
    page.models.remove(live)
    session.snapshot.emit(SnapshotReady(80, 1.0, weights=weights_of(config, 1)))
    qtbot.waitUntil(lambda: figure.live.run_dir is None, timeout=20_000)
    assert page.models.added == []  # a column that was taken away stays away
    figure.button.click()
    qtbot.waitUntil(lambda: session.queue.can_go_on)
    assert figure.button.text() == "Go on"
    assert states(session) == [SKIPPED, WAITING, WAITING]
    figure.give_up.click()
    assert session.queue.queue is None
    assert figure.button.text() == "Show the figure"
    assert not figure.give_up.isVisibleTo(page.inspector)


def test_a_column_that_was_taken_away_does_not_come_back_when_its_run_ends(
    qtbot, page, figure, folders
):
    path = write_sizes(folders, 5)[5]
    live = figure.live
    for is_taken_away in (False, True):
        live.follow(path, "latent 5")
        live._on_bundle(replaced(a_bundle("autoencoder", latent_dim=5), run_dir=path))
        if is_taken_away:
            page.models.remove(path)
        live.settle()
        assert [item.run_dir for item in page.models.added] == ([] if is_taken_away else [path])


def test_the_empty_page_offers_the_figure(qtbot, page, session, engine):
    qtbot.waitUntil(lambda: page.view.empty.title == "No model that can reconstruct")
    assert page.view.empty.second.isVisible()
    page.view.empty.second.click()
    qtbot.waitUntil(lambda: states(session) == [RUNNING, WAITING, WAITING], timeout=20_000)
    plain = [entry.config for entry in session.queue.queue.entries]
    assert [table["model"]["latent_dim"] for table in plain] == [2, 5, 32]
    assert all(table["data"] == {"name": "digits"} for table in plain)


def test_another_page_can_ask_for_it(qtbot, page, folders):
    write_sizes(folders, 2, 5, 32)
    page.receive(figure=True)
    qtbot.waitUntil(lambda: len(titles(page)) == 3, timeout=20_000)


# The curve


@pytest.fixture
def shown(qtbot, page, panel):
    """The panel with its first survey."""

    def show():
        page.panels.show_panel(panel)
        qtbot.waitUntil(lambda: bool(panel._survey and panel._survey.baseline), timeout=60_000)
        return panel

    return show


def test_without_runs_it_explains_and_trains_all(qtbot, shown, session, engine):
    panel = shown()
    assert panel.empty.isVisible()
    assert panel.empty.title == "How many numbers does a picture need?"
    panel.empty.button.click()
    assert states(session) == [RUNNING] + [WAITING] * 7
    assert not panel.empty.isVisible()
    assert panel.button.text() == "Stop"
    states_shown = [row.cells[3] for row in panel.table.rows]
    assert states_shown[0].startswith("training")
    assert set(states_shown[1:]) == {"waiting"}
    panel.main_action()
    assert session.queue.is_active  # Space stops nothing
    panel.button.click()
    qtbot.waitUntil(lambda: session.queue.can_go_on)
    assert panel.button.text() == "Go on"


def test_finished_runs_are_points_beside_pca(shown, folders, session):
    write_sizes(folders, 2, 5)
    panel = shown()
    rows = {row.size: row for row in panel.table.rows}
    assert list(rows) == list(SIZES)
    assert rows[2].can_open
    assert not rows[8].can_open
    assert rows[2].cells[3] == "1,000 steps"
    assert rows[8].cells[1] == "–"
    found = panel._survey
    assert rows[5].cells[1] == f"{found.best[5].mse:.4f}"
    assert rows[8].cells[2] == f"{found.baseline[8]:.4f}"
    plot = panel.card.plot
    assert plot.values_at(2) == {
        "autoencoder": found.best[2].mse, "PCA": found.baseline[2]
    }  # fmt: skip
    assert plot.csv().splitlines()[0] == "size,model,pca"
    assert plot.csv().splitlines()[-1].startswith("64,,")
    panel.click()
    assert states(session).count(SKIPPED) == 2


def test_data_that_are_offered_no_longer_take_their_survey_along(panel):
    def show_run_on(folder):
        usual = default_plug("dataset", "folder")
        data = Plug(usual.key, replace(usual.options, path=folder))
        bundle = SimpleNamespace(config=SimpleNamespace(data=data))
        panel.set_models((bundle,), ["one"], SimpleNamespace(title=folder))

    show_run_on("cats")
    panel.data.setCurrentIndex(panel.data.findText("cats"))
    panel._survey = Survey("cats")
    show_run_on("cats")
    assert panel._survey.title == "cats"
    show_run_on("dogs")
    assert panel.data.findText("cats") < 0
    assert panel._survey is None  # nothing of cats is planned for other data


def test_data_that_cannot_be_read_are_told(qtbot, page, panel, monkeypatch):
    def broken(*_args, **_more):
        raise BadFile(path=Path("digits.npz"), reason="it is damaged")

    monkeypatch.setattr("gan_studio.jobs.survey.Surveyor.look", broken)
    page.panels.show_panel(panel)
    qtbot.waitUntil(lambda: panel.empty.title == "These pictures cannot be used", timeout=20_000)
    assert not panel.button.isEnabled()


def test_a_click_on_a_point_adds_its_column(qtbot, page, shown, folders):
    runs = write_sizes(folders, 5, 2)
    page.picker.refresh()  # it shows the newest by itself
    qtbot.waitUntil(lambda: titles(page) == ["latent 2 · step 1,000"], timeout=20_000)
    panel = shown()
    plot = panel.card.plot
    plot.repaint()
    place = plot.point_of(5).toPoint()
    qtbot.mouseMove(plot.viewport(), place)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.panels.current is page.view
    assert [item.run_dir for item in page.models.added] == [runs[5]]
    qtbot.waitUntil(lambda: len(titles(page)) == 2, timeout=20_000)


def test_the_curve_is_read_by_keyboard(qtbot, shown, folders):
    write_sizes(folders, 1, 2)
    panel = shown()
    plot, chosen = panel.card.plot, []
    panel.run_chosen.connect(chosen.append)
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot._readout.text().startswith("2 numbers")
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert len(chosen) == 1
    qtbot.keyClick(plot, Qt.Key.Key_End)
    for _count in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert len(chosen) == 1  # there is no run of 64


def test_a_row_opens_its_run(shown, folders):
    runs = write_sizes(folders, 2)
    panel, chosen = shown(), []
    panel.run_chosen.connect(chosen.append)
    panel.table.setCurrentCell(0, 0)
    panel.table.activated.emit(panel.table.currentIndex())
    assert chosen == []  # size 1 is not trained
    panel.table.setCurrentCell(1, 0)
    panel.table.activated.emit(panel.table.currentIndex())
    assert chosen == [runs[2]]


def test_picture_and_numbers_can_be_saved(shown, folders, tmp_path):
    write_sizes(folders, 2)
    panel = shown()
    panel.card.set_log(True)
    assert panel.card.plot.is_log
    panel.card.save(tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_text().startswith("size,model,pca\n1,,")
    panel.card.save(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 1000
    texts = [action.text() for action in panel.card.menu().actions() if action.text()]
    assert texts[0] == "Logarithmic"
    assert len(texts) == 5


def test_all_sizes_trained_leave_nothing_to_do(shown, folders, session, engine):
    write_sizes(folders, *SIZES)
    panel = shown()
    assert not panel.button.isEnabled()
    panel.click()
    assert engine.jobs == []
    panel.budget.setCurrentIndex(1)
    panel.budget.activated.emit(1)
    assert not panel.button.isEnabled()  # until it has looked again


def test_a_finished_run_becomes_a_point(qtbot, shown, folders, session, engine):
    panel = shown()
    run_dir = folders.runs / "new"
    engine.script = [started(run_dir=str(run_dir))]
    panel.click()
    qtbot.waitUntil(lambda: bool(session.queue.queue.entries[0].run_dir))
    made = write_run(folders, "autoencoder", latent_dim=1)
    made.rename(run_dir)
    session.stop()
    qtbot.waitUntil(lambda: 1 in panel._survey.best, timeout=20_000)
    assert panel.card.isVisible()


def test_the_pointer_reads_both_curves(qtbot, shown, folders):
    write_sizes(folders, 2)
    plot = shown().card.plot
    plot.read(2)
    assert "PCA" in plot._readout.text()
    assert "autoencoder" in plot._readout.text()
    plot.read(None, QPoint(0, 0))
    assert not plot._readout.isVisible()


def test_a_run_under_way_is_not_offered_twice(qtbot, shown, session, engine):
    panel = shown()
    engine.script = [started(), Finished(1000, 1.0)]
    panel.click()
    qtbot.waitUntil(lambda: session.queue.queue is not None and session.queue.queue.is_finished)
    assert len(engine.jobs) == 8
