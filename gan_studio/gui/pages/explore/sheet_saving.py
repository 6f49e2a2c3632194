"""Taking a contact sheet away: its picture, its latents, one picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures
from gan_studio.inference.places import Places, to_text
from gan_studio.inference.sheets import latents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from gan_studio.gui.pages.explore.sheet_leaves import Leaf

LATENTS_FILTER = N_("Latents (*.json)")


def save_sheet(
    parent: QWidget,
    leaf: Leaf,
    columns: int,
    done: Callable[[Path], None],
    failed: Callable[[Exception], None],
) -> None:
    """Ask where to, and write the sheet beside the window, with its latents."""
    path = pictures.ask_path(parent, _("Save sheet"), f"{name_of(leaf)}.png")
    if path is None:
        return
    assert leaf.pictures is not None, "only whole sheets are saved"
    drawn, places = leaf.pictures.copy(), latents_of(leaf.bundle, leaf.sheet)

    def job(progress: Any, is_cancelled: Any) -> Path:
        write_sheet(path, drawn, places, columns)
        return path

    Task(job, parent).on_done(done).on_error(failed).start()


def write_sheet(path: Path, drawn: Any, places: Places, columns: int) -> None:
    """The pictures as one PNG without gaps, with their latents inside the file.

    ``gan-studio sample --latents`` with as many columns writes the same pixels.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    from gan_studio.core.paths import write_atomically
    from gan_studio.exporters.png import laid_out, png_bytes

    write_atomically(path, png_bytes(laid_out(drawn, columns), places))


def save_latents(
    parent: QWidget,
    leaf: Leaf,
    indices: Iterable[int],
    done: Callable[[Path], None],
    failed: Callable[[Exception], None],
) -> None:
    """Ask where to, and write some places of a sheet as a latents file."""
    name = f"{name_of(leaf)}-starred.json"
    path = pictures.ask_path(parent, _("Save latents"), name, _(LATENTS_FILTER))
    if path is None:
        return
    places = latents_of(leaf.bundle, leaf.sheet, indices)

    def job(progress: Any, is_cancelled: Any) -> Path:
        from gan_studio.core.paths import write_atomically

        write_atomically(path, to_text(places).encode())
        return path

    Task(job, parent).on_done(done).on_error(failed).start()


def write_for_reconstruct(folder: Path, image: QImage) -> str:
    """A picture as a file that the Reconstruct page opens; in a thread of the pool.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    from gan_studio.core.paths import write_atomically

    path = folder / "from-the-sheet.png"
    write_atomically(path, pictures.png_bytes(image))
    return str(path)


def name_of(leaf: Leaf) -> str:
    """A file name that says what the sheet is: ``sheet-seeds-1-64``."""
    recipe = leaf.sheet.recipe
    return f"sheet-{recipe.kind}-{recipe.first}-{len(leaf.places)}"
