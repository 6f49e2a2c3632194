"""The Train page: it sends what a person wants to the session and shows what the run says."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gan_studio.core.capabilities import Capability
from gan_studio.core.events import Failed, Finished, ParameterChanged, RunState
from gan_studio.core.i18n import N_, _
from gan_studio.core.registry import Registry
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.forms.progress_strip import ProgressStrip
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.train.apart import ApartSwitch
from gan_studio.gui.pages.train.buttons import Buttons, Main, Situation, buttons_for
from gan_studio.gui.pages.train.form import TrainForm
from gan_studio.gui.pages.train.model_card import ModelCard, ModelSwitch
from gan_studio.gui.pages.train.specs import short_name
from gan_studio.gui.pages.train.view import PLAYERS, TrainView
from gan_studio.gui.pages.train.words import chips, finished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton

    from gan_studio.core.config import RunConfig
    from gan_studio.core.events import Event, RunStarted, SamplesReady
    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.session import Session

WHOLE_STEP = ""  # the name that `step_phase` knows for all phases once


class TrainPage(Page):
    """One look tells: is it learning, and is it healthy?"""

    key = "train"
    title = N_("Train")
    icon_name = "train"
    order = 30

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.form = TrainForm()
        self.inspector = self.form
        self.view = TrainView()
        self.strip = ProgressStrip()
        self.body.addWidget(self.strip)
        self.body.addWidget(self.view, 1)
        self._buttons = Buttons(Main.NOTHING, "", "")
        self._has_problems = False
        self._is_fresh = False  # the page shows the draft, not the run that has ended
        self._make_buttons()
        self._connect()
        self.view.pictures.clear(self._hint())
        self._update()
        if session.is_engine_ready:
            self.on_engine_ready()

    def _make_buttons(self) -> None:
        self.view.add_below_pictures(card := ModelCard(self.session))
        self.model = ModelSwitch(self.session, self.head, card)
        tip = _("Pause, and update only {name} once: see what one step of one network does.")
        self.step_buttons: dict[str, QPushButton] = {}
        for name in (*PLAYERS, WHOLE_STEP):
            text = _("Step {name}").format(name=short_name(name)) if name else _("Step")
            words = tip.format(name=short_name(name)) if name else _("Pause, and take one step.")
            button = self.step_buttons[name] = self.head.add_button(text, words)
            button.clicked.connect(partial(self._step, name))
        self.step_buttons[WHOLE_STEP].hide()  # until a family is known that has no players
        self.again = self.head.add_button(
            _("Train anew"), _("Leave that run as it is and train a new model from the start.")
        )
        self.again.clicked.connect(self._train)
        self.stop = self.head.add_button(
            _("Stop"), _("End the run at a checkpoint; it can be resumed later.")
        )
        self.stop.clicked.connect(self.session.stop)
        self.apart = ApartSwitch(self.session, self.head)
        self.main = self.head.add_button(
            _("Train"), _("Train a new model."), primary=True, shortcut="Space"
        )
        self.main.clicked.connect(self.main_action)

    def _connect(self) -> None:
        session = self.session
        session.draft_changed.connect(self._on_draft_changed)
        session.run_started.connect(self._on_run_started)
        session.scalars.connect(self._refresh)
        session.samples.connect(self._on_samples)
        session.state_changed.connect(self._on_state_changed)
        session.notice.connect(self._on_notice)
        session.run_ended.connect(self._on_run_ended)
        session.progress.connect(self._on_progress)
        session.engine_failed.connect(self._on_engine_failed)
        session.start_remembered.connect(self._on_start_remembered)
        self.form.changed.connect(self._on_form_changed)
        self.form.failed.connect(session.error)
        self.form.live.chosen.connect(session.set_parameter)
        self.strip.cancelled.connect(session.stop)

    # --- the page ----------------------------------------------------------------------------

    def on_engine_ready(self) -> None:
        if self.form.is_ready or self.session.config is None:
            return
        self.form.begin(self.session.config, self.session.presets())
        # pyqtgraph takes a fifth of a second to load, which must not be felt when curves appear.
        Task(_load_plots, self).on_done(self._refresh).start()
        self._arrange()
        self._catch_up()
        self._update()

    def on_shown(self) -> None:
        self.view.refresh()

    def main_action(self) -> None:
        if not self._buttons.is_enabled:
            return
        run = self.session.run
        if self._buttons.main is Main.PAUSE:
            self.session.pause()
        elif self._buttons.main is Main.GO_ON:
            self.session.go_on()
        elif self._buttons.main is Main.RESUME and run is not None and run.run_dir is not None:
            self.session.resume(run.run_dir)
        elif self._buttons.main is Main.TRAIN:
            self._train()

    def receive(self, **payload: Any) -> None:
        """``data=(key, options)`` trains on that data set next (from the Data page)."""
        data = payload.get("data")
        if data is not None and self.session.config is not None:
            from dataclasses import replace

            from gan_studio.core.schema import Plug

            self.session.set_draft(replace(self.session.config, data=Plug(*data)))
            self._show_draft()

    def _train(self) -> None:
        if self.form.is_ready:
            self.session.set_draft(self.form.config())
        self.banner.clear()
        self.session.start_training()

    def _step(self, name: str, *checked: bool) -> None:
        run = self.session.run
        if run is not None and run.state is RunState.TRAINING:
            self.session.pause()
        self.session.step_phase(name)

    def _catch_up(self) -> None:
        """Show a run that began before this page was made."""
        run = self.session.run
        if run is None:
            return
        if run.info:
            self._begin(run)
            if run.last_samples is not None:
                self.view.pictures.take(run.last_samples)
        self._on_state_changed(run.state)

    def _begin(self, run: RunView) -> None:
        phases = tuple(run.info.get("phases", PLAYERS))
        shape = tuple(run.info.get("sample_shape", ()))
        self._arrange_for(run.config, phases)
        self.view.pictures.clear(_("The first pictures are being drawn …"))
        self.view.pictures.begin(run.run_dir, shape)
        self.view.follow(run.history)
        if run.is_active:
            self.form.live.begin(run.info.get("rates", {}))

    def _show_draft(self) -> None:
        """Put what an ended run has left aside: the next one is being set up."""
        run = self.session.run
        if run is None or run.is_active:
            return
        self._is_fresh = True
        self.model.open()
        self.banner.clear()
        self.view.follow(None)
        self.view.pictures.clear(self._hint())
        self._arrange()
        self._update()

    # --- what is shown -----------------------------------------------------------------------

    def _arrange(self) -> None:
        """Before a run only the family tells which cards there will be."""
        config = self._config()
        if config is not None:
            self._arrange_for(config, ())

    def _arrange_for(self, config: RunConfig, phases: Sequence[str]) -> None:
        look = _look(config.model.key)
        is_game = look["is_game"]
        self.view.arrange(phases or (PLAYERS if is_game else ("",)), **look)
        names = set(PLAYERS if is_game and not phases else phases)
        for name, button in self.step_buttons.items():
            button.setVisible(name in names if name else not set(PLAYERS) <= names)

    def _config(self) -> RunConfig | None:
        """What the page is about: the run that it shows, else the draft."""
        run = self.session.run
        return self.session.config if run is None or self._is_fresh else run.config

    def _situation(self) -> Situation:
        run = self.session.run
        if run is None or self._is_fresh:
            return Situation(has_problems=self._has_problems)
        return Situation(
            state=run.state,
            is_changed=self.session.config != run.config,
            is_unfinished=run.is_unfinished,
            has_problems=self._has_problems,
        )

    def _update(self) -> None:
        """Bring words, buttons and chips in line with the run and the draft."""
        self._buttons = now = buttons_for(self._situation())
        self._keep_focus()
        self.main.setText(now.text)
        self.main.setToolTip(f"{now.tooltip} ({_('Space')})")
        self.main.setAccessibleName(now.text)
        self.main.setEnabled(now.is_enabled)
        self.stop.setVisible(now.can_stop or not now.again)
        self.stop.setEnabled(now.can_stop)
        self.again.setVisible(bool(now.again))
        for button in self.step_buttons.values():
            button.setEnabled(now.can_step)
        run = self.session.run
        self.form.set_read_only(run is not None and run.is_active)
        self.head.set_chips(chips(self.session, self._config()))

    def _keep_focus(self) -> None:
        """A button that cannot be pressed any more would hand its focus to whatever is next."""
        if self.main.hasFocus() or self.stop.hasFocus() or self.again.hasFocus():
            self.setFocus()

    def _hint(self) -> str:
        if not self.session.is_engine_ready:
            return _("The learning engine is being loaded. What you press now is remembered.")
        return _(
            "Nothing is being trained yet. Press Train or the space bar: the first pictures "
            "appear here within seconds."
        )

    # --- slots -------------------------------------------------------------------------------

    def _on_form_changed(self) -> None:
        self._has_problems = bool(self.form.problems())
        self.session.set_draft(self.form.config())
        if self.session.run is None:
            self._arrange()
        self._update()

    def _on_draft_changed(self) -> None:
        if self.form.is_ready and self.session.config is not None:
            self.form.show_config(self.session.config)
            self._has_problems = bool(self.form.problems())
        if self.session.run is None:
            self._arrange()
        self._update()

    def _on_run_started(self, _event: RunStarted) -> None:
        self.strip.hide()
        if self.session.run is not None:
            self._begin(self.session.run)
        self._update()

    def _refresh(self, _news: object) -> None:
        self.view.refresh()

    def _on_samples(self, event: SamplesReady) -> None:
        if event.name == "fixed":
            self.view.pictures.take(event)

    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.PREPARING:
            self._is_fresh = False
            self.banner.clear()
            self.view.follow(None)
            self.view.pictures.clear(_("The data is being prepared …"))
            self.strip.show_progress(0, 0, "")
            self._arrange()
        elif state is not RunState.STOPPING:
            self.strip.hide()
        self._update()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        run = self.session.run
        if run is not None and run.state is RunState.PREPARING:
            self.strip.show_progress(done, total, what)

    def _on_notice(self, event: Event) -> None:
        if isinstance(event, ParameterChanged):
            self.form.live.take(event.name, event.value)

    def _on_run_ended(self, event: Finished | Failed) -> None:
        self.strip.hide()
        self.form.live.end()
        self.view.settle()
        run = self.session.run
        if run is not None and not run.info:
            self.view.pictures.clear(self._hint())
        elif run is not None and isinstance(event, Finished):
            self._say_finished(event, run)
        self._update()

    def _say_finished(self, event: Finished, run: RunView) -> None:
        title, text = finished(event, run)
        self.banner.show_message("info", title, text, _("Explore it"), on_action=self._explore)

    def _explore(self) -> None:
        run = self.session.run
        if run is not None and run.run_dir is not None:
            page = "reconstruct" if _only_copies(run.config.model.key) else "explore"
            self.session.go_to(page, run_dir=run.run_dir)

    def _on_engine_failed(self, reason: str) -> None:
        self.view.pictures.clear(
            _("The learning engine could not be loaded: {reason}").format(reason=reason)
        )

    def _on_start_remembered(self, what: str) -> None:
        if self.session.run is None:
            words = _("{what} as soon as the learning engine is loaded …").format(what=what)
            self.view.pictures.clear(words)


def _load_plots(_progress: object, _is_cancelled: object) -> None:
    import_module("gan_studio.gui.plots.curves")


def _abilities(family: str) -> frozenset[Capability]:
    registry = Registry.of_kind("family")
    return registry.get(family).capabilities if family in registry else frozenset()


def _look(family: str) -> dict[str, bool]:
    """What `TrainView.arrange` has to know of a family."""
    abilities = _abilities(family)
    return {
        "is_game": Capability.ADVERSARIAL in abilities,
        "copies": _only_copies(family),
        "encodes": Capability.ENCODES in abilities,
        "restores": Capability.RESTORES in abilities,
    }


def _only_copies(family: str) -> bool:
    abilities = _abilities(family)
    return Capability.ENCODES in abilities and Capability.GENERATES not in abilities
