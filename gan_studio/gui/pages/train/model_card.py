"""The draft's model as a drawing that follows the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.events import RunState
from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.net_export import take_away_menu
from gan_studio.gui.widgets.net_scroll import NetScroll
from gan_studio.inference.architecture_words import count_words

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from gan_studio.core.config import RunConfig
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.net_drawing import NetDrawing
    from gan_studio.gui.widgets.page_head import PageHead
    from gan_studio.inference.architecture import Architecture

FOLLOW_INTERVAL_MS = 200  # a number is typed digit by digit


class ModelCard(Card):
    """Draws what the draft would build; it computes only while it is seen.

    What cannot be built leaves the last drawing, greyed, and says why.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("The model"), parent)
        self._session = session
        self._task: Task | None = None
        self._wanted: RunConfig | None = None
        self._shown: RunConfig | None = None  # what the drawing, or the words below it, are about
        self.nets = NetScroll()
        self.nets.set_count(1)
        # As high as the drawing has to be where there is room, and scrolled where there is not.
        self.nets.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.problem = QLabel()
        self.problem.setProperty("role", "muted")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.body.addWidget(self.nets, 1)
        self.body.addWidget(self.problem)
        self._add_more_button()
        self._follow_soon = Throttle(self._trace, FOLLOW_INTERVAL_MS, parent=self)
        theme.notifier().changed.connect(self.nets.updateGeometry)

    def _add_more_button(self) -> None:
        self._more = QToolButton()
        self._more.setText("⋯")
        self._more.setProperty("role", "small")
        self._more.setToolTip(_("Copy or save the drawing, as a picture or as SVG."))
        self._more.setAccessibleName(_("Take the drawing away"))
        self._more.clicked.connect(self._on_more_clicked)
        self._more.setEnabled(False)
        self.header.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)

    def follow(self, config: RunConfig | None) -> None:
        """Draw the model of this draft, now or when the card is seen."""
        self._wanted = config
        if self.isVisible():
            self._follow_soon()

    def _trace(self) -> None:
        config, shown = self._wanted, self._shown
        is_same = shown is not None and config is not None and _model_of(config) == _model_of(shown)
        if config is None or is_same or not self._session.is_engine_ready:
            return
        self.close_work()
        self._shown = config
        engine, run, folders = self._session.engine, self._session.run, self._session.folders
        # What a run on the same data has found out needs not be found out again.
        facts = run.info if run is not None and run.config.data == config.data else {}
        self._task = Task(lambda _p, _c: engine.architecture(config, facts, folders), self)
        self._task.on_done(self._take).on_error(self._on_failed).start()

    def close_work(self) -> None:
        """Give up what is being computed."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _take(self, found: Architecture | None) -> None:
        self._task = None
        if found is None:
            self._say(
                _(
                    "How large the pictures are is not known yet: look at the data once on the "
                    "Data page, then the model can be drawn."
                )
            )
            return
        self.hide_hint()
        self.problem.hide()
        self.drawing.set_architecture(found)
        self._more.setEnabled(True)
        self.set_note(count_words(found.parameters), f"{found.parameters:,}", "")
        self.nets.updateGeometry()

    def _on_failed(self, problem: Exception) -> None:
        self._task = None
        self._say(str(problem) if isinstance(problem, StudioError) else repr(problem))

    def _say(self, words: str) -> None:
        """Say why there is no drawing of what the form says."""
        self.problem.setText(words)
        self.problem.show()
        self.drawing.set_faded(True)
        self.set_note("")
        self.nets.updateGeometry()

    @property
    def drawing(self) -> NetDrawing:
        """The one drawing."""
        return self.nets.drawings[0]

    def _on_more_clicked(self) -> None:
        menu = take_away_menu(self, [self.drawing])
        menu.exec(self._more.mapToGlobal(QPoint(0, self._more.height())))
        menu.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.problem.isHidden():
            self._shown = None  # the data may have been looked at meanwhile
        self._follow_soon()


class ModelSwitch(QObject):
    """Shows the card while a run is being set up, and whenever its button is down."""

    def __init__(self, session: Session, head: PageHead, card: ModelCard) -> None:
        super().__init__(card)
        self._session, self._card = session, card
        self.button = head.add_button(
            _("Model"),
            _("Show the networks that the form describes, layer by layer, with their real sizes."),
        )
        self.button.setCheckable(True)
        self.button.toggled.connect(self._on_toggled)
        session.draft_changed.connect(self._follow)
        session.engine_ready.connect(self._follow)
        session.state_changed.connect(self._on_state_changed)
        self.button.setChecked(session.run is None)
        self._on_toggled(self.button.isChecked())

    def open(self) -> None:
        """Show the card: another run is being set up."""
        self.button.setChecked(True)

    def _on_toggled(self, is_on: bool) -> None:
        self._card.setVisible(is_on)
        self._follow()

    def _follow(self) -> None:
        self._card.follow(self._session.config)

    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.PREPARING:  # pictures need the room now
            self.button.setChecked(False)


def _model_of(config: RunConfig) -> tuple[object, object]:
    return config.model, config.data
