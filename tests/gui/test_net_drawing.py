"""The model as a drawing: the widget, Reconstruct's panel and Train's card."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QToolTip

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import Cancelled, ShapeMismatch
from gan_studio.core.events import RunState
from gan_studio.core.registry import Registry
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import Plug, default_plug
from gan_studio.core.schema_io import from_plain, replace_path
from gan_studio.gui import theme
from gan_studio.gui.pages.reconstruct import ReconstructPage
from gan_studio.gui.pages.reconstruct.model_panel import ModelPanel
from gan_studio.gui.pages.train import TrainPage
from gan_studio.gui.widgets import net_export
from gan_studio.gui.widgets.net_drawing import NetDrawing
from gan_studio.gui.widgets.net_paint import NetPainting
from gan_studio.gui.widgets.net_plan import chains_of, height_share
from gan_studio.inference.architecture import Architecture, Layer, Net
from gan_studio.inference.architecture_words import untraced_words
from gan_studio.inference.tracing import architecture_of
from tests.gui.model_runs import use_real_models, write_run

pytestmark = pytest.mark.gui

SPEC = SampleSpec((1, 28, 28), tuple("0123456789"))


def dense(*sizes):
    return tuple(
        Layer("dense", (size,), before * size + size, then=("ReLU",))
        for before, size in itertools.pairwise(sizes)
    )


def an_autoencoder(z=2):
    """784-512-z and back, without torch."""
    nets = []
    for name, sizes in (("encoder", (784, 512, z)), ("decoder", (z, 512, 784))):
        takes, gives = ("x", "z") if name == "encoder" else ("z", "x̂")
        layers = dense(*sizes)
        inputs = (1, 28, 28) if name == "encoder" else (z,)
        total = sum(layer.parameters for layer in layers)
        nets.append(Net(name, name, takes, gives, inputs, layers, total))
    return Architecture("Autoencoder", tuple(nets), (1, 28, 28), z)


def built(key):
    return architecture_of(default_plug("family", key), SPEC)


@pytest.fixture
def drawing(qtbot):
    widget = NetDrawing()
    qtbot.addWidget(widget)
    widget.resize(700, 220)
    widget.set_architecture(an_autoencoder(), "latent 2")
    widget.show()
    widget.grab()  # painted, so that every layer has its place
    return widget


@pytest.fixture(autouse=True)
def light():
    yield
    theme.restyle("light", 1.0)


# --- where things stand


def test_z_is_one_bar_that_both_nets_share():
    (chain,) = chains_of(an_autoencoder())
    assert [bar.text for bar in chain.bars] == ["784", "512", "2", "512", "784"]
    assert [bar.symbol for bar in chain.bars] == ["x", "", "z", "", "x̂"]
    assert [bar.color for bar in chain.bars] == ["real", "accent", "text", "muted", "generated"]
    assert chain.bars[0].below == chain.bars[-1].below == "28×28"
    assert chain.span(0) == (0, 2)
    assert chain.span(1) == (2, 4)


def test_g_hands_on_to_d_and_d_narrows():
    (chain,) = chains_of(built("gan"))
    symbols = [bar.symbol for bar in chain.bars]
    assert symbols == ["z", "", "", "", "x̂", "x, x̂", "", "", "", "D(x)"]
    assert [joint.net for joint in chain.joints].count(-1) == 1
    colors = {bar.color for bar in chain.bars}
    assert {"generated", "discriminator", "real", "text"} == colors


def test_a_vae_shows_both_parts_before_z():
    (chain,) = chains_of(built("vae"))
    assert [bar.text for bar in chain.bars] == ["784", "400", "40", "20", "400", "784"]
    assert [bar.symbol for bar in chain.bars] == ["x", "", "μ, log σ²", "z", "", "x̂"]


def test_d_of_an_aae_stands_on_a_line_of_its_own():
    above, below = chains_of(built("aae"))
    assert above.bars[3].symbol == "z"
    assert [bar.symbol for bar in below.bars] == ["z", "", "", "D(z)"]


def test_what_is_joined_to_z_is_named():
    (chain,) = chains_of(built("conditional_gan"))
    assert chain.bars[0].symbol == "z + 10"
    assert "x, x̂ + 10" in [bar.symbol for bar in chain.bars]


def test_heights_follow_the_logarithm():
    assert height_share(784, 784) == 1.0
    assert height_share(784, 784**2) == pytest.approx(0.525)
    assert 0 < height_share(1, 784) < height_share(2, 784) < height_share(32, 784)
    assert height_share(0, 1) == 1.0


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("key", [entry.key for entry in Registry.of_kind("family")])
def test_texts_never_touch(qtbot, key, scale):
    theme.restyle("light", scale)
    painting = NetPainting(built(key), NetDrawing().font())
    width = painting.least_width
    for index, chain in enumerate(painting.chains):
        line = painting._place(index, chain, width, 0.0)
        for name in ("text", "below", "symbol"):
            words = [getattr(bar, name) for bar in chain.bars]
            ends = [
                (x - painting.fonts.width(text) / 2, x + painting.fonts.width(text) / 2)
                for x, text in zip(line.xs, words, strict=True)
                if text
            ]
            assert all(right[0] > left[1] for left, right in itertools.pairwise(ends))
            assert ends[0][0] >= 0 if ends else True
            assert ends[-1][1] <= width + 1 if ends else True


# --- the widget


def test_it_reads_itself_out(drawing):
    assert drawing.accessibleName() == "latent 2"
    words = drawing.accessibleDescription()
    assert "Encoder: 784, 512, 2; 402,946 parameters" in words
    assert "392 to 1" in words


def test_arrow_keys_go_from_layer_to_layer(qtbot, drawing):
    told = []
    drawing.pointed.connect(told.append)
    for _ in range(5):
        qtbot.keyClick(drawing, Qt.Key.Key_Right)
    assert len(told) == 5
    assert told[4] == told[0]  # four layers, then from the start
    words = "Encoder: 1 × 28 × 28 → 512: dense, ReLU; 401,920 parameters"
    assert drawing.accessibleDescription() == words
    qtbot.keyClick(drawing, Qt.Key.Key_Left)
    assert drawing.accessibleDescription().startswith("Decoder: 512 → 784")
    drawing.clearFocus()
    drawing._light(None)
    assert "392 to 1" in drawing.accessibleDescription()
    QToolTip.hideText()


def test_hover_tells_of_a_layer_and_lights_it(qtbot, drawing, monkeypatch):
    shown = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    before = drawing.grab().toImage()
    place = drawing.spots()[1].area.center().toPoint()
    qtbot.mouseMove(drawing, place)
    qtbot.waitUntil(lambda: drawing.grab().toImage() != before)
    event = QHelpEvent(QEvent.Type.ToolTip, place, drawing.mapToGlobal(place))
    drawing.event(event)
    assert shown == ["Encoder: 512 → 2: dense, ReLU; 1,026 parameters"]
    assert drawing._spot_at(QPointF(1, 1)) is None


def test_a_common_scale_makes_bars_comparable(qtbot):
    heights = []
    for z in (2, 32):
        widget = NetDrawing()
        qtbot.addWidget(widget)
        widget.resize(700, 220)
        widget.set_architecture(an_autoencoder(z), largest=100_000)
        widget.grab()
        spot = widget.spots()[1]
        heights.append((spot.shape.at(1).y(), spot.shape.at(0).y()))
    (code_2, wide_2), (code_32, wide_32) = heights
    assert wide_2 == wide_32
    assert code_32 < code_2  # its top is higher


def test_it_paints_in_the_colours_of_the_theme(drawing):
    for name in ("light", "dark"):
        theme.restyle(name, 1.0)
        image = drawing.grab().toImage()
        seen = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        colors = theme.tokens()
        for token in (colors.real, colors.generated, colors.accent, colors.text):
            assert QColor(token).rgb() in seen, (name, token)


def test_larger_text_needs_more_room(drawing):
    before = drawing.minimumSizeHint()
    theme.restyle("light", 2.0)
    after = drawing.minimumSizeHint()
    assert after.width() > 1.5 * before.width()
    assert after.height() > 1.5 * before.height()


def test_an_empty_drawing_is_nothing(qtbot):
    widget = NetDrawing()
    qtbot.addWidget(widget)
    widget.resize(300, 100)
    widget.grab()
    assert widget.words() == ""
    assert widget.minimumSizeHint().height() == 0
    qtbot.keyClick(widget, Qt.Key.Key_Right)


def test_it_is_saved_as_png_and_svg_and_copied(qtbot, drawing, tmp_path, monkeypatch):
    paths = iter([(str(tmp_path / "a"), "Drawing (*.svg)"), (str(tmp_path / "b.png"), "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: next(paths))
    assert net_export.save(drawing, [drawing]).endswith("a.svg")
    assert net_export.save(drawing, [drawing, drawing]).endswith("b.png")
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert {"784", "512", "2", "Encoder", "Decoder", "latent 2"} <= set(
        re.findall(r">([^<>]+)</text>", text)
    )
    assert QSvgRenderer(str(tmp_path / "a.svg")).isValid()
    one, two = net_export.as_image([drawing]), QImage(str(tmp_path / "b.png"))
    assert two.height() > 1.8 * one.height()
    net_export.copy([drawing])
    clipboard = QGuiApplication.clipboard()
    assert "392 to 1" in clipboard.text()
    assert clipboard.image().size() == one.size()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: ("", ""))
    assert net_export.save(drawing, [drawing]) == ""


# --- Reconstruct


@pytest.fixture
def reconstruct(qtbot, session, engine, folders):
    use_real_models(engine)
    paths = [write_run(folders, "autoencoder", latent_dim=size) for size in (32, 2)]

    def compare(bundles, wish):
        raise Cancelled  # what is compared is no matter here, and takes its time

    page = ReconstructPage(session, compare)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 760)
    page.show()
    page.on_shown()
    qtbot.waitUntil(lambda: page.models.first is not None, timeout=20_000)
    yield page, paths
    page.on_hidden()


def test_every_chosen_model_is_drawn_on_one_scale(qtbot, reconstruct):
    page, paths = reconstruct
    panel = next(item for item in page.panels.all() if isinstance(item, ModelPanel))
    assert panel.nets.drawings == []  # nobody looks yet
    page.panels.show_panel(panel)
    qtbot.waitUntil(lambda: len(panel.nets.drawings) == 1, timeout=20_000)
    assert panel.nets.drawings[0].architecture.nets[0].sizes == (784, 512, 256, 2)
    page.models.add(paths[0], "latent 32")
    qtbot.waitUntil(lambda: len(panel.nets.drawings) == 2, timeout=20_000)
    titles = [item.title for item in panel.nets.drawings]
    assert [title.split(" · ")[0] for title in titles] == ["latent 2", "latent 32"]
    assert {item.largest for item in panel.nets.drawings} == {784}
    page.models.remove(paths[0])
    assert len(panel.nets.drawings) == 1


def test_a_run_that_trains_does_not_begin_the_drawing_again(qtbot, reconstruct):
    page, _paths = reconstruct
    panel = next(item for item in page.panels.all() if isinstance(item, ModelPanel))
    page.panels.show_panel(panel)
    task = panel._task
    page.models.changed.emit()  # as newer weights do
    assert panel._task is task
    assert not task.is_cancelled
    qtbot.waitUntil(lambda: len(panel.nets.drawings) == 1, timeout=20_000)


def test_a_model_that_cannot_be_drawn_says_why(qtbot, reconstruct, monkeypatch):
    page, _paths = reconstruct
    panel = next(item for item in page.panels.all() if isinstance(item, ModelPanel))
    panel._on_failed(ValueError("broken plug-in"))
    assert panel.empty.title == "This model cannot be drawn"
    page.models.set_first(None)
    panel.on_shown()
    assert panel.empty.title == "No model yet"
    panel.on_hidden()


# --- Train


@pytest.fixture
def train(qtbot, new_session, engine, monkeypatch):
    engine.config = lambda plain: from_plain(RunConfig, plain)
    engine.drawn = an_autoencoder()
    monkeypatch.setattr(new_session, "presets", dict)
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    page = TrainPage(new_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 700)
    page.show()
    qtbot.waitUntil(lambda: card_of(page).drawing.architecture is not None, timeout=3000)
    return page


def card_of(page):
    return page.model._card


def change(page, path, value):
    page.session.set_draft(replace_path(page.session.config, path, value))


def test_the_drawing_follows_the_form(qtbot, train, engine):
    card = card_of(train)
    assert not card.isHidden()
    assert train.model.button.isChecked()
    engine.drawn = an_autoencoder(5)
    change(train, "model.latent_dim", 5)
    qtbot.waitUntil(lambda: card.drawing.architecture.latent_dim == 5, timeout=3000)
    assert engine.drafts[-1].model.options.latent_dim == 5
    asked = len(engine.drafts)
    change(train, "train.steps", 77)  # changes no net
    card._follow_soon.flush()
    assert len(engine.drafts) == asked


def test_what_cannot_be_built_greys_the_last_drawing(qtbot, train, engine):
    card = card_of(train)
    engine.drawn = ShapeMismatch(family="gan", shape="2 numbers", reason="of this", advice="Go.")
    change(train, "model.latent_dim", 7)
    qtbot.waitUntil(lambda: card.drawing.is_faded, timeout=3000)
    assert "because" not in card.problem.text()
    assert "of this" in card.problem.text()
    assert card.drawing.architecture is not None
    engine.drawn = an_autoencoder(8)
    change(train, "model.latent_dim", 8)
    qtbot.waitUntil(lambda: not card.drawing.is_faded, timeout=3000)
    assert card.problem.isHidden()


def test_data_that_nobody_has_looked_at_are_said_to_be_unknown(qtbot, train, engine):
    engine.drawn = None
    change(train, "model.latent_dim", 9)
    card = card_of(train)
    qtbot.waitUntil(lambda: "Data page" in card.problem.text(), timeout=3000)
    engine.drawn = an_autoencoder(9)  # they have been looked at
    train.hide()
    train.show()
    qtbot.waitUntil(lambda: card.drawing.architecture.latent_dim == 9, timeout=3000)
    assert card.problem.isHidden()


def test_a_run_takes_the_room_and_the_button_gives_it_back(qtbot, train, engine):
    card = card_of(train)
    train.main_action()
    qtbot.waitUntil(lambda: train.session.run is not None)
    qtbot.waitUntil(lambda: card.isHidden(), timeout=3000)
    qtbot.waitUntil(lambda: train.session.run.state is RunState.TRAINING, timeout=3000)
    train.model.button.click()
    assert not card.isHidden()
    assert card.height() < train.view.height()
    train.model.button.click()
    assert card.isHidden()


def test_a_hidden_card_computes_nothing(qtbot, train, engine):
    train.model.button.setChecked(False)
    asked = len(engine.drafts)
    change(train, "model.latent_dim", 11)
    card_of(train)._follow_soon.flush()
    assert len(engine.drafts) == asked
    train.model.button.setChecked(True)
    qtbot.waitUntil(lambda: len(engine.drafts) == asked + 1, timeout=3000)


def test_other_data_show_the_card_again(qtbot, train, engine):
    engine.holds = False
    train.main_action()
    qtbot.waitUntil(lambda: train.session.run is not None and not train.session.is_running)
    assert card_of(train).isHidden()
    points = Registry.of_kind("dataset").get("points_2d")
    train.receive(data=("points_2d", points.options()))
    assert not card_of(train).isHidden()
    assert train.session.config.data == Plug("points_2d", points.options())


def test_the_picture_below_is_as_high_as_it_must_be(train):
    card = card_of(train)
    assert card.drawing.height() >= card.drawing.minimumSizeHint().height()
    assert train.view.pictures.height() > 200
    assert card.mapTo(train.view, QPoint(0, card.height())).y() <= train.view.height()


def test_an_untraced_net_says_so(drawing):
    found = an_autoencoder()
    encoder = replace(found.nets[0], is_traced=False)
    drawing.set_architecture(replace(found, nets=(encoder, found.nets[1])))
    assert "read off the weights" in drawing.accessibleDescription()
    assert drawing._painting.note.endswith("* " + untraced_words())
