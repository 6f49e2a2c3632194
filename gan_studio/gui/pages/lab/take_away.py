"""What can be taken away from the Lab: a picture, a film of the training, curves and points."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gan_studio.core.i18n import _
from gan_studio.jobs.lab import commands as do

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.plots.series import History
    from gan_studio.jobs.lab.frame import LabFrame

FILM_FRAMES = 60
FRAME_MS = 80
LAST_MS = 1500


class Film(QObject):
    """Goes through the past, step by step, and keeps what is seen.

    Args:
        send: hands commands to the player.
        look: the picture that is on the screen.
        parent: as in Qt.

    Signals:
        done: the pictures, as a list of `QImage`.
    """

    done = Signal(object)

    def __init__(
        self, send: Callable[[Any], None], look: Callable[[], QImage], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._send, self._look = send, look
        self._steps: list[int] = []
        self._images: list[QImage] = []

    @property
    def is_rolling(self) -> bool:
        """Whether pictures are being gathered."""
        return bool(self._steps)

    def begin(self, newest: int) -> None:
        """Film from step 0 to `newest`; slower where more happens: at the beginning."""
        self._steps = film_steps(newest)
        self._images = []
        self._send(do.Seek(self._steps[0]))

    def painted(self, frame: LabFrame) -> None:
        """A picture has reached the screen."""
        if not self._steps or not frame.is_exact or frame.games[0].step != self._steps[0]:
            return
        self._images.append(self._look())
        self._steps.pop(0)
        if self._steps:
            self._send(do.Seek(self._steps[0]))
        else:
            self.done.emit(self._images)


def film_steps(newest: int, count: int = FILM_FRAMES) -> list[int]:
    """Rising steps from 0 to `newest`, closer together at the beginning."""
    shares = np.linspace(0.0, 1.0, count) ** 2
    return sorted({round(share * newest) for share in shares.tolist()})


def write_film(images: list[QImage], path: Path) -> None:
    """An animated GIF that repeats.

    Raises:
        OSError: it cannot be written.
    """
    from PIL import Image

    frames = []
    for image in images:
        small = image.convertToFormat(QImage.Format.Format_RGB888)
        data = bytes(small.constBits())
        rows = np.frombuffer(data, np.uint8).reshape(small.height(), small.bytesPerLine())
        pixels = rows[:, : 3 * small.width()].reshape(small.height(), small.width(), 3)
        frames.append(Image.fromarray(pixels).quantize(128))
    times = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=times, loop=0)


def curves_csv(history: History) -> str:
    """All curves, one row per step that any was noted at."""
    names = history.names
    columns = {name: dict(zip(*map(np.ndarray.tolist, history[name].means()), strict=True))
               for name in names}  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", *names])
    for step in sorted({step for column in columns.values() for step in column}):
        cells = [columns[name].get(step) for name in names]
        writer.writerow([f"{step:g}", *("" if cell is None else f"{cell:.6g}" for cell in cells)])
    return text.getvalue()


def points_csv(frame: LabFrame) -> str:
    """The points that are shown: kind, coordinates, and how real D finds them on the line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    game = frame.games[0]
    if game.line is not None:
        writer.writerow(["kind", "x", "d"])
        line = game.line
        for kind, points, heights in (
            ("real", line.real_points, line.real_heights),
            ("generated", line.fake_points, line.fake_heights),
        ):
            for x, height in zip(points.tolist(), heights.tolist(), strict=True):
                writer.writerow([kind, f"{x:.6g}", f"{height:.6g}"])
    elif game.plane is not None:
        writer.writerow(["kind", "x", "y"])
        plane = game.plane
        for kind, points in (("real", plane.real_points), ("generated", plane.fake_points)):
            for x, y in points.tolist():
                writer.writerow([kind, f"{x:.6g}", f"{y:.6g}"])
    return text.getvalue()


class TakeAwayMenu(QMenu):
    """Asks where to, and says what is wanted.

    Signals:
        wanted: what ("png", "gif", "curves" or "points") and the file's path.
    """

    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        for kind, text, tip in (
            ("png", _("Picture as PNG …"), _("The stage as it looks now.")),
            ("gif", _("Film as GIF …"), _("The training from its first step to its newest.")),
            ("curves", _("Curves as CSV …"), _("All numbers over the steps.")),
            ("points", _("Points as CSV …"), _("Real and generated points as they are shown.")),
        ):
            action = self.addAction(text)
            action.setToolTip(tip)
            action.setData(kind)
        self.triggered.connect(self._on_triggered)

    def _on_triggered(self, action: Any) -> None:
        kind = action.data()
        suffix = kind if kind in ("png", "gif") else "csv"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path, _filter = QFileDialog.getSaveFileName(
            self.parentWidget(), action.text(), f"{folder}/lab.{suffix}", f"*.{suffix}"
        )
        if path:
            self.wanted.emit(kind, Path(path).with_suffix(f".{suffix}"))
