"""The place at the right where the visible page's form is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme


class Inspector(QFrame):
    """Holds one widget at a time in a scroll area; the widgets stay the pages' own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "inspector")
        self.setAccessibleName(_("Right panel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        column.addWidget(self._scroll)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def content(self) -> QWidget | None:
        """What is shown."""
        return self._scroll.widget()

    def show_content(self, content: QWidget | None) -> None:
        """Show another page's widget; the one before is kept alive by its page."""
        if content is self._scroll.widget():
            return
        previous = self._scroll.takeWidget()
        if previous is not None:
            previous.setParent(self)
            previous.hide()
        if content is not None:
            self._scroll.setWidget(content)
            content.setAutoFillBackground(False)
            content.show()

    def _on_theme_changed(self) -> None:
        self.setFixedWidth(theme.px(theme.INSPECTOR_WIDTH))
