"""Data that a person brings along: drawn with the mouse, from a CSV file, or pasted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from gan_studio.core.errors import BadFile, DiskProblem, StudioError
from gan_studio.core.i18n import _
from gan_studio.core.registry import Registry
from gan_studio.core.schema import Plug
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.lab.drawing import FEWEST, MOST, keep_points, keep_text

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.gui.pages.lab.setup import LabSetup
    from gan_studio.gui.pages.lab.stage import StageCard

POINTS = "points"
SUFFIXES = (".csv", ".tsv", ".txt")


class OwnPoints(QObject):
    """Makes data of the kind "points" and puts it into the form.

    Signals:
        made: the configuration with the new data.
        failed: a StudioError.
    """

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, setup: LabSetup, stage: StageCard, folder: Path) -> None:
        super().__init__(setup)
        self._setup, self._stage, self._folder = setup, stage, folder / "lab"
        self._reading: Task | None = None
        self._drawn: list[tuple[float, ...]] = []  # since drawing was switched on
        setup.draw.toggled.connect(self._on_draw_toggled)
        setup.open_file.clicked.connect(self._on_open_clicked)
        for scene in stage.scenes():
            scene.drawn.connect(self._on_drawn)

    def take_file(self, path: Path) -> None:
        """Learn from the points in a file."""
        self._take(path, fits=True)

    def paste(self) -> bool:
        """Learn from the table on the clipboard; whether there is any text."""
        text = QGuiApplication.clipboard().text().strip()
        if not text:
            return False
        try:
            path = keep_text(text + "\n", self._folder)
        except OSError as error:
            self.failed.emit(_disk_problem(self._folder, error))
        else:
            self._take(path, fits=True, name=_("the pasted text"))
        return True

    def _take(self, path: Path, *, fits: bool, name: str = "") -> None:
        """Look at a file beside the window, since a million rows take seconds.

        Args:
            path: the file.
            fits: whether it is brought to a common size.
            name: what errors call it; the file's path without.
        """
        if self._reading is not None:
            self._reading.cancel()  # only the newest is wanted

        def take(dim: int) -> None:
            options = Registry.of_kind("dataset").get(POINTS).options(path=str(path), fit=fits)
            self.made.emit(self._with_noise(options, dim))

        self._reading = Task(lambda _progress, _is_cancelled: numbers_per_row(path, name), self)
        self._reading.on_done(take).on_error(self.failed.emit).start()

    def _with_noise(self, options: object, dim: int) -> RunConfig:
        """The form's settings with this data, and as many numbers of noise as the data has."""
        config = self._setup.config()
        model = replace(config.model.options, latent_dim=dim)
        return replace(config, data=Plug(POINTS, options), model=Plug(config.model.key, model))

    def _on_draw_toggled(self, is_on: bool) -> None:
        for scene in self._stage.scenes():
            scene.let_draw(is_on)
        self._drawn = []
        words = _(
            "Paint with the mouse, in as many strokes as you like: what is painted is the data. "
            "Press “Draw your own” again when you are done."
        )
        self._stage.say(words if is_on else "")

    def _on_drawn(self, points: list[tuple[float, ...]]) -> None:
        if self._drawn and len(self._drawn[0]) != len(points[0]):
            self._drawn = []  # begun on a line, gone on with on a plane
        self._drawn = (self._drawn + points)[-MOST:]
        if len(self._drawn) < FEWEST:
            return
        try:
            self._take(keep_points(self._drawn, self._folder), fits=False)
        except OSError as error:
            self.failed.emit(_disk_problem(self._folder, error))

    def _on_open_clicked(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self._setup, _("Open points"), "", _("Tables (*.csv *.tsv *.txt)")
        )
        if path:
            self.take_file(Path(path))


def numbers_per_row(path: Path, name: str = "") -> int:
    """1 or 2, once every row has been looked at.

    Raises:
        BadFile: it cannot be read, or holds a row that is no point.
    """
    from gan_studio.data.points_file import parse_points

    try:
        return int(parse_points(path.read_text("utf-8-sig"), name or path).shape[1])
    except UnicodeDecodeError:
        raise BadFile(path=path, reason="is no text in UTF-8") from None
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error


def _disk_problem(path: Path, error: Exception) -> StudioError:
    return DiskProblem(path=path, reason=getattr(error, "strerror", None) or str(error))
