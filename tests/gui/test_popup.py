import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gan_studio.gui.forms.editors import Pick
from gan_studio.gui.widgets.field_rows import FieldRows
from gan_studio.gui.widgets.popup import place
from gan_studio.gui.widgets.value_slider import ValueSlider

pytestmark = pytest.mark.gui

WINDOW = QRect(0, 19, 1280, 781)


def test_a_wide_list_ends_where_its_field_ends():
    field = QRect(1122, 71, 136, 28)
    found = place(QRect(1122, 65, 136, 87), 220, field, WINDOW)
    assert (found.right(), found.width()) == (field.right(), 220)


def test_a_list_stays_where_it_fits():
    popup = QRect(300, 65, 200, 87)
    assert place(popup, 150, QRect(300, 71, 200, 28), WINDOW) == popup


def test_no_list_leaves_the_window():
    found = place(QRect(1270, 65, 60, 87), 5000, QRect(1200, 71, 60, 28), WINDOW)
    assert (found.left(), found.right()) == (WINDOW.left(), WINDOW.right())


def test_entries_of_a_narrow_field_can_be_read(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    pick = Pick(window)
    pick.set_choices([(n, f"relativistic pairing, variant {n}", "") for n in range(3)])
    pick.setGeometry(500, 20, 90, 28)
    window.show()
    qtbot.waitExposed(window)
    pick.showPopup()
    view, right = pick.view(), pick.mapToGlobal(pick.rect().topRight()).x()
    assert view.viewport().width() >= view.sizeHintForColumn(0)
    assert view.window().geometry().right() <= right
    pick.hidePopup()


def test_every_part_of_a_named_slider_has_its_name(qtbot):
    rows = FieldRows()
    qtbot.addWidget(rows)
    slider = ValueSlider("", 0.0, 2.0, 1.0)
    rows.add_row("Strength", slider, "How far from the middle.")
    assert slider._track.accessibleName() == "Strength"
    assert slider._number.accessibleName() == "Strength, typed"
    assert slider._number.toolTip() == slider._track.toolTip() == "How far from the middle."
