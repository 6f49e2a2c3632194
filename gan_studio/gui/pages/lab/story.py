"""Words above the stage: a page of a lesson, or a failure with its cure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

MOST_ANSWERS = 4


class Story(QFrame):
    """Title, text, answers to choose from, and buttons. Hidden while there is nothing to tell.

    Signals:
        answered: the number of the answer that a person chose.
        acted: the page's own button was pressed.
        turned: -1 or 1, to the page before or after.
        closed: the person has had enough.
    """

    answered = Signal(int)
    acted = Signal()
    turned = Signal(int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(_("Story"))
        self._title, self._text, self._reveal = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "card-title")
        for label in (self._text, self._reveal):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.MarkdownText)
        self._reveal.hide()
        self.answers = [self._button("", "") for _index in range(MOST_ANSWERS)]
        for index, button in enumerate(self.answers):
            button.clicked.connect(partial(self._on_answer, index))
        self.action = self._button("", "")
        self.action.clicked.connect(self.acted)
        self.back = self._button(_("Back"), _("To the page before. (Page Up)"), "PgUp")
        self.next = self._button(_("Next"), _("To the next page. (Page Down)"), "PgDown")
        self.close_button = self._button(_("Close"), _("Leave the story; the game stays."))
        self.back.clicked.connect(partial(self.turned.emit, -1))
        self.next.clicked.connect(partial(self.turned.emit, 1))
        self.close_button.clicked.connect(self.closed)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(QKeySequence(key), self).activated.connect(self._on_return)
        self._can_go_on = False
        self._build()
        self.hide()

    def show_page(
        self,
        title: str,
        text: str,
        *,
        action: str = "",
        question: str = "",
        answers: Sequence[str] = (),
        pages: tuple[int, int] | None = None,
    ) -> None:
        """Tell this now.

        Args:
            title: in bold.
            text: short Markdown.
            action: words of the page's own button; none without.
            question: asked below the text, with `answers` to choose from.
            answers: at most four.
            pages: number of this page and of all, for stories with several.
        """
        number = (
            "" if pages is None else _(" · {page} of {pages}").format(page=pages[0], pages=pages[1])
        )
        self._title.setText(title + number)
        self._text.setText(f"{text}\n\n**{question}**" if question else text)
        self._reveal.hide()
        for index, button in enumerate(self.answers):
            button.setVisible(index < len(answers))
            button.setEnabled(True)
            if index < len(answers):
                button.setText(f"{index + 1}  {answers[index]}")
                button.setShortcut(str(index + 1))  # after the text, which takes it away
                button.setAccessibleName(answers[index])
        self.action.setVisible(bool(action))
        self.action.setText(action)
        self.action.setEnabled(not answers)  # or the game would tell the answer
        self.action.setToolTip(_("{action} (Return)").format(action=action))
        self.action.setAccessibleName(action)
        for button in (self.back, self.next):
            button.setVisible(pages is not None)
        self._can_go_on = pages is not None and pages[0] < pages[1] and not answers
        self.back.setEnabled(pages is not None and pages[0] > 1)
        self.next.setEnabled(self._can_go_on)
        self._place_answers()
        self.show()

    def reveal(self, text: str, *, can_go_on: bool) -> None:
        """Say what is right, after an answer."""
        self._reveal.setText(text)
        self._reveal.show()
        for button in self.answers:
            button.setEnabled(False)
        self.action.setEnabled(True)
        self._can_go_on = can_go_on
        self.next.setEnabled(can_go_on)

    def hold(self, is_held: bool) -> None:
        """Turn no page while the game is on its way to where the next one begins."""
        self.next.setEnabled(self._can_go_on and not is_held)

    def shown_text(self) -> str:
        """All words that are shown."""
        reveal = "" if self._reveal.isHidden() else self._reveal.text()
        return "\n".join([self._title.text(), self._text.text(), reveal])

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.CARD_PAD, 10, theme.CARD_PAD, 10)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        for button in (self.back, self.next, self.close_button):
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self._text)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for button in (*self.answers, self.action):
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addStretch(1)
        column.addLayout(self._row)
        column.addWidget(self._reveal)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_answers()

    def _place_answers(self) -> None:
        """Beside each other, or below where there is no room for that."""
        shown = [button for button in (*self.answers, self.action) if not button.isHidden()]
        wanted = sum(button.sizeHint().width() + self._row.spacing() for button in shown)
        fits = wanted <= self.width() - 2 * theme.CARD_PAD
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if fits else ways.TopToBottom)

    def _on_return(self) -> None:
        """The page's own button, or the next page where there is none or no more to do."""
        if self.action.isVisible() and self.action.isEnabled():
            self.action.click()
        elif self.next.isVisible():
            self.next.click()

    def _button(self, text: str, tooltip: str, shortcut: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "plain")
        button.setToolTip(tooltip)
        button.setAccessibleName(text)
        if shortcut:
            button.setShortcut(shortcut)
        return button

    def _on_answer(self, index: int, _is_checked: bool = False) -> None:
        self.answered.emit(index)
