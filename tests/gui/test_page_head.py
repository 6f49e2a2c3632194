import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.page_head import PageHead

pytestmark = pytest.mark.gui

CHIPS = ["GAN (MLP) · Digits · step 1,000", "following the run", "seed 1"]


@pytest.fixture
def page(qtbot):
    page = QWidget()  # a window of its own would not let itself be made too narrow
    qtbot.addWidget(page)
    return page


@pytest.fixture
def head(page):
    page.resize(1200, 700)
    head = PageHead("Train", page)
    for text in ("Step D", "Step G", "Stop"):
        head.add_button(text, "Does it.")
    head.add_button("Train", "Trains.", primary=True)
    head.set_chips(CHIPS)
    page.show()
    return head


def places(head, widgets):
    return [QRect(w.mapTo(head, w.rect().topLeft()), w.size()) for w in widgets if w.isVisible()]


@pytest.mark.parametrize("width", [1100, 760, 640, 420, 360])
def test_nothing_in_the_head_is_cut_or_covered(qtbot, head, width):
    head.resize(width, 80)
    qtbot.wait(20)
    buttons = [
        row.itemAt(i).widget() for row in (head._plain, head._primary) for i in range(row.count())
    ]
    chips = [label for label in head._chip_labels if label.isVisible()]
    found = places(head, [head._title, *chips, *buttons])
    assert len(found) == 1 + len(chips) + len(buttons)
    for index, place in enumerate(found):
        assert head.rect().contains(place)
        assert not any(place.intersects(other) for other in found[:index])
    for widget in (*chips, *buttons):
        assert widget.width() >= widget.sizeHint().width()


def test_chips_that_do_not_fit_are_told_by_the_title(qtbot, head):
    head.resize(1100, 40)
    assert head._title.toolTip() == ""
    head.resize(head._title.sizeHint().width() + head._buttons.sizeHint().width() + 30, 40)
    assert "seed 1" in head._title.toolTip()
    assert head.chips() == CHIPS


def test_a_card_shows_as_much_of_its_note_as_there_is_room_for(qtbot):
    card = Card("What the generator draws")
    qtbot.addWidget(card)
    card.show()
    card.set_note("generated (EMA), the same 64 noises", "generated")
    for width, words in ((700, "generated (EMA), the same 64 noises"), (330, "generated")):
        card.resize(width, 200)
        assert (card._note.text(), card._note.isVisible()) == (words, True)
    card.resize(230, 200)
    assert not card._note.isVisible()


def test_buttons_that_do_not_fit_go_to_a_menu_and_keep_their_keys(qtbot, page):
    page.resize(700, 500)  # low: no second line for buttons
    head = PageHead("Lab", page)
    pressed = []
    buttons = []
    for number in range(5):
        button = head.add_button(
            f"Button number {number}", "Does it.", shortcut=f"Ctrl+Alt+{number}"
        )
        button.clicked.connect(lambda _checked=False, index=number: pressed.append(index))
        buttons.append(button)
    head.add_button("Play", "Plays.", primary=True)
    page.show()
    head.resize(420, 80)
    qtbot.waitUntil(lambda: head._more.isVisible())
    hidden = [button for button in buttons if button.isHidden()]
    assert hidden == buttons[-len(hidden) :]
    assert not buttons[0].isHidden()
    actions = head._more._menu.actions()
    assert [action.text() for action in actions] == [button.text() for button in hidden]
    assert actions[-1].shortcut().toString() == "Ctrl+Alt+4"
    hidden[-1].setEnabled(False)
    head._more._follow()
    assert not actions[-1].isEnabled()
    actions[0].trigger()
    assert pressed == [buttons.index(hidden[0])]
    head.resize(1200, 80)
    qtbot.waitUntil(lambda: not any(button.isHidden() for button in buttons))
    assert head._more.isHidden()
