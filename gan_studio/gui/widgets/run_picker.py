"""Which trained model a page looks at: a run, and a checkpoint of it or the newest weights."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal

from gan_studio.core.events import RunState
from gan_studio.core.i18n import _
from gan_studio.gui.widgets.drop_down import DropDown

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.run_list import RunSummary
    from gan_studio.gui.session import Session


@dataclass(frozen=True)
class RunChoice:
    """A model.

    Attributes:
        step: a checkpoint; None is the newest.
        is_live: the run that trains now, with its newest weights.
    """

    run_dir: Path | None
    step: int | None = None
    is_live: bool = False


def can_show(family: str, wanted: frozenset[Any]) -> bool:
    """Whether a family has one of the capabilities; False for a family that is not there."""
    from gan_studio.models.base import FAMILIES

    return family in FAMILIES and bool(FAMILIES.get(family).capabilities & wanted)


def train_one(session: Session, wanted: frozenset[Any]) -> None:
    """Start the quick start of a family that has one of the capabilities, or show Train."""
    for key, preset in session.presets().items():
        if preset.quick_start and can_show(preset.family, wanted):
            session.start_preset(key)
            return
    session.go_to("train")


def checkpoint_steps(run_dir: Path) -> list[int]:
    """Steps that can be looked at, newest first."""
    from gan_studio.training.run_folder import RunFolder

    return RunFolder(run_dir).checkpoints.moments()[::-1]


class RunPicker(QObject):
    """Fills two combo boxes (`runs`, `steps`) and says what is chosen.

    Until a person chooses, it takes the run that trains, else the newest that fits.

    Args:
        accepts: whether a family (by key) fits the page; asked once the engine is ready.
        fits: whether a run of such a family does.
        prefers: families that are taken before others while nobody has chosen.

    Signals:
        chosen: a `RunChoice`, or None when there is nothing to choose.
        steps_changed: `steps` lists, or shows, something else.
    """

    chosen = Signal(object)
    steps_changed = Signal()

    def __init__(
        self,
        session: Session,
        accepts: Callable[[str], bool],
        parent: QObject | None = None,
        *,
        fits: Callable[[RunSummary], bool] = lambda run: True,
        prefers: Callable[[str], bool] = lambda family: True,
    ) -> None:
        super().__init__(parent)
        self._session, self._accepts, self._fits, self._prefers = session, accepts, fits, prefers
        self.runs, self.steps = DropDown(), DropDown()
        self._summaries: list[RunSummary] = []
        self._choice: RunChoice | None = None
        self._is_own_choice = True  # False once a person chose
        self._wished: tuple[Path, int | None] | None = None
        self.is_loading = False
        self.runs.activated.connect(self._on_run_activated)
        self.steps.activated.connect(self._on_step_activated)
        session.runs_changed.connect(self.refresh)
        session.state_changed.connect(self._on_state_changed)

    @property
    def choice(self) -> RunChoice | None:
        """What is chosen now."""
        return self._choice

    @property
    def is_persons_choice(self) -> bool:
        """Whether a person, or another page for them, has chosen what is shown."""
        return not self._is_own_choice

    @property
    def summaries(self) -> list[RunSummary]:
        """The runs that fit, newest first."""
        return self._summaries

    def refresh(self) -> None:
        """Read the runs folder again, in the background."""
        if self._session.is_engine_ready:
            self.is_loading = True
            self._session.list_runs(self._on_listed)

    def choose(self, run_dir: Path, step: int | None = None) -> None:
        """Choose a run as soon as the list knows it (it may have been made a moment ago)."""
        self._wished = (Path(run_dir), step)
        self.refresh()

    def choose_step(self, step: int | None) -> None:
        """Choose another moment of the run that is chosen; None is the newest."""
        rows = (row for row in range(self.steps.count()) if self.steps.itemData(row) == step)
        row = next(rows, None)
        if row is not None and row != self.steps.currentIndex():
            self.steps.setCurrentIndex(row)
            self._on_step_activated(row)

    def moments(self) -> list[int]:
        """The steps of the chosen run that can be looked at, oldest first."""
        found = (self.steps.itemData(row) for row in range(self.steps.count()))
        return sorted(step for step in found if step is not None)

    @property
    def is_live_run(self) -> bool:
        """Whether the run under way is chosen, at whichever step."""
        return bool(self.runs.currentData() == "live")

    def refresh_steps(self) -> None:
        """List the moments of the chosen run again."""
        self._fill_steps()

    def live_family(self) -> str:
        """The family of the run that trains now, if it fits; else ""."""
        run = self._session.run
        if run is None or run.state is RunState.ENDED or not self._session.is_engine_ready:
            return ""
        key = str(run.config.model.key)
        return key if self._accepts(key) else ""

    def _on_state_changed(self, state: RunState) -> None:
        if state in (RunState.PREPARING, RunState.ENDED):
            self.refresh()

    def _on_listed(self, summaries: list[RunSummary]) -> None:
        self.is_loading = False
        live = self._live_dir()
        self._summaries = [
            run
            for run in summaries
            if run.can_open and run.path != live and self._accepts(run.family) and self._fits(run)
        ]
        self._fill_runs()
        self._settle(self._wish() or self._still_valid())

    def _live_dir(self) -> Path | None:
        run = self._session.run
        return run.run_dir if run is not None and self.live_family() else None

    def _wish(self) -> RunChoice | None:
        """What was asked for from outside, once the list has it."""
        if self._wished is None:
            return None
        path, step = self._wished
        is_live = path == self._live_dir()
        if not is_live and all(run.path != path for run in self._summaries):
            return None
        self._wished, self._is_own_choice = None, False
        return RunChoice(path, step, is_live and step is None)

    def _fill_runs(self) -> None:
        with QSignalBlocker(self.runs):
            self.runs.clear()
            if self.live_family():
                self.runs.addItem(_("The run under way"), "live")
            for run in self._summaries:
                self.runs.addItem(run_title(self._session, run), run.path)
                self.runs.setItemData(
                    self.runs.count() - 1, str(run.path), Qt.ItemDataRole.ToolTipRole
                )
            self.runs.setEnabled(self.runs.count() > 0)
            self.runs.setPlaceholderText(_("none yet"))

    def _still_valid(self) -> RunChoice | None:
        """The choice before if it can stay, else what the page shows by itself."""
        live, old = bool(self.live_family()), self._choice
        paths = [run.path for run in self._summaries]
        liked = [run.path for run in self._summaries if self._prefers(run.family)]
        takes_live = live and (not liked or self._prefers(self.live_family()))
        if old is not None and not (self._is_own_choice and takes_live and not old.is_live):
            if old.is_live and live:
                return RunChoice(self._live_dir(), None, is_live=True)
            if old.run_dir is not None and old.run_dir in (*paths, self._live_dir()):
                return RunChoice(old.run_dir, old.step)
        self._is_own_choice = True
        if takes_live:
            return RunChoice(self._live_dir(), None, is_live=True)
        return RunChoice((liked or paths)[0]) if paths else None

    def _settle(self, choice: RunChoice | None) -> None:
        is_new = choice != self._choice and not _is_same_live_run(self._choice, choice)
        self._choice = choice
        with QSignalBlocker(self.runs):
            self.runs.setCurrentIndex(self._row_of(choice))
        self._fill_steps()
        if is_new or choice is None:
            self.chosen.emit(choice)

    def _row_of(self, choice: RunChoice | None) -> int:
        if choice is None:
            return -1
        is_live_dir = choice.run_dir is not None and choice.run_dir == self._live_dir()
        if choice.is_live or is_live_dir:
            return self.runs.findData("live")
        rows = (row for row in range(self.runs.count()))
        return next((row for row in rows if self.runs.itemData(row) == choice.run_dir), -1)

    def _fill_steps(self) -> None:
        choice = self._choice
        with QSignalBlocker(self.steps):
            self.steps.clear()
            self.steps.setEnabled(choice is not None)
            if choice is not None:
                self._list_steps(choice)
        self.steps_changed.emit()

    def _list_steps(self, choice: RunChoice) -> None:
        self.steps.addItem(_("follows the run") if self.is_live_run else _("newest"), None)
        for step in checkpoint_steps(choice.run_dir) if choice.run_dir is not None else []:
            self.steps.addItem(_("step {step}").format(step=f"{step:,}"), step)
        row = 0 if choice.step is None else self.steps.findData(choice.step)
        self.steps.setCurrentIndex(max(row, 0))

    def _on_run_activated(self, row: int) -> None:
        self._is_own_choice = False
        data = self.runs.itemData(row)
        if data == "live":
            self._settle(RunChoice(self._live_dir(), None, is_live=True))
        else:
            self._settle(RunChoice(data))

    def _on_step_activated(self, row: int) -> None:
        self._is_own_choice = False
        if self._choice is not None:
            step = self.steps.itemData(row)
            is_live = step is None and self.is_live_run
            self._settle(RunChoice(self._choice.run_dir, step, is_live))


def _is_same_live_run(old: RunChoice | None, new: RunChoice | None) -> bool:
    """Whether only the folder of the run under way has become known."""
    if old is None or new is None or not (old.is_live and new.is_live):
        return False
    return old.run_dir is None


@lru_cache(maxsize=512)
def latent_size(run_dir: Path) -> int:
    """How many latent numbers the run's config names, 0 where it names none.

    A run's model never changes, so the file is read once.
    """
    try:
        table = tomllib.loads((run_dir / "run.toml").read_text("utf-8"))
        return int(table["model"]["latent_dim"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def run_title(session: Session, run: RunSummary) -> str:
    """``latent 100 · GAN (MLP) · Digits · 2,000 steps · 21 Nov 14:30``: what differs is first."""
    when = run.created.strftime("%d %b %H:%M") if run.created else ""
    steps = _("{steps} steps").format(steps=f"{run.step:,}")
    title = _(session.engine.title_of("family", run.family))
    size = latent_size(run.path)
    latent = _("latent {size}").format(size=size) if size else ""
    return " · ".join(part for part in (latent, title, run.data, steps, when) if part)
