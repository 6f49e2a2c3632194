"""The optimiser on the Lab page: chosen while it plays, and numbers that overflow."""

import math

import pytest

from gan_studio.core.schema_io import assign
from gan_studio.jobs.lab import commands as do

pytestmark = pytest.mark.gui

FLING = [  # straight lines, far too fast
    "model.latent_dim=1",
    "model.generator.depth=0",
    "model.discriminator.depth=0",
    "model.game.optimiser=sgd",
    "model.game.momentum=0.99",
    "model.game.generator_rate=1",
    "model.game.discriminator_rate=1",
]


@pytest.fixture
def page(lab_page):
    return lab_page


def test_another_algorithm_while_it_plays(qtbot, page):
    page.main_action()
    qtbot.waitUntil(lambda: page.frame.newest_step > 20, timeout=10_000)
    step, chapter = page.frame.newest_step, page.frame.chapter
    algorithm = page.setup.model.row("game.optimiser").editor
    algorithm.set_value("sgd")
    algorithm.changed.emit()

    def uses_sgd():
        return page.frame.configs[0].model.options.game.optimiser == "sgd"

    qtbot.waitUntil(uses_sgd, timeout=10_000)
    qtbot.waitUntil(lambda: page.frame.newest_step > step + 20, timeout=10_000)
    assert page.frame.chapter == chapter  # the game went on
    assert not page.setup.model.row("game.momentum").isHidden()


@pytest.mark.parametrize("loss", ["non_saturating", "wasserstein"])
@pytest.mark.parametrize("space", ["points_1d", "points_2d"])
def test_numbers_that_overflow_are_shown_without_complaint(qtbot, page, session, space, loss):
    problems = []
    session.error.connect(problems.append)
    page.bridge.send(
        do.Change(assign(page.frame.configs[0], [f"data={space}", f"model.loss={loss}", *FLING]))
    )
    page.bridge.send(do.Play())

    def is_lost():
        return any(map(math.isnan, page.frame.games[0].readings.values()))

    qtbot.waitUntil(is_lost, timeout=30_000)
    page.grab()
    page.bridge.send(do.Seek(0))
    qtbot.waitUntil(lambda: page.frame.is_past and not is_lost(), timeout=10_000)
    assert not problems
