"""What comes to a window that is open: files, wishes of later starts, and what a start has to say.

It begins after the first paint, so that nothing of it is waited for.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, Slot
from PySide6.QtWidgets import QApplication

from gan_studio.core import safe_mode
from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.run_shelf import Offer, always

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gan_studio.core.errors import StudioError
    from gan_studio.gui.main_window import MainWindow
    from gan_studio.gui.opening import Door
    from gan_studio.gui.single_instance import Wish
    from gan_studio.gui.start import Start

TOKEN = "XDG_ACTIVATION_TOKEN"
MOST_PROBLEMS = 3


class Reception(QObject):
    """Opens what it is given on the page that shows it.

    Args:
        start: how this window was asked for.
        window: the window.
        problem: what else is to be said of this start; "" where nothing is.
    """

    def __init__(self, start: Start, window: MainWindow, problem: str = "") -> None:
        super().__init__(window)
        self._start, self._window, self._problem = start, window, problem
        self._session = window.session
        window.dropped.connect(self.open_paths)

    @Slot()
    def open(self) -> None:
        """Begin: say what there is to say, open what was asked for, and hear later starts."""
        if self._start.is_safe:
            self._window.setWindowTitle(_("Safe mode"))
        self._tell()
        if self._start.desk is not None:
            from gan_studio.gui.letter_box import LetterBox

            self.letter_box = LetterBox(self._start.desk, self._is_open, self)
            self.letter_box.arrived.connect(self.on_wish)
            self.letter_box.open()
        hand_files_to = getattr(QApplication.instance(), "hand_files_to", None)
        if hand_files_to is not None:
            hand_files_to(self._on_file)
        self._fulfil(self._start.wish)

    @Slot(object)
    def on_wish(self, wish: Wish) -> None:
        """A later start has asked for something: come to the front and show it."""
        come_to_the_front(self._window, wish.token)
        self._fulfil(wish)

    @Slot(object)
    def open_paths(self, paths: Sequence[Path]) -> None:
        """Show files and folders on their pages, or say what is wrong with them."""
        from gan_studio.gui.opening import KnownRuns, doors

        known = KnownRuns(self._session.folders.runs, self._session.guests)
        wanted = list(paths)
        Task(lambda progress, is_cancelled: doors(wanted, known), self).on_done(
            self._on_doors
        ).on_error(self._session.report).start()

    def _is_open(self) -> bool:
        """Whether the window will show what is asked for: it may wait for a run to be saved."""
        middle = self._window.centralWidget()
        return middle is not None and middle.isEnabled()

    def _fulfil(self, wish: Wish) -> None:
        if wish.page:
            self._session.go_to(wish.page, **({"lesson": wish.paths[0]} if wish.paths else {}))
        elif wish.paths:
            self.open_paths(wish.paths)

    def _on_file(self, path: Path) -> None:
        self.open_paths([path])

    def _on_doors(self, found: tuple[list[Door], list[StudioError]]) -> None:
        doors, problems = found
        if not problems:
            self._go_through(doors)
            return
        # The page stays, and the banner with it: the others would take it away when they open.
        text = " ".join(problem.sentence() for problem in problems[:MOST_PROBLEMS])
        offer = Offer("error", _("This cannot be opened."), text)
        if doors:
            others = partial(self._go_through, doors)
            offer = replace(offer, action_text=_("Open the others"), on_action=others)
        self._session.offered.emit(offer)

    def _go_through(self, doors: list[Door]) -> None:
        for door in doors:
            if door.run_dir is not None:
                self._session.welcome(door.run_dir)
            self._session.go_to(door.page, **door.payload)

    # What there is to say

    def _tell(self) -> None:
        if self._start.is_safe:
            self._session.offered.emit(self._safe_mode_offer())
        elif text := " ".join(part for part in (self._start.note, self._problem) if part):
            self._session.offered.emit(Offer("warning", _("Please note."), text, waits=always))

    def _safe_mode_offer(self) -> Offer:
        text = _(
            "Standard settings, and changes to them are not kept; no plugins, no GPU, one thread. "
            "Your settings and runs are untouched. To leave it, close the window and start again."
        )
        leave = self._leave_safe_mode
        return Offer("warning", _("Safe mode."), text, _("Start normally"), leave, waits=always)

    def _leave_safe_mode(self) -> None:
        program, *words = own_window()
        process = QProcess()
        process.setProgram(program)
        process.setArguments(words)
        environment = QProcessEnvironment()
        for name, value in safe_mode.turned_off(dict(os.environ)).items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        if process.startDetached():
            self._window.close()


def own_window() -> list[str]:
    """The first words of a command that starts another window of this program."""
    import sys

    from gan_studio.core.paths import is_frozen, own_program

    return [sys.executable] if is_frozen() else own_program()


def come_to_the_front(window: MainWindow, token: str = "") -> None:
    """Show the window above others, as far as the platform lets a program do that.

    Args:
        window: where it was minimised, it is as large as before.
        token: what the desktop gave to whoever asks; Wayland wants it from the environment.
    """
    if token:
        os.environ[TOKEN] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    os.environ.pop(TOKEN, None)  # it is used once, and not for child processes
    QApplication.alert(window)  # where it may not come to the front, its entry asks for attention
