"""What the compared models are built of, one below the other on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.reconstruct.panels import Panel
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.net_export import take_away_menu
from gan_studio.gui.widgets.net_scroll import NetScroll

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.data.base import Prepared
    from gan_studio.inference.architecture import Architecture
    from gan_studio.inference.bundle import Bundle

Key = tuple[str, Any, Any]


class ModelPanel(Panel):
    """Draws every model of the comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bundles: tuple[Bundle, ...] = ()
        self._titles: list[str] = []
        self._known: dict[Key, Architecture] = {}
        self._task: Task | None = None
        self._asked: set[Key] = set()  # what the task looks for
        self._is_shown = False
        self.nets = NetScroll()
        self.empty = EmptyState("layers")
        self.card = Card(_("What each model is built of"))
        long = _("bars: numbers per picture, on a logarithmic scale")
        self.card.set_note(long, _("logarithmic scale"), "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._build_card()
        self._show()

    def _build_card(self) -> None:
        more = QToolButton()
        more.setText("⋯")
        more.setProperty("role", "small")
        more.setToolTip(_("Copy or save all drawings, as a picture or as SVG."))
        more.setAccessibleName(_("Take the drawings away"))
        more.clicked.connect(self._on_more_clicked)
        self._more = more
        self.card.header.addWidget(more, 0, Qt.AlignmentFlag.AlignTop)
        self.card.body.addWidget(self.nets, 1)

    # The page

    def set_models(
        self, bundles: tuple[Bundle, ...], titles: list[str], prepared: Prepared | None
    ) -> None:
        self._bundles, self._titles = bundles, titles
        if self._is_shown:
            self._show()

    def on_shown(self) -> None:
        self._is_shown = True
        self._show()

    def on_hidden(self) -> None:
        self._is_shown = False
        self._cancel()

    # What is shown

    def _show(self) -> None:
        """Draw what is known, and find out the rest beside the window."""
        wanted = {key_of(bundle): bundle for bundle in self._bundles}
        missing = {key: item for key, item in wanted.items() if key not in self._known}
        if not self._bundles:
            self._say(_("No model yet"), _("Choose or train a model; its networks appear here."))
        elif missing and self._is_shown:
            self._trace(missing)
        elif not missing:
            self._draw([self._known[key_of(bundle)] for bundle in self._bundles])

    def _draw(self, found: Sequence[Architecture]) -> None:
        self.nets.set_count(len(found))
        largest = max(item.largest for item in found)
        for drawing, item, title in zip(self.nets.drawings, found, self._titles, strict=True):
            if (drawing.architecture, drawing.title, drawing.largest) != (item, title, largest):
                drawing.set_architecture(item, title, largest)
        self._stack.setCurrentWidget(self.card)

    def _say(self, title: str, text: str, *, is_busy: bool = False) -> None:
        self.empty.show_words(title, text, is_busy=is_busy)
        self._stack.setCurrentWidget(self.empty)

    def _trace(self, missing: dict[Key, Bundle]) -> None:
        if self._task is not None and missing.keys() <= self._asked:
            return  # a run that trains asks every second
        self._cancel()
        if self._stack.currentWidget() is self.empty:
            self._say(_("Following a picture through the networks …"), "", is_busy=True)
        self._asked = set(missing)
        self._task = Task(_job(missing), self)
        self._task.on_done(self._take).on_error(self._on_failed).start()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _take(self, found: dict[Key, Architecture]) -> None:
        self._task = None
        self._known.update(found)
        self._show()

    def _on_failed(self, problem: Exception) -> None:
        self._task = None
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self._say(_("This model cannot be drawn"), text)

    def _on_more_clicked(self) -> None:
        menu = take_away_menu(self, self.nets.drawings)
        menu.exec(self._more.mapToGlobal(QPoint(0, self._more.height())))
        menu.deleteLater()


def key_of(bundle: Bundle) -> Key:
    """What decides how a model is built; the weights do not."""
    return (
        bundle.family_key,
        bundle.config.model.options,
        bundle.family.spec,
    )  # a converted model keeps its own


def _job(missing: dict[Key, Bundle]) -> Callable[..., dict[Key, Architecture]]:
    def trace(_progress: object, _is_cancelled: object) -> dict[Key, Architecture]:
        from gan_studio.inference.tracing import architecture
        from gan_studio.training.device import use_threads

        use_threads(1)  # the cores belong to training
        return {key: architecture(item.family, item.title) for key, item in missing.items()}

    return trace
