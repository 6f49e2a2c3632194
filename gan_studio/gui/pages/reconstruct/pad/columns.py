"""What each model makes of one picture: its copy, where it errs, by how much, and its z."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.canvas import DrawnCanvas
from gan_studio.gui.widgets.error_colors import color_errors
from gan_studio.gui.widgets.reconstruction_numbers import decibels, similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD, LINE, SIDE = 20, 16, 140  # heights of title and number, width of numbers and bars
GAP, BLOCK_GAP, LEAST_BARS = 6, 12, 48
SMALLEST = 56  # pictures are scrolled to rather than made smaller
MOST_BARS, MOST_LABELS = 32, 5  # numbers of z that get a bar, and one with a number below it
FULL_BAR = 3.0  # standard deviations


@dataclass(frozen=True)
class Plan:
    """Blocks, one a model, `across` side by side, with pictures of `width` x `height`."""

    across: int
    width: float
    height: float
    block_width: float
    block_height: float


def plan_blocks(
    count: int, size: tuple[float, float], picture: tuple[int, int], ratio: float = 1.0
) -> Plan:
    """The arrangement with the largest pictures of `picture` pixels that `size` has room for."""
    plans = [_plan(count, across, size, picture, ratio) for across in range(1, max(count, 1) + 1)]
    return max(plans, key=lambda plan: plan.width)


def _plan(
    count: int, across: int, size: tuple[float, float], picture: tuple[int, int], ratio: float
) -> Plan:
    rows = math.ceil(max(count, 1) / across)
    room = (size[0] - (across - 1) * BLOCK_GAP) / across - theme.px(SIDE) - 2 * GAP
    high = (size[1] - (rows - 1) * BLOCK_GAP) / rows - theme.px(HEAD)
    scale = min(
        pictures.whole_scale(room / 2, picture[0], ratio),
        pictures.whole_scale(high, picture[1], ratio),
    )
    width, height = picture[0] * scale, picture[1] * scale
    block = theme.px(HEAD) + max(height, 3 * theme.px(LINE) + theme.px(LEAST_BARS))
    return Plan(across, width, height, 2 * width + 2 * GAP + theme.px(SIDE), block)


def height_needed(count: int, width: float) -> int:
    """How high all blocks are when pictures are as small as they may be."""
    block = 2 * SMALLEST + 2 * GAP + theme.px(SIDE)
    across = max(1, int((width + BLOCK_GAP) / (block + BLOCK_GAP)))
    rows = math.ceil(count / across)
    high = theme.px(HEAD) + max(SMALLEST, 3 * theme.px(LINE) + theme.px(LEAST_BARS))
    return rows * (high + BLOCK_GAP)


class SqueezedView(DrawnCanvas):
    """Blocks of pictures, numbers and bars. Right click copies or saves a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squeezed: Any = None
        self._titles: list[str] = []
        self._limit = 1.0
        self._cells: list[tuple[QRectF, QImage]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("What each model makes of the drawing"))
        self.setToolTip(
            _(
                "Left the copy, right its error: blue too dark, vermilion too bright. Bars are the "
                "numbers of z that the picture was squeezed to, in standard deviations of the "
                "training pictures; a full bar is 3, which training hardly ever saw."
            )
        )

    @property
    def shown(self) -> Any:
        """The `Squeezed` that is shown, or None."""
        return self._squeezed

    def show_squeezed(self, squeezed: Any, titles: Sequence[str], limit: float) -> None:
        """Show pictures; `limit` is the error with the full colour."""
        is_other_count = self._squeezed is None or len(titles) != len(self._titles)
        self._squeezed, self._titles, self._limit = squeezed, list(titles), limit
        if is_other_count:
            self.fit()
        self.redraw()

    def describe(self) -> None:
        """Tell screen readers the numbers; not while drawing, when they change all the time."""
        if self._squeezed is not None:
            pairs = zip(self._titles, self._squeezed.mse, strict=False)
            errors = "; ".join(f"{title}: {mse:.4f}" for title, mse in pairs)
            self.setAccessibleDescription(_("Mean squared errors: {list}").format(list=errors))

    def redraw(self) -> None:
        """Draw what there is."""
        if self._squeezed is None or not self.isVisible():
            return
        squeezed = self._squeezed
        copies = [pictures.to_image(item) for item in squeezed.copies]
        errors = [pictures.to_image(item) for item in color_errors(squeezed.errors, self._limit)]
        size = (self.width() - 4.0, self.height() - 4.0)
        picture = (copies[0].width(), copies[0].height())
        plan = plan_blocks(len(copies), size, picture, self.devicePixelRatioF())
        self._cells = []
        self.begin()
        for index in range(min(len(copies), len(self._titles))):
            row, column = divmod(index, plan.across)
            place = QRectF(
                2 + column * (plan.block_width + BLOCK_GAP),
                2 + row * (plan.block_height + BLOCK_GAP),
                plan.block_width,
                plan.block_height,
            )
            self._draw_block(place, plan, index, (copies[index], errors[index]))
        self.end()

    def _draw_block(
        self, place: QRectF, plan: Plan, index: int, images: tuple[QImage, QImage]
    ) -> None:
        colors, flags = theme.tokens(), Qt.AlignmentFlag
        head = QRectF(place.left(), place.top(), place.width(), theme.px(HEAD))
        self.use_font(12, is_bold=True)
        left = flags.AlignLeft | flags.AlignVCenter
        self.text(head, self._titles[index], QColor(colors.text), left)
        cell = QRectF(place.left(), head.bottom(), plan.width, plan.height)
        for image in images:
            self.image(cell, image, is_smooth=False)
            self._cells.append((QRectF(cell), image))
            cell.translate(plan.width + GAP, 0)
        frame = QPainterPath()
        frame.addRect(self._cells[-1][0])
        self.path(frame, QPen(QColor(colors.border), 1))
        side = QRectF(cell.left(), cell.top(), theme.px(SIDE), place.bottom() - cell.top())
        self._draw_numbers(side, index)
        side.setTop(side.top() + 3 * theme.px(LINE) + 2)
        self._draw_code(side, self._squeezed.codes[index], self._squeezed.deviations[index])

    def _draw_numbers(self, place: QRectF, index: int) -> None:
        colors, found = theme.tokens(), self._squeezed
        words = (
            f"MSE {found.mse[index]:.4f}",
            f"PSNR {decibels(found.psnr[index])}",
            similarity(found.ssim[index]),
        )
        line = QRectF(place.left(), place.top(), place.width(), theme.px(LINE))
        self.use_font(12)
        for row, text in enumerate(words):
            color = QColor(colors.muted if row else colors.text)
            self.text(line, text, color, Qt.AlignmentFlag.AlignLeft)
            line.translate(0, theme.px(LINE))

    def _draw_code(self, place: QRectF, code: Any, deviations: Any) -> None:
        colors, count = theme.tokens(), len(code)
        self.use_font(theme.SMALL)
        if count > MOST_BARS:
            words = _("z: {count} numbers").format(count=count)
            self.text(place, words, QColor(colors.muted), Qt.AlignmentFlag.AlignLeft)
            return
        is_labelled = count <= MOST_LABELS
        area = place.adjusted(0, 2, 0, -theme.px(14) if is_labelled else -2)
        area.setHeight(min(area.height(), theme.px(120)))
        middle, step = area.center().y(), area.width() / max(count, 1)
        wide = min(max(step - 2, 1.5), 18.0)
        bars, axis = QPainterPath(), QPainterPath()
        for index, value in enumerate(deviations.tolist()):
            reach = min(max(value / FULL_BAR, -1), 1) * area.height() / 2
            x = area.left() + (index + 0.5) * step
            bars.addRect(QRectF(x - wide / 2, min(middle, middle - reach), wide, abs(reach)))
            if is_labelled:
                below = QRectF(x - step / 2, area.bottom() + 1, step, theme.px(13))
                number = f"{value:+.1f}σ".replace("-", "−")  # what the bar shows, not the bare z
                self.text(below, number, QColor(colors.muted), Qt.AlignmentFlag.AlignHCenter)
        axis.moveTo(area.left(), middle)
        axis.lineTo(area.right(), middle)
        self.path(bars, fill=QColor(colors.accent))
        self.path(axis, QPen(QColor(colors.muted), 1))

    def image_at(self, position: Any) -> QImage | None:
        """The copy or error map at a position."""
        return next((image for place, image in self._cells if place.contains(position)), None)

    def fit(self) -> None:
        self.setMinimumHeight(height_needed(len(self._titles), self.width()))

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        image = self.image_at(event.pos())
        if image is None:
            return
        menu = QMenu(self)
        menu.addAction(_("Copy"), lambda: pictures.copy_image(image))
        menu.addAction(_("Save picture …"), lambda: pictures.save_image(self, image, "copy.png"))
        menu.exec(event.globalPos())
        menu.deleteLater()
