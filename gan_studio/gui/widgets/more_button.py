"""The buttons of a page for which there is no room, in a menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTCUT = "page_shortcut"  # a button's property: the key that it lends while it is out of sight


class MoreButton(QToolButton):
    """Hidden while it holds nothing. The keys of what it holds work through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._head = parent
        self._held: list[QPushButton] = []
        self._actions: list[QAction] = []
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._follow)
        self.setText("»")
        self.setProperty("role", "small")
        self.setToolTip(_("More buttons, for which there is no room."))
        self.setAccessibleName(_("More buttons"))
        self.clicked.connect(self._open)
        self.hide()

    def has(self, button: QPushButton) -> bool:
        """Whether a button is out of sight because of its width alone."""
        return button in self._held

    def hold(self, buttons: Sequence[QPushButton]) -> None:
        """Keep these, and let the others be seen again."""
        if list(buttons) == self._held:
            for button in self._held:
                button.hide()  # its page may have shown it since
            return
        before, self._held = self._held, list(buttons)
        for action in self._actions:
            self._head.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        self._actions = [self._action_for(button) for button in buttons]
        for button in before:
            if button not in self._held:
                button.show()
        for button in self._held:
            button.hide()
        self.setVisible(bool(self._held))

    def _action_for(self, button: QPushButton) -> QAction:
        action = QAction(button.text(), self)
        action.setToolTip(button.toolTip())
        action.setCheckable(button.isCheckable())
        if button.property(SHORTCUT):
            action.setShortcut(button.property(SHORTCUT))
        action.triggered.connect(partial(_click, button))
        self._menu.addAction(action)
        self._head.addAction(action)  # or its key would work in the menu only
        return action

    def _follow(self) -> None:
        """The menu says of each button what it would say itself."""
        for action, button in zip(self._actions, self._held, strict=True):
            action.setText(button.text())
            action.setEnabled(button.isEnabled())
            action.setChecked(button.isChecked())

    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def _click(button: QPushButton, _is_checked: bool = False) -> None:
    button.click()
