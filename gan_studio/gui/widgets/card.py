"""A card: a title in the words of the lesson, its legend in the same line, and a body."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gan_studio.gui import theme


class Card(QFrame):
    """A bordered surface.

    Attributes:
        header: the title's line; what is added comes to its right end.
        body: below the header.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        pad = theme.CARD_PAD
        column.setContentsMargins(pad, pad - 3, pad, pad)
        column.setSpacing(10)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self._title = QLabel(title)
        self._title.setProperty("role", "card-title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setVisible(bool(title))
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setMinimumWidth(1)  # it gives way (see `set_note`) and holds no card open
        self._note.hide()
        self._note_texts: tuple[str, ...] = ()
        self.header.addWidget(self._title)
        self.header.addStretch(1)
        self.header.addWidget(self._note)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._hint = QLabel()
        self._hint.setProperty("role", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.hide()
        column.addLayout(self.header)
        column.addLayout(self.body, 1)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)
        self._fit_note()

    def set_note(self, text: str, *shorter: str) -> None:
        """A few muted words at the right end of the title's line; "" removes them.

        Args:
            text: what is shown where there is room.
            shorter: what is shown where there is not, the longest first.
        """
        if (text, *shorter) != self._note_texts:
            self._note_texts = (text, *shorter)
            self._fit_note()

    def show_hint(self, text: str) -> None:
        """Say in the middle of the body what would be here and how to get it."""
        self._hint.setText(text)
        if self._hint.parent() is not self:
            self._hint.setParent(self)
        self._hint.show()
        self._place_hint()
        self._hint.raise_()

    def hide_hint(self) -> None:
        """Take the hint away."""
        self._hint.hide()

    def _fit_note(self) -> None:
        room, gap = self.width() - 2 * theme.CARD_PAD, self.header.spacing()
        for index in range(self.header.count()):
            item = self.header.itemAt(index)
            widget = None if item is None else item.widget()
            if widget is not None and widget is not self._note and not widget.isHidden():
                gives_way = widget.sizePolicy().expandingDirections() & Qt.Orientation.Horizontal
                hint = widget.minimumSizeHint() if gives_way else widget.sizeHint()
                room -= max(hint.width(), widget.minimumWidth()) + gap
        for text in self._note_texts:
            self._note.setText(text)
            if self._note.sizeHint().width() <= room:
                self._note.setVisible(bool(text))
                return
        self._note.hide()

    def _place_hint(self) -> None:
        area = self.contentsRect().adjusted(24, 36, -24, -12)
        self._hint.setGeometry(area)

    def resizeEvent(self, event) -> None:  # noqa: ANN001 - Qt's name and type
        super().resizeEvent(event)
        self._fit_note()
        if not self._hint.isHidden():
            self._place_hint()
