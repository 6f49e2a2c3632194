"""Groups of widgets in a line, or below each other where the line is too short for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


class FoldingRow(QWidget):
    """Needs no more width than its widest group.

    Args:
        groups: what stays in one line each; a widget with its stretch.
        spacing: between widgets and groups.
    """

    def __init__(self, *groups: Sequence[tuple[QWidget, int]], spacing: int = 8) -> None:
        super().__init__()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(spacing)
        self._spacing = spacing
        self._groups: list[QWidget] = []
        for group in groups:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(spacing)
            for widget, stretch in group:
                row.addWidget(widget, stretch)
            self._line.addWidget(holder, sum(stretch for _widget, stretch in group))
            self._groups.append(holder)

    @property
    def is_folded(self) -> bool:
        """Whether its groups stand below each other."""
        return self._line.direction() == QBoxLayout.Direction.TopToBottom

    def _whole_width(self) -> int:
        widths = [group.minimumSizeHint().width() for group in self._groups]
        return sum(widths) + self._spacing * (len(widths) - 1)

    def minimumSizeHint(self) -> QSize:
        width = max(group.minimumSizeHint().width() for group in self._groups)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fold()

    def fold(self) -> None:
        """Choose by the width; also to be called when what is in it has grown."""
        folds = self.width() < self._whole_width()
        if folds != self.is_folded:
            way = QBoxLayout.Direction
            self._line.setDirection(way.TopToBottom if folds else way.LeftToRight)
            self.updateGeometry()
