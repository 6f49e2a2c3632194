"""Take away: three buttons with a small dialog each, and work that can be cancelled."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gan_studio.core.errors import Cancelled, DiskProblem
from gan_studio.exporters.base import DATASET, EXPORTERS, MODEL, SAMPLES, Exported
from gan_studio.exporters.image_folder import LabelledFolder
from gan_studio.exporters.png import places_of_png
from gan_studio.exporters.samples_folder import SamplesFolder
from gan_studio.gui.pages.explore.take_away import BUTTONS, TakeAway
from gan_studio.inference.places import Place
from gan_studio.jobs.run_data import NotHere
from tests.gui.model_runs import a_bundle, replaced

pytestmark = pytest.mark.gui
POINT = Place(np.linspace(-1, 1, 4, dtype=np.float32), psi=0.7, seed=12)


@pytest.fixture
def take(qtbot, folders):
    """The widget with a small model."""
    widget = TakeAway(folders)
    qtbot.addWidget(widget)
    widget.resize(264, 200)
    widget.show()
    widget.set_model(a_bundle("gan", latent_dim=4))
    return widget


@pytest.fixture
def heard(take):
    """What was done and what failed."""
    heard = []
    take.done.connect(lambda path: heard.append(path))
    take.failed.connect(heard.append)
    return heard


def ask(take, group, folder, key=None, **options):
    """Open the dialog, choose, and leave it open."""
    take.buttons[group].click()
    dialog = take.dialog
    if key is not None:
        dialog.format.set_value(key)
        dialog.format.changed.emit()
    dialog.folder.set_value(str(folder))
    for name, value in options.items():
        dialog.form.row(name).set_value(value)
    dialog._check()
    return dialog


def finish(qtbot, take, heard):
    qtbot.waitUntil(lambda: bool(heard) and not take.is_working, timeout=20_000)
    return heard[-1]


class Held:
    """A stand-in for an export that waits until the test lets it go on."""

    def __init__(self, monkeypatch, format_type):
        self.began, self.go_on = threading.Event(), threading.Event()
        self.ended = None
        monkeypatch.setattr(format_type, "write", lambda *args: self.write(*args))

    def write(self, exporter, source, out, watch):
        self.source = source
        watch.tell(3, 10, "draw")
        self.began.set()
        self.go_on.wait(10)
        try:
            watch.tell(5, 10, "draw")
        except Cancelled:
            self.ended = "cancelled"
            raise
        self.ended = "done"
        return Exported(out, notes=("All is well.",))


def test_without_a_model_there_is_nothing_to_take(take):
    take.set_model(None)
    assert not any(button.isEnabled() for button in take.buttons.values())
    take.set_model(a_bundle("gan", latent_dim=4))
    assert all(button.isEnabled() for button in take.buttons.values())


def test_buttons_explain_themselves_and_have_keys(take):
    keys = set()
    for group, (_text, _tip, key) in BUTTONS.items():
        button = take.buttons[group]
        assert button.shortcut().toString() == key
        assert key in button.toolTip()
        assert button.accessibleName().startswith("Take away: ")
        keys.add(key)
    assert len(keys) == 3


def test_a_dialog_offers_the_formats_of_its_group(take, tmp_path):
    for group in (MODEL, SAMPLES, DATASET):
        dialog = ask(take, group, tmp_path)
        offered = [dialog.format.itemData(at) for at in range(dialog.format.count())]
        assert offered == [e.key for e in EXPORTERS if e.extra["group"] == group]
        texts = [label.text() for label in dialog.findChildren(QLabel)]
        assert EXPORTERS.get(dialog.key).help in texts
        dialog.grab()
        dialog.reject()
        assert take.dialog is None


def test_samples_are_written_beside_the_window(qtbot, take, heard, tmp_path):
    dialog = ask(take, SAMPLES, tmp_path, count=70, seed=9)
    dialog.name.setText("mine")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert take.is_working
    assert take.bar.isVisible()
    assert not take.buttons[SAMPLES].isEnabled()
    assert finish(qtbot, take, heard) == str(tmp_path / "mine")
    assert len(list((tmp_path / "mine").glob("*.png"))) == 70
    assert not take.bar.isVisible()
    assert not take.cancel_button.isVisible()
    assert take.buttons[SAMPLES].isEnabled()


def test_the_folder_is_remembered_and_nothing_is_overwritten(qtbot, take, heard, tmp_path):
    ask(take, SAMPLES, tmp_path, "sheet", count=4).accept()
    first = finish(qtbot, take, heard)
    assert first.endswith("gan-sheet.png")
    heard.clear()
    take.buttons[SAMPLES].click()
    assert take.dialog.folder.value() == str(tmp_path)
    take.dialog.format.set_value("sheet")
    take.dialog.format.changed.emit()
    assert take.dialog._where.text().endswith("gan-sheet-2.png")
    take.dialog.accept()
    assert finish(qtbot, take, heard).endswith("gan-sheet-2.png")
    assert len(list(tmp_path.glob("*.png"))) == 2


def test_this_picture_holds_its_place(qtbot, take, heard, tmp_path):
    take.set_point(POINT)
    dialog = ask(take, SAMPLES, tmp_path, "picture")
    assert dialog.form.row("seed").isHidden()
    assert dialog.form.row("psi").isHidden()
    assert not dialog.form.row("multiple").isHidden()
    dialog.accept()
    back = places_of_png(finish(qtbot, take, heard), 4).items[0]
    assert back.z.tobytes() == POINT.z.tobytes()
    assert (back.psi, back.seed) == (0.7, 12)


def test_samples_take_the_truncation_of_where_we_are(take, tmp_path):
    take.set_point(POINT)
    dialog = ask(take, SAMPLES, tmp_path)
    assert dialog.form.value().psi == 0.7
    dialog.reject()


def test_a_model_says_how_well_it_compares(qtbot, take, heard, tmp_path):
    ask(take, MODEL, tmp_path, "torchscript").accept()
    assert finish(qtbot, take, heard).endswith("gan-torchscript")
    assert take.words.text().startswith("Read again by torch.jit")
    assert take.words.isVisible()


def test_classes_are_chosen_where_there_are_some(take, tmp_path):
    dialog = ask(take, SAMPLES, tmp_path)
    assert dialog.form.row("class_name").isHidden()
    dialog.reject()
    take.set_model(a_bundle("conditional_gan", latent_dim=4))
    dialog = ask(take, SAMPLES, tmp_path, class_name="7")
    editor = dialog.form.row("class_name").editor
    assert not dialog.form.row("class_name").isHidden()
    assert [editor.itemText(at) for at in range(3)] == ["all in turn", "0", "1"]
    assert dialog.order().exporter.options.class_name == "7"
    dialog.reject()


@pytest.mark.parametrize("name", ["", "a/b", "..", "what?"])
def test_a_bad_name_is_told_at_once(take, tmp_path, name):
    dialog = ask(take, SAMPLES, tmp_path)
    dialog.name.setText(name)
    dialog.name.textEdited.emit(name)
    assert "A plain name is needed." in [item.text() for item in dialog.findChildren(QLabel)]
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_values_out_of_range_are_told_at_once(take, tmp_path):
    dialog = ask(take, SAMPLES, tmp_path, count=0)
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_a_data_set_without_classes_is_told_before_it_begins(take, tmp_path):
    from dataclasses import replace

    bundle = a_bundle("gan", latent_dim=4)
    take.set_model(replace(bundle, spec=replace(bundle.spec, class_names=())))
    dialog = ask(take, DATASET, tmp_path)
    assert "has no classes" in dialog._problem.text()
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_cancel_ends_it_and_nothing_more_is_said(qtbot, take, heard, tmp_path, monkeypatch):
    held = Held(monkeypatch, SamplesFolder)
    ask(take, SAMPLES, tmp_path).accept()
    qtbot.waitUntil(lambda: take.words.text() == "Drawing pictures: 3 of 10")
    assert take.cancel_button.isVisible()
    take.cancel_button.click()
    assert take.words.text() == "Cancelled; nothing was written."
    assert take.buttons[SAMPLES].isEnabled()
    held.go_on.set()
    qtbot.waitUntil(lambda: held.ended == "cancelled")
    assert heard == []
    assert not list(tmp_path.glob("*gan*"))


def test_it_goes_on_with_the_model_it_began_with(qtbot, take, heard, tmp_path, monkeypatch):
    held, first = Held(monkeypatch, SamplesFolder), take._bundle
    ask(take, SAMPLES, tmp_path).accept()
    qtbot.waitUntil(held.began.is_set)
    take.set_model(None)
    assert take.is_working
    assert take.cancel_button.isVisible()
    held.go_on.set()
    assert finish(qtbot, take, heard).endswith("gan-samples")
    assert held.source.bundle is first
    assert take.words.text() == "All is well."
    assert not take.buttons[SAMPLES].isEnabled()


def test_what_fails_is_handed_to_the_page(qtbot, take, heard, tmp_path, monkeypatch):
    def full(*_args):
        raise DiskProblem(path="x", reason="the disk is full")

    monkeypatch.setattr(SamplesFolder, "write", full)
    ask(take, SAMPLES, tmp_path).accept()
    assert isinstance(finish(qtbot, take, heard), DiskProblem)
    assert not take.bar.isVisible()
    assert not take.words.isVisible()


def test_data_that_is_not_here_is_told(qtbot, take, heard, tmp_path, monkeypatch):
    """A data set would have to be downloaded: the page says so, nothing is fetched."""
    from gan_studio.data.kinds.digits import Digits

    monkeypatch.setattr(Digits, "is_here", lambda self, context: False)
    ask(take, DATASET, tmp_path).accept()
    assert isinstance(finish(qtbot, take, heard), NotHere)
    assert not list(tmp_path.glob("*dataset*"))


def test_a_new_model_closes_the_question_about_the_old_one(take, tmp_path):
    ask(take, MODEL, tmp_path)
    take.set_model(a_bundle("gan", latent_dim=4))
    assert take.dialog is None


def test_every_control_of_a_dialog_has_a_name_and_a_tip(take, tmp_path):
    from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

    for group in (MODEL, SAMPLES, DATASET):
        dialog = ask(take, group, tmp_path)
        for kind in (QComboBox, QLineEdit, QPushButton):
            for control in dialog.findChildren(kind):
                if control.isVisible():
                    assert control.accessibleName() or control.text(), control
                    assert control.toolTip() or control.parent().toolTip(), control
        dialog.reject()


def test_a_labelled_set_uses_the_runs_own_data(qtbot, take, heard, tmp_path, monkeypatch):
    seen = []

    def write(self, source, out, watch):
        seen.append(source.prepare(watch))
        return Exported(out)

    monkeypatch.setattr(LabelledFolder, "write", write)
    ask(take, DATASET, tmp_path).accept()
    finish(qtbot, take, heard)
    assert seen[0].title == "Digits"
    assert len(seen[0].spec.class_names) == 10


def test_newer_weights_of_the_run_leave_the_dialog_open(take, tmp_path):
    bundle = replaced(a_bundle("gan", latent_dim=4), run_dir=tmp_path / "run")
    take.set_model(bundle)
    dialog = ask(take, SAMPLES, tmp_path)
    take.set_model(replaced(bundle, step=200))
    assert take.dialog is dialog
    take.set_model(replaced(bundle, run_dir=tmp_path / "other"))
    assert take.dialog is None
