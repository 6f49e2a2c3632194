import dataclasses

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea

from gan_studio.core.config import RunConfig, TrainConfig
from gan_studio.core.registry import NoOptions, Registry
from gan_studio.core.schema import Plug, default_plug, param
from gan_studio.core.schema_io import replace_path
from gan_studio.gui.forms.numbers import format_number, next_on_log, parse_number
from gan_studio.gui.forms.schema_form import SchemaForm
from gan_studio.models._adversarial import GameOptions

pytestmark = pytest.mark.gui


def registered_configs():
    yield pytest.param(TrainConfig, id="train")
    yield pytest.param(RunConfig, id="run")
    for kind in ("family", "dataset", "loss", "penalty"):
        for entry in Registry.of_kind(kind):
            yield pytest.param(entry.options, id=f"{kind}-{entry.key}")


@pytest.mark.parametrize("cls", list(registered_configs()))
def test_every_registered_config_survives_its_form(qtbot, cls):
    form = SchemaForm(cls)
    qtbot.addWidget(form)
    assert form.value() == cls()
    assert form.problems() == []
    assert form.changes() == 0


@pytest.mark.parametrize("key", [entry.key for entry in Registry.of_kind("family")])
def test_a_run_of_every_family_survives_its_form(qtbot, key):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    config = dataclasses.replace(RunConfig(), model=default_plug("family", key))
    form.set_value(config)
    assert form.value() == config


@pytest.mark.parametrize("cls", list(registered_configs()))
def test_every_form_fits_the_inspector(qtbot, cls):
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    form = SchemaForm(cls)
    area.setWidget(form)
    area.resize(292, 700)
    area.show()
    assert form.minimumSizeHint().width() <= 276


