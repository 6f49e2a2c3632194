"""The order in which Tab goes through a form."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QLayout


def tab_as_laid_out(widget: QWidget) -> None:
    """Let Tab go through what is inside `widget` as its layouts place it, not as it was made."""
    stops = [item for item in _inside(widget) if item.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)


def _inside(widget: QWidget) -> Iterator[QWidget]:
    layout = widget.layout()
    if layout is None or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
        return
    yield from _of_layout(layout)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        widget, nested = item.widget(), item.layout()
        if widget is not None:
            yield from _inside(widget)
        elif nested is not None:
            yield from _of_layout(nested)
