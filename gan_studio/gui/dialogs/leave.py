"""The one question when the window closes while a run is under way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.events import RunState
from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.status_bar import time_left

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.session import Session

REFRESH_MS = 500


@dataclass(frozen=True)
class Words:
    """What the dialog says of the run and of each answer."""

    run: str
    standing: str
    keep: str
    stop: str
    queue: str = ""


class LeaveDialog(QDialog):
    """Keep training, stop and save, or cancel. Nothing is lost by any of them.

    Args:
        keep: called where the person wants the run to go on.
        stop: called where it should be stopped and saved.
    """

    def __init__(
        self,
        session: Session,
        keep: Callable[[], None],
        stop: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Close GAN Studio"))
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(6)
        title = QLabel(_("Keep training when the window is closed?"))
        title.setProperty("role", "page-title")
        title.setWordWrap(True)
        self.run, self.standing = self._label(), self._label("number")
        for label in (title, self.run, self.standing):
            column.addWidget(label)
        column.addSpacing(10)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.keep, self.keep_words = self._answer(_("&Keep training"), partial(self._end, keep))
        self.stop, self.stop_words = self._answer(_("&Stop and save"), partial(self._end, stop))
        self.cancel, cancel_words = self._answer(_("Cancel"), self.reject)
        stays = _("The window stays, and the run with it.")
        cancel_words.setText(stays)
        self.cancel.setToolTip(stays)
        self.cancel.setAccessibleDescription(stays)
        self.keep.setProperty("role", "primary")
        self.keep.setDefault(True)
        self.queue = self._label()
        column.addSpacing(6)
        column.addWidget(self.queue)
        column.addStretch(1)  # or wrapped lines would share what room is left
        self._refresh_soon = Throttle(self.refresh, REFRESH_MS, parent=self)
        session.scalars.connect(self._on_news)
        session.state_changed.connect(self._on_news)
        self.refresh()
        self.setMinimumWidth(theme.px(560))
        self.resize(self.minimumWidth(), column.totalHeightForWidth(self.minimumWidth()))
        self.keep.setFocus()

    def _label(self, role: str = "muted") -> QLabel:
        label = QLabel()
        label.setProperty("role", role)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _answer(self, text: str, answer: Callable[[], None]) -> tuple[QPushButton, QLabel]:
        """A button and, beside it, what it does."""
        button, words = QPushButton(text), self._label()
        button.clicked.connect(answer)
        button.setAutoDefault(False)
        row = self._grid.rowCount()
        self._grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, row, 1, Qt.AlignmentFlag.AlignVCenter)
        return button, words

    @Slot()
    def refresh(self) -> None:
        """Say how the run stands now."""
        words = words_for(self._session)
        self.run.setText(words.run)
        self.standing.setText(words.standing)
        self.keep_words.setText(words.keep)
        self.stop_words.setText(words.stop)
        self.queue.setText(words.queue)
        self.queue.setVisible(bool(words.queue))
        for button, text in ((self.keep, words.keep), (self.stop, words.stop)):
            button.setToolTip(text)
            button.setAccessibleDescription(text)

    def _on_news(self, _news: object) -> None:
        self._refresh_soon()

    def _end(self, answer: Callable[[], None], *checked: bool) -> None:
        self.accept()
        answer()


def words_for(session: Session) -> Words:
    """What is to be said of the run under way."""
    run, job = session.run, session.job
    assert run is not None, "asked while a run is under way"
    is_apart = job is not None and job.is_apart
    engine = session.engine
    family = _(engine.title_of("family", run.config.model.key))
    data = str(run.info.get("data_title") or engine.title_of("dataset", run.config.data.key))
    name = f" ({run.run_dir.name})" if run.run_dir is not None else ""
    return Words(
        f"{family} · {_(data)}{name}", _standing(session), _keep(run.state, is_apart),
        _stop(run.state), _queue(session),
    )  # fmt: skip


def _standing(session: Session) -> str:
    run = session.run
    assert run is not None
    if run.state is RunState.PREPARING:
        return _("Its data is being prepared; nothing is trained yet.")
    words = _("Step {step} of {total}")
    parts = [words.format(step=f"{run.step:,}", total=f"{run.total_steps:,}")]
    if run.state is RunState.PAUSED:
        parts.append(_("paused"))
    elif run.seconds_left is not None:
        parts.append(time_left(run.seconds_left))
    return " · ".join(parts)


def _keep(state: RunState, is_apart: bool) -> str:
    parts = [
        _("The run goes on in its own process; the window closes at once.")
        if is_apart
        else _(
            "The run is prepared afresh by a process in the background; the window closes "
            "when that has begun."
        )
        if state is RunState.PREPARING
        else _(
            "The run is saved and goes on from there in the background; the window closes when "
            "that has begun."
        )
    ]
    if state is RunState.PAUSED:
        parts.append(_("It does not stay paused."))
    parts.append(_("The next start shows it again."))
    return " ".join(parts)


def _stop(state: RunState) -> str:
    if state is RunState.PREPARING:
        return _("The run ends before it has begun. What was downloaded is kept.")
    return _("The run ends at a checkpoint; Resume goes on exactly from there, whenever you like.")


def _queue(session: Session) -> str:
    queue = session.queue.queue
    if queue is None or queue.current is None or not session.queue.is_active:
        return ""
    count = sum(entry.state == "waiting" for entry in queue.entries)
    if not count:
        return ""
    if count == 1:
        return _("One more run of the queue waits for the next start in any case.")
    words = _("{count} more runs of the queue wait for the next start in any case.")
    return words.format(count=count)
