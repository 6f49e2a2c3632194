"""The place at the right where the visible page's form is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from gan_studio.gui.pages.base import Page
    from gan_studio.gui.settings import Settings

MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


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


class Drawer(QObject):
    """Puts the inspector beside the page; in a narrow window over it, below its head and banner.

    Signals:
        placed: whether there is anything to show, and whether it is shown.
    """

    placed = Signal(bool, bool)

    def __init__(self, inspector: Inspector, row: QHBoxLayout, settings: Settings) -> None:
        super().__init__(inspector)
        self._inspector, self._row, self._settings = inspector, row, settings
        self._page: Page | None = None
        self._is_open = False

    @property
    def is_narrow(self) -> bool:
        """Whether the inspector lies over the page."""
        return self._area().width() < theme.px(theme.DRAWER_BELOW)

    @property
    def is_open(self) -> bool:
        """Whether it lies over the page now."""
        return self.is_narrow and self._is_open

    def follow(self, page: Page) -> None:
        """Another page is visible: show its inspector."""
        if self._page is None:
            self._area().installEventFilter(self)
        else:
            self._page.head.removeEventFilter(self)
            self._page.banner.removeEventFilter(self)
        self._page, self._is_open = page, False
        page.head.installEventFilter(self)
        page.banner.installEventFilter(self)
        self._inspector.show_content(page.inspector)
        self.place()

    def toggle(self) -> None:
        """Show or hide the inspector; the choice is remembered while there is room for both."""
        if self.is_narrow:
            self._is_open = not self._is_open
        else:
            self._settings.set(is_inspector_visible=not self._settings.is_inspector_visible)
        self.place()

    def place(self) -> None:
        """Bring the inspector to where it belongs now."""
        inspector, is_narrow = self._inspector, self.is_narrow
        has_content = inspector.content is not None
        is_wanted = self._is_open if is_narrow else self._settings.is_inspector_visible
        is_in_row = self._row.indexOf(inspector) >= 0
        if is_narrow and is_in_row:
            self._row.removeWidget(inspector)
        elif not is_narrow and not is_in_row:
            self._row.addWidget(inspector)
        if is_narrow == is_in_row:
            inspector.setProperty("drawer", is_narrow)
            inspector.style().unpolish(inspector)
            inspector.style().polish(inspector)
        inspector.setVisible(has_content and is_wanted)
        if is_narrow and has_content and is_wanted:
            self._lay_over()
        self.placed.emit(has_content, has_content and is_wanted)

    def _lay_over(self) -> None:
        assert self._page is not None, "a page has brought what is shown"
        area, head, banner = self._area(), self._page.head, self._page.banner
        upper = head if banner.isHidden() else banner
        # What a page's buttons and messages do stays in reach.
        top = upper.mapTo(area, QPoint(0, upper.height())).y() + theme.GAP
        width, height = self._inspector.width(), self._row.geometry().bottom() + 1 - top
        self._inspector.setGeometry(area.width() - width, top, width, height)
        self._inspector.raise_()

    def _area(self) -> QWidget:
        area = self._row.parentWidget()
        assert area is not None, "the row is laid out in the window"
        return area

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVES:
            self.place()
        return False