def type_into(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_typed_number_becomes_a_new_config(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    before = form.value()
    with qtbot.waitSignal(form.changed):
        type_into(qtbot, form.row("batch_size").editor, "128")
    assert form.value() == dataclasses.replace(before, batch_size=128)
    assert before.batch_size == 64


def test_setting_values_is_silent(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    with qtbot.assertNotEmitted(form.changed):
        form.set_value(TrainConfig(batch_size=8))
        form.set_reference(TrainConfig())
    assert form.value().batch_size == 8


def test_a_number_out_of_range_is_named_below_its_field(qtbot):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    type_into(qtbot, form.row("train.batch_size").editor, "0")
    assert form.refresh_problems() == ["train.batch_size: 0 is below 1"]
    assert form.row("train.batch_size")._problem.text() == "0 is below 1"
    type_into(qtbot, form.row("train.batch_size").editor, "2")
    assert form.refresh_problems() == []
    assert form.row("train.batch_size")._problem.isHidden()


def test_a_dot_marks_a_change_and_brings_the_preset_back(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    form.set_reference(TrainConfig(steps=500))
    row = form.row("steps")
    assert not row.dot.isHidden()
    assert "500" in row.dot.toolTip()
    with qtbot.waitSignal(form.changed):
        row.dot.click()
    assert form.value().steps == 500
    assert row.dot.isHidden()
    assert form.changes() == 0


def test_fields_hide_while_they_do_not_matter(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    assert form.row("final_rate").isHidden()
    form.set_value(TrainConfig(schedule="cosine"))
    assert not form.row("final_rate").isHidden()


def test_each_algorithm_shows_its_own_settings(qtbot):
    form = SchemaForm(GameOptions)
    qtbot.addWidget(form)
    own = {"adam": {"beta1", "beta2"}, "sgd": {"momentum"}, "rmsprop": {"alpha"}}
    for algorithm, shown in own.items():
        form.set_value(GameOptions(optimiser=algorithm))
        for name in set().union(*own.values()):
            assert form.row(name).isHidden() == (name not in shown)


def test_choosing_another_entry_keeps_the_options_of_the_first(qtbot):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    config = replace_path(RunConfig(), "model.latent_dim", 7)
    form.set_value(config)
    row = form.row("model")
    for key in ("autoencoder", "gan"):
        row.pick.set_value(key)
        row.pick.changed.emit()
        assert form.value().model.key == key
    assert form.value() == config


def test_penalties_are_ticked_with_their_options(qtbot):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    row = form.row("model.penalties")
    with qtbot.waitSignal(form.changed):
        row.tick("r1").click()
    assert form.value().model.options.penalties == (default_plug("penalty", "r1"),)
    type_into(qtbot, row.form.row("gamma").editor, "10")
    assert form.value().model.options.penalties[0].options.gamma == 10
    row.tick("r1").click()
    assert form.value() == RunConfig()


def test_the_order_of_penalties_is_kept(qtbot):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    both = (default_plug("penalty", "r2"), default_plug("penalty", "r1"))
    config = replace_path(RunConfig(), "model.penalties", both)
    form.set_value(config)
    assert form.value() == config


def test_folded_changes_are_counted(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    form.set_reference(TrainConfig())
    form.set_value(TrainConfig(threads=2, clip_norm=1.0))
    assert "2" in form._fold._button.text()


def test_read_only_leaves_values_readable(qtbot):
    form = SchemaForm(RunConfig)
    qtbot.addWidget(form)
    form.set_read_only(True)
    assert not form.row("train.steps").editor.isEnabled()
    assert not form.row("model").pick.isEnabled()
    form.set_read_only(False)
    assert form.row("train.steps").editor.isEnabled()


def wheel(widget, turn, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(3, 3),
        QPointF(3, 3),
        QPoint(),
        QPoint(0, 120 * turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_steps_only_the_focused_field(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    field = form.row("steps").editor
    form.row("seed").editor.setFocus()
    wheel(field, 1)
    assert form.value().steps == 10_000
    field.setFocus()
    wheel(field, 1)
    assert form.value().steps == 11_000
    wheel(field, -1, Qt.KeyboardModifier.ShiftModifier)
    assert form.value().steps == 1_000
    wheel(field, -1, Qt.KeyboardModifier.ShiftModifier)
    assert form.value().steps == 1


@dataclasses.dataclass(frozen=True)
class Everything:
    word: str = param("abc", label="Word", help="A word.")
    folder: str = param("", label="Folder", help="A folder.", is_path=True)
    rate: float = param(2e-4, label="Rate", help="A rate.", lo=0.0, hi=1.0, is_log=True)
    on: bool = param(True, label="On", help="Whether.")


def test_other_kinds_of_fields(qtbot):
    form = SchemaForm(Everything)
    qtbot.addWidget(form)
    config = Everything("x", "/tmp", 3e-5, False)
    form.set_value(config)
    assert form.value() == config
    field = form.row("rate").editor
    assert field.text() == "3e-5"
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert form.value().rate == 5e-5
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert form.value().rate == 5e-4


def test_an_entry_without_options_has_no_form(qtbot):
    form = SchemaForm(NoOptions)
    qtbot.addWidget(form)
    assert form.value() == NoOptions()
    assert Plug("x", form.value()) == Plug("x", NoOptions())


@pytest.mark.parametrize(
    ("value", "is_int", "text"),
    [
        (20_000, True, "20,000"),
        (2e-4, False, "0.0002"),
        (2e-5, False, "2e-5"),
        (0.1 + 0.2, False, "0.30000000000000004"),
        (10.0, False, "10"),
    ],
)
def test_numbers_read_back_as_they_are_shown(value, is_int, text):
    assert format_number(value, is_int=is_int) == text
    assert parse_number(text, is_int=is_int) == value


def test_numbers_as_people_type_them():
    assert parse_number("1e5", is_int=True) == 100_000
    assert parse_number("0,5", is_int=False) == 0.5
    assert parse_number("1.5", is_int=True) is None
    assert parse_number("", is_int=False) is None
    assert parse_number("nan", is_int=False) is None


def test_logarithmic_steps_walk_1_2_5():
    walk = [1e-4]
    for _ in range(4):
        walk.append(next_on_log(walk[-1], up=True))
    assert walk == [1e-4, 2e-4, 5e-4, 1e-3, 2e-3]
    assert next_on_log(3e-4, up=False) == 2e-4
    assert next_on_log(1e-7, up=False) == 0
    assert next_on_log(0, up=True) == 1e-7


def test_a_zero_that_is_a_choice_reads_as_a_word(qtbot):
    form = SchemaForm(TrainConfig)
    qtbot.addWidget(form)
    field = form.row("threads").editor
    assert field.text() == "auto"
    type_into(qtbot, field, "2")
    assert form.value().threads == 2
    type_into(qtbot, field, "auto")
    assert form.value().threads == 0
    assert field.text() == "auto"
