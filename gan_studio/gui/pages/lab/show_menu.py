"""The button that opens lessons, failures and what can be taken away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import load_presets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

FAMILY = "small_gan"  # whose presets are played here


class ShowMenu(QMenu):
    """Lessons first, then the failure museum.

    Signals:
        lesson_chosen: a `Lesson`.
        exhibit_chosen: an `Exhibit`.
        preset_chosen: a `Preset` of the lab's family.
        file_wanted: a lesson's file is to be opened.
        failed: what comes with the program cannot be read (a StudioError).
    """

    lesson_chosen = Signal(object)
    exhibit_chosen = Signal(object)
    preset_chosen = Signal(object)
    file_wanted = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self.shows_museum = True
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Read what there is, which takes some milliseconds: files may have come or gone."""
        self.clear()
        from gan_studio.lab.lessons import load_lessons
        from gan_studio.lab.museum import load_museum

        try:
            lessons = load_lessons(resources_dir() / "lessons")
            museum = load_museum(resources_dir() / "museum") if self.shows_museum else {}
            presets = load_presets(resources_dir() / "presets") if self.shows_museum else {}
        except StudioError as problem:
            self.failed.emit(problem)
            return
        self._add(_("Lessons"), lessons, "summary", self.lesson_chosen, is_numbered=True)
        opened = self.addAction(_("Open a lesson …"))
        opened.setToolTip(_("A lesson's JSON file; it can also be dropped on the page."))
        opened.triggered.connect(lambda _checked: self.file_wanted.emit())
        if museum:
            self._add(_("Failure museum"), museum, "text", self.exhibit_chosen)
        own = {key: preset for key, preset in presets.items() if preset.family == FAMILY}
        if own:
            self._add(_("Benchmarks"), own, "help", self.preset_chosen)

    def _add(
        self,
        head: str,
        items: Mapping[str, Any],
        tip: str,
        chosen: Any,
        *,
        is_numbered: bool = False,
    ) -> None:
        title = self.addAction(head.upper())  # styles draw no text of a section
        title.setEnabled(False)
        for number, item in enumerate(items.values(), start=1):
            words = f"&{number}  {_(item.title)}" if is_numbered else _(item.title)
            action = self.addAction(words)
            action.setToolTip(_(getattr(item, tip)))
            action.triggered.connect(partial(_emit, chosen, item))


def _emit(signal: Any, item: Any, _is_checked: bool = False) -> None:
    signal.emit(item)


def show_button(button: QPushButton, menu: ShowMenu) -> None:
    """Let a button of the page's head open the menu below itself."""
    button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
