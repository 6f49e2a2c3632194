"""The card in which pictures are marked yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.forms.progress_strip import ProgressStrip
from gan_studio.gui.pages.explore.mark_grid import MarkGrid, MarkScroll
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.marking import Marking


class MarkCard(Card):
    """Shows a `Marking`.

    Signals:
        left: the person goes back to the list.
    """

    left = Signal()

    def __init__(self, desk: Directions, marking: Marking, parent: QWidget | None = None) -> None:
        super().__init__(_("Mark pictures"), parent)
        self._desk, self._marking = desk, marking
        self.grid = MarkGrid()
        self.area = MarkScroll(self.grid)
        self.strip = ProgressStrip()
        self._build_head()
        self.body.addWidget(self._build_question())
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self.strip)
        self.body.addWidget(self._build_foot())
        self._connect()
        self._show_counts()

    def _build_head(self) -> None:
        self.back = _button(
            _("Back to the list"), _("Leave the marks as they are; they are here when you return.")
        )
        self.back.setProperty("role", "link")
        self.header.addWidget(self.back)

    def _build_question(self) -> QWidget:
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("What do you look for? For example: slanted"))
        self.name.setAccessibleName(_("Name of the slider"))
        self.name.setToolTip(_("The name of the slider: what the pictures have that you mark yes."))
        self.counts = QLabel()
        self.counts.setToolTip(
            _("Some 20 to 200 marks, of both kinds, make a slider that can be relied on.")
        )
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.name, 1)
        row.addWidget(self.counts)
        return line

    def _build_foot(self) -> QWidget:
        self.advice = QLabel()
        self.advice.setProperty("role", "muted")
        self.advice.setWordWrap(True)
        self.keys = QLabel(
            _(
                "Click: yes · right click: no · again: neither. Keys: arrows; Y and N mark and "
                "go on to the next; Space clears."
            )
        )
        self.keys.setProperty("role", "muted")
        self.keys.setWordWrap(True)
        self.clear = _button(_("Clear"), _("Take every mark back."))
        self.more = _button(
            _("More pictures"),
            _(
                "Offer others; marked ones stay. As soon as both sides are marked, those come "
                "first that your marks leave in doubt: they teach the most."
            ),
        )
        self.make = _button(
            _("Make a slider"),
            _(
                "Let a small classifier learn your marks, let that mark thousands of samples, and "
                "find the straight way from no to yes. (Ctrl+Enter)"
            ),
        )
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.advice, 1)
        for button in (self.clear, self.more, self.make):
            row.addWidget(button)
        self.body.addWidget(self.keys)
        return foot

    def _connect(self) -> None:
        marking, maker = self._marking, self._desk.maker
        self.back.clicked.connect(self.left)
        self.clear.clicked.connect(marking.clear)
        self.more.clicked.connect(self._on_more)
        self.make.clicked.connect(self._on_make)
        self.grid.marked.connect(marking.mark)
        self.strip.cancelled.connect(maker.cancel)
        self.name.returnPressed.connect(self.grid.setFocus)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.make.click)
        marking.offered.connect(self._on_offered)
        marking.marked.connect(self._on_marked)
        maker.busy_changed.connect(self._on_busy_changed)
        maker.progressed.connect(self._on_progressed)

    def begin(self) -> None:
        """Come into sight: offer pictures, and take the keys."""
        self._marking.begin()
        self.grid.setFocus()

    def _on_more(self) -> None:
        self.grid.setFocus()  # the button goes grey, and keys must not reach what comes after it
        self._marking.more()

    # Marks

    def _on_offered(self, first_new: int) -> None:
        self.grid.set_pictures(self._marking.pictures)
        self.grid.set_marks(self._marking.marks)
        self.area.fit()
        if self.grid.count():
            self.grid.select(min(first_new, self.grid.count() - 1))
            self.area.show_picture(self.grid.selected)
        self._show_counts()

    def _on_marked(self) -> None:
        self.grid.set_marks(self._marking.marks)
        self._show_counts()

    def _show_counts(self) -> None:
        marking, is_busy = self._marking, self._desk.maker.is_busy
        words = _("{yes} yes · {no} no").format(yes=marking.yes, no=marking.no)
        self.counts.setText(words)
        self.advice.setText(marking.advice())
        self.make.setEnabled(marking.is_enough and not is_busy)
        self.more.setEnabled(not is_busy)
        self.clear.setEnabled(bool(marking.yes + marking.no))

    def _on_make(self) -> None:
        count = 1 + sum(item.kind == "marks" for item in self._desk.items)
        name = self.name.text().strip() or _("Marked {number}").format(number=count)
        self._marking.make(name)

    # Work

    def _on_busy_changed(self, is_busy: bool) -> None:
        if not is_busy:
            self.strip.hide()
        self._show_counts()

    def _on_progressed(self, done: int, total: int, what: str) -> None:
        self.strip.show_progress(done, total, what)


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
