"""Paints a model's drawing: as the lecture draws it, wide sides outside and z narrow in between."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from gan_studio.gui import theme
from gan_studio.gui.widgets.net_plan import (
    COLORS,
    Chain,
    Joint,
    Lengths,
    chains_of,
    distances,
    edges,
    height_share,
    spread,
)
from gan_studio.inference.architecture_words import (
    count_words,
    net_title,
    squeeze_words,
    untraced_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.architecture import Architecture

PAD, GAP, WIDEST = 10, 26, 112  # between texts, between nets, between bars at most
LEAST_TALL, MOST_TALL = 64, 150  # the tallest bar
BAR, CODE_BAR = 5, 7  # how thick they are
FILL, LIT, FADED = 0.16, 0.42, 0.38  # opacities
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Spot:
    """A layer in the drawing."""

    joint: Joint
    area: QRectF
    shape: QPolygonF


@dataclass
class Line:
    """One chain in its place."""

    chain: Chain
    xs: list[float]
    top: float  # of the tallest bar
    has_below: bool


@dataclass
class Fonts:
    """What texts are set in, with the text size of now."""

    small: QFont = field(default_factory=QFont)
    bold: QFont = field(default_factory=QFont)

    @classmethod
    def of(cls, font: QFont) -> Fonts:
        small, bold = QFont(font), QFont(font)
        small.setPixelSize(theme.px(theme.SMALL))
        bold.setPixelSize(theme.px(theme.SMALL))
        bold.setBold(True)
        return cls(small, bold)

    @property
    def line(self) -> float:
        """The height of a line."""
        return QFontMetricsF(self.bold).height() + 1

    def width(self, text: str) -> float:
        """How wide a text is, at its widest."""
        return QFontMetricsF(self.bold).horizontalAdvance(text)


class NetPainting:
    """The drawing of one architecture.

    Args:
        architecture: what is drawn.
        font: the widget's.
        largest: the size that the tallest bar stands for, in all drawings of a common scale.
        title: words above it; "" leaves the line out.
    """

    def __init__(
        self, architecture: Architecture, font: QFont, largest: int = 0, title: str = ""
    ) -> None:
        self.architecture = architecture
        self.title = title
        self.largest = max(largest, architecture.largest)
        self.fonts = Fonts.of(font)
        self.chains = chains_of(architecture)
        lengths = Lengths(theme.px(PAD), theme.px(GAP), theme.px(WIDEST))
        self._widest = lengths.widest
        self._least = [
            distances(chain, architecture, self.fonts.width, lengths) for chain in self.chains
        ]
        self._edges = [edges(chain, self.fonts.width) for chain in self.chains]
        self.spots: list[Spot] = []

    @property
    def least_width(self) -> float:
        """Below this texts would touch."""
        rows = zip(self._least, self._edges, strict=True)
        return max(sum(least) + sum(edge) for least, edge in rows) + 2 * theme.px(PAD)

    def height(self, tall: float) -> float:
        """The height of the whole with bars of at most `tall`."""
        line = self.fonts.line
        bars = sum(tall + line * self._text_lines(chain) for chain in self.chains)
        gaps = theme.px(PAD) * (len(self.chains) - 1)
        return bars + gaps + line * (bool(self.title) + bool(self.note)) + theme.px(PAD)

    @property
    def note(self) -> str:
        """The sentence below, or ""."""
        is_traced = all(net.is_traced for net in self.architecture.nets)
        words = [squeeze_words(self.architecture), "" if is_traced else f"* {untraced_words()}"]
        return " ".join(word for word in words if word)

    @staticmethod
    def _text_lines(chain: Chain) -> float:
        has_below = any(bar.below for bar in chain.bars)
        return 1.2 + 1 + has_below + 2.3  # symbols, sizes, shapes, the nets' names and weights

    def tall_for(self, height: float) -> float:
        """How tall bars can be in `height`."""
        tall = (height - self.height(0)) / max(1, len(self.chains))
        return max(theme.px(LEAST_TALL), min(theme.px(MOST_TALL), tall))

    def paint(self, painter: QPainter, width: float, height: float, lit: Joint | None) -> None:
        """Paint into ``(0, 0, width, height)``; `lit` is the layer that stands out."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.spots = []
        y, tall = 0.0, self.tall_for(height)
        if self.title:
            self._paint_title(painter, width)
            y += self.fonts.line
        for index, chain in enumerate(self.chains):
            line = self._place(index, chain, width, y + 1.2 * self.fonts.line)
            self._paint_line(painter, line, tall, lit)
            y += tall + self.fonts.line * self._text_lines(chain) + theme.px(PAD)
        area = QRectF(0, y - theme.px(PAD) / 2, width, self.fonts.line)
        self._text(painter, area, self.note)

    def _place(self, index: int, chain: Chain, width: float, top: float) -> Line:
        left, right = self._edges[index]
        room = width - left - right - 2 * theme.px(PAD)
        steps = spread(self._least[index], room, self._widest)
        start = theme.px(PAD) + left + max(0.0, (room - sum(steps)) / 2)
        xs = list(itertools.accumulate(steps, initial=start))
        return Line(chain, xs, top, any(bar.below for bar in chain.bars))

    def _paint_line(self, painter: QPainter, line: Line, tall: float, lit: Joint | None) -> None:
        heights = [tall * height_share(bar.size, self.largest) for bar in line.chain.bars]
        middle = line.top + tall / 2
        for index, joint in enumerate(line.chain.joints):
            ends = [QPointF(line.xs[at], heights[at]) for at in (index, index + 1)]
            if joint.net < 0:
                self._paint_gap(painter, ends, middle)
            else:
                self._paint_layer(painter, joint, ends, middle, joint == lit)
        for index, bar in enumerate(line.chain.bars):
            thick = theme.px(CODE_BAR if bar.color == "text" else BAR)
            area = QRectF(0, 0, thick, heights[index])
            area.moveCenter(QPointF(line.xs[index], middle))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_color(bar.color))
            painter.drawRoundedRect(area, thick / 2, thick / 2)
        self._paint_texts(painter, line, tall, heights)

    def _paint_layer(
        self, painter: QPainter, joint: Joint, ends: list[QPointF], middle: float, is_lit: bool
    ) -> None:
        left, right = ends
        shape = QPolygonF(
            [
                QPointF(left.x(), middle - left.y() / 2),
                QPointF(right.x(), middle - right.y() / 2),
                QPointF(right.x(), middle + right.y() / 2),
                QPointF(left.x(), middle + left.y() / 2),
            ]
        )
        token = COLORS.get(self.architecture.nets[joint.net].role, "muted")
        painter.setPen(QPen(_color(token), 1.5))
        painter.setBrush(_color(token, LIT if is_lit else FILL))
        painter.drawPolygon(shape)
        self.spots.append(Spot(joint, shape.boundingRect(), shape))

    def _paint_gap(self, painter: QPainter, ends: list[QPointF], middle: float) -> None:
        """An arrow: what one net gave, the next one takes."""
        pad, tip = theme.px(BAR), theme.px(4)
        left, right = QPointF(ends[0].x() + pad, middle), QPointF(ends[1].x() - pad, middle)
        painter.setPen(QPen(_color("muted"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(left, right)
        painter.drawPolyline([right + QPointF(-tip, -tip), right, right + QPointF(-tip, tip)])

    def _paint_texts(
        self, painter: QPainter, line: Line, tall: float, heights: list[float]
    ) -> None:
        step = self.fonts.line
        below = line.top + tall + 0.15 * step
        for x, bar in zip(line.xs, line.chain.bars, strict=True):
            is_code = bar.color == "text"
            reach = self.fonts.width(bar.symbol) / 2
            tops = [line.top + (tall - high) / 2 for high in heights_near(line, heights, x, reach)]
            self._at(painter, x, min(tops) - 1.1 * step, bar.symbol, bar.color, is_bold=True)
            self._at(painter, x, below, bar.text, "text", is_bold=is_code)
            self._at(painter, x, below + step, bar.below, "muted")
        under = below + step * (1.2 + line.has_below)
        for number in line.chain.nets:
            first, last = line.chain.span(number)
            net, x = self.architecture.nets[number], (line.xs[first] + line.xs[last]) / 2
            self._at(painter, x, under, net_title(net), COLORS.get(net.role, "muted"), is_bold=True)
            count = count_words(net.parameters)
            self._at(painter, x, under + step, count if net.is_traced else f"{count} *", "muted")

    def _paint_title(self, painter: QPainter, width: float) -> None:
        area = QRectF(0, 0, width, self.fonts.line)
        self._text(painter, area, self.title, "text", Qt.AlignmentFlag.AlignLeft, is_bold=True)
        count = count_words(self.architecture.parameters)
        self._text(painter, area, count, "muted", Qt.AlignmentFlag.AlignRight)

    def _at(
        self, painter: QPainter, x: float, y: float, words: str, token: str, is_bold: bool = False
    ) -> None:
        wide = self.fonts.width(words) + 8
        area = QRectF(x - wide / 2, y, wide, self.fonts.line)
        self._text(painter, area, words, token, is_bold=is_bold)

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        words: str,
        token: str = "muted",
        align: Qt.AlignmentFlag = CENTRE,
        is_bold: bool = False,
    ) -> None:
        if words:
            painter.setFont(self.fonts.bold if is_bold else self.fonts.small)
            painter.setPen(_color(token))
            painter.drawText(area, align, words)


def heights_near(line: Line, heights: Sequence[float], x: float, reach: float) -> list[float]:
    """How tall the drawing is at x and on both sides of it, as far as a text reaches."""
    found = []
    for at in (x - reach, x, x + reach):
        for index, joint in enumerate(line.chain.joints):
            left, right = line.xs[index], line.xs[index + 1]
            if joint.net >= 0 and left <= at <= right:
                share = (at - left) / (right - left)
                found.append(heights[index] * (1 - share) + heights[index + 1] * share)
    return found or [0.0]


def _color(token: str, opacity: float = 1.0) -> QColor:
    color = QColor(getattr(theme.tokens(), token))
    color.setAlphaF(opacity)
    return color
