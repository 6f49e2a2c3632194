"""What can be done with one direction, as a menu."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPoint

    from gan_studio.gui.pages.explore.directions_desk import Directions

FILE_FILTER = "JSON (*.json)"


def show_menu(
    desk: Directions,
    index: int,
    parent: QWidget,
    position: QPoint,
    rename: Callable[[], None],
    show: Callable[[], None] | None = None,
) -> None:
    """Open the menu of a direction.

    Args:
        desk: holds it.
        index: which.
        parent: whose menu.
        position: where on the screen.
        rename: lets its name be typed.
        show: shows its pictures, where they are elsewhere.
    """
    menu = make_menu(desk, index, parent, rename, show)
    desk.changed.connect(menu.close)  # its number is another direction's then, or nobody's
    menu.exec(position)
    menu.deleteLater()


def make_menu(
    desk: Directions,
    index: int,
    parent: QWidget,
    rename: Callable[[], None],
    show: Callable[[], None] | None = None,
) -> QMenu:
    """The menu that `show_menu` opens."""
    menu = QMenu(parent)
    if show is not None:
        menu.addAction(_("Show pictures along it"), show)
    menu.addAction(_("Back to 0"), partial(_reset, desk, index))
    menu.addAction(_("Rename (F2)"), rename)
    _add_apart(menu, desk, index)
    menu.addAction(_("Export …"), partial(export, desk, [index], parent))
    menu.addSeparator()
    menu.addAction(_("Delete (Del)"), partial(desk.delete, [index]))
    everything = menu.addAction(_("Delete all"), partial(desk.delete, range(len(desk.items))))
    everything.setEnabled(len(desk.items) > 1)
    if desk.removed_words:
        menu.addAction(_("Bring back what was deleted"), desk.bring_back)
    return menu


def _add_apart(menu: QMenu, desk: Directions, index: int) -> None:
    """Others that the new direction is to leave as they are."""
    others = [at for at in range(len(desk.items)) if at != index]
    apart = menu.addMenu(_("Make independent of"))
    apart.setToolTipsVisible(True)
    apart.setEnabled(bool(others) and not desk.maker.is_busy)
    for at in others:
        action = apart.addAction(desk.items[at].name, partial(desk.maker.make_apart, index, [at]))
        action.setToolTip(
            _("A new direction: what is left of this one when “{name}” stays as it is.").format(
                name=desk.items[at].name
            )
        )
    if len(others) > 1:
        apart.addSeparator()
        apart.addAction(_("all others"), partial(desk.maker.make_apart, index, others))


def export(desk: Directions, indices: Sequence[int], parent: QWidget) -> None:
    """Ask for a file and write directions to it."""
    name = desk.items[indices[0]].name if len(indices) == 1 else _("directions")
    path, _chosen = QFileDialog.getSaveFileName(
        parent, _("Export directions"), f"{_file_name(name)}.json", FILE_FILTER
    )
    if path:
        desk.export(Path(path if "." in Path(path).name else f"{path}.json"), indices)


def import_file(desk: Directions, parent: QWidget) -> None:
    """Ask for a file and add its directions."""
    path, _chosen = QFileDialog.getOpenFileName(parent, _("Import directions"), "", FILE_FILTER)
    if path:
        desk.import_from(Path(path))


def _reset(desk: Directions, index: int) -> None:
    desk.move(index, 0.0)
    desk.end_move()


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name)
    return kept.strip() or "direction"
