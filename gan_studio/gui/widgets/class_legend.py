"""The classes by name and colour; a click hides or shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

MOST_BUTTONS = 16
DOT = 10


class ClassLegend(QWidget):
    """One small button per class, or a menu where there are many.

    Signals:
        changed: other classes are hidden.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._buttons: list[QPushButton] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Classes"))
        theme.notifier().changed.connect(self._on_theme_changed)
        self.hide()

    def set_names(self, names: Sequence[str]) -> None:
        """Show these classes, all of them seen; none hides the widget."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons, self._columns = [], 0
        if len(names) <= MOST_BUTTONS:
            self._buttons = [self._button(name) for name in names]
        else:
            self._buttons = [self._menu_button()]
        self.setVisible(bool(names))
        self._on_theme_changed()

    @property
    def hidden(self) -> frozenset[int]:
        """Which classes are not to be seen."""
        return frozenset(index for index, is_on in enumerate(self._states()) if not is_on)

    def isolate(self, index: int) -> None:
        """See one class only, or all again where it is alone already."""
        is_alone = self.hidden == frozenset(range(len(self._names))) - {index}
        for row, switch in enumerate(self._switches()):
            blocked = switch.blockSignals(True)
            switch.setChecked(is_alone or row == index)
            switch.blockSignals(blocked)
        self.changed.emit()

    def _switches(self) -> list:
        if len(self._names) <= MOST_BUTTONS:
            return list(self._buttons)
        return self._buttons[0].menu().actions()

    def _states(self) -> list[bool]:
        return [switch.isChecked() for switch in self._switches()]

    def _button(self, name: str) -> QPushButton:
        button = _LegendButton(name)
        button.setToolTip(
            _("Hide or show {name}; with Ctrl held down, see only these.").format(name=name)
        )
        button.setAccessibleName(_("Class {name}").format(name=name))
        button.isolated.connect(self._on_isolated)
        button.toggled.connect(self.changed)
        return button

    def _menu_button(self) -> QPushButton:
        button = QPushButton(_("{count} classes").format(count=len(self._names)))
        button.setToolTip(_("Choose which classes are seen."))
        menu = QMenu(button)
        for name in self._names:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(self.changed)
        button.setMenu(menu)
        return button

    def _on_isolated(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton) and button in self._buttons:
            self.isolate(self._buttons.index(button))

    def _on_theme_changed(self) -> None:
        if len(self._names) <= MOST_BUTTONS:
            colors = theme.class_colors(len(self._names))
            for button, color in zip(self._buttons, colors, strict=True):
                button.setIcon(_dot(color, self.devicePixelRatioF()))
                button.setIconSize(QSize(DOT, DOT))
        self._columns = 0  # the size of the text may be another
        self._arrange()

    def _arrange(self) -> None:
        """As many side by side as there is room for."""
        if not self._buttons:
            return
        widest = max(button.sizeHint().width() for button in self._buttons) + 2
        columns = max(1, min(len(self._buttons), self.width() // widest))
        if columns == self._columns:
            return
        self._columns = columns
        for index, button in enumerate(self._buttons):
            self._grid.addWidget(button, *divmod(index, columns))
        rows = -(-len(self._buttons) // columns)
        self.setFixedHeight(rows * (self._buttons[0].sizeHint().height() + 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class _LegendButton(QPushButton):
    isolated = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setProperty("role", "flat")
        self.setCheckable(True)
        self.setChecked(True)

    def nextCheckState(self) -> None:
        from PySide6.QtWidgets import QApplication

        if QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
            self.isolated.emit()
        else:
            super().nextCheckState()


def _dot(color: QColor, ratio: float) -> QIcon:
    """Filled while the class is seen, a ring while it is not."""
    icon = QIcon()
    for is_on, state in ((True, QIcon.State.On), (False, QIcon.State.Off)):
        pixmap = QPixmap(QSize(DOT, DOT) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(color)
        painter.setBrush(color if is_on else QColor(Qt.GlobalColor.transparent))
        painter.drawEllipse(1, 1, DOT - 2, DOT - 2)
        painter.end()
        icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return icon
