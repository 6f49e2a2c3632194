from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.config import RunConfig
from gan_studio.core.schema import default_plug
from gan_studio.core.schema_io import from_plain
from gan_studio.gui.forms.progress_strip import describe_progress
from gan_studio.gui.pages.data import DataPage
from gan_studio.gui.pages.data.facts import format_bytes
from tests.gui.fakes import file_drop

pytestmark = pytest.mark.gui


@pytest.fixture
def real_session(new_session, engine, qtbot):
    engine.config = lambda plain: from_plain(RunConfig, plain)
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    return new_session


@pytest.fixture
def page(qtbot, real_session):
    page = DataPage(real_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 700)
    page.show()
    return page


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pets"
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for index in range(12):
            pixels = rng.integers(0, 255, (16, 16, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    (folder / "cat" / "broken.png").write_text("no picture")
    return folder


def wait_for_data(qtbot, page, title):
    def is_there():
        return page.prepared is not None and page.prepared.title == title

    qtbot.waitUntil(is_there, timeout=10_000)


def test_the_draft_is_looked_at(qtbot, page):
    wait_for_data(qtbot, page, "Digits")
    assert page.samples.grid.count() == 48
    assert page.head.chips()[:2] == ["Digits", "28 × 28, grey"]
    assert page.draw_button.isEnabled()
    assert page.refused.isHidden()


def test_space_draws_others(qtbot, page):
    wait_for_data(qtbot, page, "Digits")
    before = page.samples.grid.sheet()
    page.main_action()
    assert page.form.shown.seed == 2
    assert page.samples.grid.sheet() != before


def test_one_class_alone(qtbot, page):
    wait_for_data(qtbot, page, "Digits")
    page._on_class_picked(3)
    assert set(page.samples.grid._captions) == {"3"}
    assert page.form.class_index == 3
    page._on_class_picked(-1)
    assert page.form.class_index is None


def test_a_folder_is_recognised_and_what_was_refused_is_listed(qtbot, page, pictures):
    wait_for_data(qtbot, page, "Digits")
    page.open_folder(pictures)
    wait_for_data(qtbot, page, "pets")
    assert not page.refused.isHidden()
    assert "cat/broken.png" in page.refused.list.item(0).text()
    assert [item.name for item in page.classes.bars._classes] == ["cat", "dog"]


def test_a_folder_can_be_dropped(qtbot, page, pictures):
    with file_drop(pictures) as event:
        page.dropEvent(event)
    wait_for_data(qtbot, page, "pets")
    assert [item.name for item in page.classes.bars._classes] == ["cat", "dog"]


def test_a_folder_that_cannot_be_used_is_explained(qtbot, page, tmp_path):
    wait_for_data(qtbot, page, "Digits")
    page.open_folder(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=3000)
    assert "no such file or folder" in page.banner.text
    assert page.prepared is not None  # what was there before is still shown


def test_nothing_is_downloaded_without_a_click(qtbot, page, real_session):
    wait_for_data(qtbot, page, "Digits")
    config = replace(real_session.config, data=default_plug("dataset", "fashion-mnist"))
    real_session.set_draft(config)
    page.on_shown()
    assert page.prepared is None
    assert page.samples.button.text() == "Download"
    assert "31 MB" in page.samples._words.text()
    assert page._task is None


def test_a_kind_that_needs_a_folder_asks_for_it(qtbot, page):
    wait_for_data(qtbot, page, "Digits")
    page.form.set_data(default_plug("dataset", "idx"))
    page.look()
    assert page.samples.button.text() == "Open folder …"


def test_work_can_be_cancelled(qtbot, page):
    page._prepare()
    page.strip._cancel.click()
    assert page.strip.isHidden()
    assert page._task is None
    assert page.samples.button.text() == "Try again"
    page.samples.button.click()
    wait_for_data(qtbot, page, "Digits")


def test_train_on_this(qtbot, page, real_session, pictures):
    went = []
    real_session.navigate.connect(lambda key, payload: went.append(key))
    page.open_folder(pictures)
    wait_for_data(qtbot, page, "pets")
    page.train_button.click()
    assert went == ["train"]
    assert real_session.config.data.options.path == str(pictures)
    before = page.prepared
    page.on_shown()
    assert page.prepared is before  # it is not read twice


def test_a_folder_given_before_the_engine_is_remembered(qtbot, new_session, engine, pictures):
    page = DataPage(new_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.receive(folder=str(pictures))
    engine.config = lambda plain: from_plain(RunConfig, plain)
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    page.on_engine_ready()
    wait_for_data(qtbot, page, "pets")


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        ((12_300_000, 31_000_000, "download"), "Downloading: 12.3 of 31.0 MB"),
        ((500_000, 0, "download"), "Downloading: 0.5 MB"),
        ((120, 1000, "decode"), "Reading pictures: 120 of 1,000"),
        ((42, 0, "scan"), "Looking through the folder: 42"),
        ((0, 0, ""), "Preparing the data …"),
    ],
)
def test_progress_in_words(progress, words):
    assert describe_progress(*progress) == words


def test_sizes_in_words():
    assert format_bytes(12) == "12 B"
    assert format_bytes(1_430_000) == "1.4 MB"
