"""Taking the map away: as a picture, and as a table of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.pages.map.scene import MapScene
    from gan_studio.gui.widgets.banner import Banner
    from gan_studio.inference.chart import Chart


def save_picture(scene: MapScene) -> None:
    """Ask where to, and save what is seen."""
    pictures.save_image(scene, scene.canvas.grab().toImage(), "map.png")


def save_points(parent: QWidget, chart: Chart, names: tuple[str, ...], banner: Banner) -> None:
    """Ask where to, and write the points beside the window; `banner` says what went wrong."""
    from pathlib import Path

    path, _chosen = QFileDialog.getSaveFileName(
        parent, _("Save points"), pictures.default_file("map.csv"), "CSV (*.csv)"
    )
    if path:
        target = Path(path if "." in Path(path).name else f"{path}.csv")

        def job(progress: Any, is_cancelled: Any) -> None:
            write_points(target, chart, names)

        def tell(problem: Exception) -> None:
            banner.show_message("error", _("The points were not saved."), str(problem))

        Task(job, parent).on_error(tell).start()


def write_points(path: Path, chart: Chart, names: tuple[str, ...]) -> None:
    """One line per picture: its number in the set, class, place on the map, and latent.

    Raises:
        OSError: it cannot be written.
    """
    import csv

    codes, points = chart.codes, chart.plane.points
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        dims = [f"z{index}" for index in range(codes.latents.shape[1])]
        table.writerow(["picture", "class", "x", "y", *dims])
        for row in range(len(codes)):
            label = "" if codes.labels is None else _name(int(codes.labels[row]), names)
            place = [f"{value:.6g}" for value in (*points[row], *codes.latents[row])]
            table.writerow([int(codes.rows[row]), label, *place])


def _name(label: int, names: tuple[str, ...]) -> str:
    return names[label] if label < len(names) else str(label)
