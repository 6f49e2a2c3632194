"""Several ways to look at one thing on a page, one tab each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gan_studio.gui import theme


class Panel(QWidget):
    """What one tab shows. It computes only between `on_shown` and `on_hidden`.

    Attributes:
        main_text: what the page's main button says while the panel is seen; "" hides it.
        share: how the width is shared between what stands beside the panels and this one.
    """

    main_text = ""
    share: tuple[int, int] = (6, 7)

    def on_shown(self) -> None:
        """The panel has become visible."""

    def on_hidden(self) -> None:
        """Another panel or page has become visible."""

    def main_action(self) -> None:
        """Do what Space does here."""


class Panels(QWidget):
    """A bar of tabs above one panel.

    Args:
        name: what the bar is called for those who cannot see it.
        beside: what stays at the left whichever panel is seen.
    """

    def __init__(
        self, name: str, beside: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setAccessibleName(name)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.bar)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        if beside is not None:
            self._row.addWidget(beside)
        self._row.addWidget(self._stack)
        self._has_neighbour = beside is not None
        column.addLayout(self._row, 1)
        self._is_visible = False
        self.bar.currentChanged.connect(self._on_changed)

    def add(self, panel: Panel, title: str, tooltip: str) -> None:
        """Add a tab; its key is Alt and its number."""
        self._stack.addWidget(panel)
        self._share_width()
        index = self.bar.addTab(title)
        key = f"Alt+{index + 1}"
        self.bar.setTabToolTip(index, f"{tooltip} ({key})")
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: self.bar.setCurrentIndex(index))

    @property
    def current(self) -> Panel:
        """The panel that is seen."""
        panel = self._stack.currentWidget()
        assert isinstance(panel, Panel), "only panels are added"
        return panel

    def show_panel(self, panel: Panel) -> None:
        """Bring a panel to the front."""
        self.bar.setCurrentIndex(self._stack.indexOf(panel))

    def all(self) -> list[Panel]:
        """Every panel, in the order of the tabs."""
        found = (self._stack.widget(index) for index in range(self._stack.count()))
        return [panel for panel in found if isinstance(panel, Panel)]

    def on_shown(self) -> None:
        """The page has become visible."""
        self._is_visible = True
        self.current.on_shown()

    def on_hidden(self) -> None:
        """Another page has become visible."""
        self._is_visible = False
        self.current.on_hidden()

    def _on_changed(self, index: int) -> None:
        if self._stack.count() <= index or index < 0:
            return
        before = self.current
        focus = QApplication.focusWidget()
        if focus is not None and before.isAncestorOf(focus):
            self.bar.setFocus()  # else the next panel's first button would take the keys
        self._stack.setCurrentIndex(index)
        self._share_width()
        if self._is_visible and before is not self.current:
            before.on_hidden()
            self.current.on_shown()

    def _share_width(self) -> None:
        if self._has_neighbour:
            for index, share in enumerate(self.current.share):
                self._row.setStretch(index, share)
