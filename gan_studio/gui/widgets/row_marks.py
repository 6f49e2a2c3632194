"""What the rows of a grid of pictures are: a word and a colour left of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, BAR, GAP = 20, 4, 3  # of the marks, of the coloured bar, and to the pictures


@dataclass(frozen=True)
class RowMark:
    """One kind of rows.

    Attributes:
        token: the colour's name in `theme.Tokens`.
        words: one short word (translated).
    """

    token: str
    words: str


def marks_width(marks: Sequence[RowMark], height: float = 0) -> int:
    """How much room marks need left of rows of this height, or at least for 0."""
    if not marks:
        return 0
    is_lying = height and not _stands(marks, height)
    return _longest(marks) + BAR + 2 * GAP if is_lying else theme.px(WIDTH)


def _font() -> QFont:
    font = QFont()
    font.setPixelSize(theme.px(theme.SMALL))
    return font


def _longest(marks: Sequence[RowMark]) -> int:
    metrics = QFontMetrics(_font())
    return max(metrics.horizontalAdvance(mark.words) for mark in marks)


def _stands(marks: Sequence[RowMark], height: float) -> bool:
    """Whether all words can be written upwards, in the height of a row."""
    return _longest(marks) <= height


def draw_row_marks(
    painter: QPainter, marks: Sequence[RowMark], first: QRectF, rows: int, pitch: float
) -> None:
    """Draw a mark for every row.

    Args:
        painter: is left as it was.
        marks: repeated from the top.
        first: where the first picture of the first row is.
        rows: how many there are.
        pitch: from the top of a row to the top of the next.
    """
    if not marks:
        return
    colors = theme.tokens()
    painter.save()
    painter.setFont(_font())
    painter.setPen(QColor(colors.text))
    stands = _stands(marks, first.height())
    is_room = stands or first.left() >= _longest(marks) + BAR + 2 * GAP
    for row in range(rows):
        mark = marks[row % len(marks)]
        bar = QRectF(first.left() - GAP - BAR, first.top() + row * pitch, BAR, first.height())
        painter.fillRect(bar, QColor(getattr(colors, mark.token)))
        if is_room:  # else there is the bar alone, and the legend names its colour
            _draw_words(painter, mark.words, bar, is_upright=stands)
    painter.restore()


def _draw_words(painter: QPainter, words: str, bar: QRectF, *, is_upright: bool) -> None:
    if not is_upright:
        place = QRectF(0, bar.top(), bar.left() - GAP, bar.height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, flags, words)
        return
    side = theme.px(WIDTH) - BAR - GAP
    painter.save()
    painter.translate(bar.left() - side, bar.bottom())
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, bar.height(), side), Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
