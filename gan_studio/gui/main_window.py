"""The window: rail, pages, inspector, status bar. It knows pages by key and nothing of models."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.actions import make_actions
from gan_studio.gui.closing import Closing
from gan_studio.gui.inspector import Drawer, Inspector
from gan_studio.gui.notices import Notices
from gan_studio.gui.pages import PAGES
from gan_studio.gui.pages.base import Page
from gan_studio.gui.rail import Rail
from gan_studio.gui.status_bar import StatusBar
from gan_studio.gui.widgets.drop_files import local_files

if TYPE_CHECKING:
    from gan_studio.gui.session import Offer, Session

log = logging.getLogger("gan_studio.gui")


class MainWindow(QMainWindow):
    """Shows one page at a time. Pages are made on their first visit."""

    first_painted = Signal()
    dropped = Signal(object)  # list[Path]: files and folders that the page did not take

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle(_("GAN Studio"))
        self.setMinimumSize(760, 520)
        self._entries = {entry.key: entry for entry in PAGES}
        self.pages: dict[str, Page] = {}
        self.installEventFilter(self)
        self.setAcceptDrops(True)
        self.rail = Rail(PAGES)
        self.stack = QStackedWidget()
        self.inspector = Inspector()
        self.status = StatusBar(session)
        self.closing = Closing(self, session)
        self.notices = Notices(self)
        self._build()
        self._connect()
        self._restore_geometry()
        self.show_page(PAGES[0].key)

    # -- building

    def _build(self) -> None:
        self._area = QWidget()
        self._area.setProperty("role", "page-area")
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for widget, stretch in ((self.rail, 0), (self.stack, 1), (self.inspector, 0)):
            self._row.addWidget(widget, stretch)
        column = QVBoxLayout(self._area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self._area)
        self.drawer = Drawer(self.inspector, self._row, self.session.settings)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.rail.help_clicked.connect(self.show_help)
        self.rail.settings_clicked.connect(self.show_settings)
        self.status.inspector_clicked.connect(self.toggle_inspector)
        self.drawer.placed.connect(self._on_inspector_placed)
        session = self.session
        session.navigate.connect(self._on_navigate)
        session.error.connect(self._on_error)
        session.offered.connect(self._on_offered)
        session.state_changed.connect(self.notices.look_again)
        session.queue.changed.connect(self.notices.look_again)
        session.engine_ready.connect(self._on_engine_ready)
        session.engine_failed.connect(self._on_engine_failed)
        self.closing.waiting.connect(self._on_waiting)
        self.closing.said.connect(self._on_said)
        theme.notifier().changed.connect(self.drawer.place)
        self.actions_by_key = make_actions(
            self,
            {
                **{f"page:{key}": partial(self.show_page, key) for key in self._entries},
                "help": self.show_help,
                "settings": self.show_settings,
                "about": self.show_about,
                "report": self.show_report,
                "inspector": self.toggle_inspector,
                "fullscreen": self._toggle_fullscreen,
                "larger": partial(self._scale_text, 0.25),
                "smaller": partial(self._scale_text, -0.25),
                "dismiss": self._dismiss,
                "quit": self._quit,
            },
        )

    # -- pages

    @property
    def page(self) -> Page:
        """The visible page."""
        page = self.stack.currentWidget()
        assert isinstance(page, Page), "the first page is shown before anything else happens"
        return page

    @Slot(str)
    def show_page(self, key: str) -> None:
        """Make a page visible, and make it first where need be."""
        if key not in self._entries or (self.pages and self.page is self.pages.get(key)):
            return
        page = self.pages.get(key) or self._make_page(key)
        if page is None:
            return
        previous = self.stack.currentWidget()
        if isinstance(previous, Page) and previous is not page:
            previous.on_hidden()
        self.stack.setCurrentWidget(page)
        self.notices.follow(page.banner)
        self.rail.select(key)
        self.drawer.follow(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        page.on_shown()

    def _make_page(self, key: str) -> Page | None:
        try:
            page = self._entries[key].load()(self.session)
        except Exception as problem:  # one broken page must not take the window with it
            log.error("the page %s cannot be shown", key, exc_info=problem)
            reason = f"{type(problem).__name__}: {problem}"
            if self.pages:
                self._on_error(StudioError(reason=reason))
            return None
        self.pages[key] = page
        page.banner.report_clicked.connect(self.show_report)
        self.stack.addWidget(page)
        if self.session.is_engine_ready:
            page.on_engine_ready()
        return page

    @Slot(str, object)
    def _on_navigate(self, key: str, payload: dict[str, Any]) -> None:
        self.show_page(key)
        page = self.pages.get(key)
        if payload and page is not None:
            page.receive(**payload)

    @Slot()
    def _on_engine_ready(self) -> None:
        for page in list(self.pages.values()):
            page.on_engine_ready()

    # -- messages

    @Slot(str)
    def _on_engine_failed(self, reason: str) -> None:
        self.page.banner.show_message(
            "error",
            _("The engine could not be loaded."),
            _("Nothing can be trained. Install the program again, then start it anew."),
            details=reason,
        )

    @Slot(object)
    def _on_error(self, problem: StudioError) -> None:
        self.page.banner.show_message(
            "error", _("That did not work."), problem.sentence(), details=repr(problem)
        )

    @Slot(object)
    def _on_offered(self, offer: Offer) -> None:
        if offer.waits is None:
            self.page.banner.show_offer(offer)
            self.notices.watch(self.page.banner, offer)
        else:
            self.notices.add(offer)

    def _dismiss(self) -> None:
        self.page.banner.dismiss()

    @Slot(bool, bool)
    def _on_inspector_placed(self, has_content: bool, is_shown: bool) -> None:
        self.status.inspector_button.setEnabled(has_content)
        self.status.inspector_button.setChecked(is_shown)

    @Slot()
    def toggle_inspector(self) -> None:
        """Show or hide the inspector."""
        self.drawer.toggle()

    # -- what the keys and the rail's foot do

    @Slot()
    def show_help(self) -> None:
        """Explain the visible page."""
        from gan_studio.gui.dialogs.help import show_help

        show_help(self, type(self.page).key)

    @Slot()
    def show_settings(self) -> None:
        """Open the settings."""
        from gan_studio.gui.dialogs.settings import SettingsDialog

        SettingsDialog(self.session, self).open()

    @Slot()
    def show_about(self) -> None:
        """Say which version this is."""
        from gan_studio.gui.dialogs.about import AboutDialog

        AboutDialog(self).open()

    @Slot(str)
    def show_report(self, fault: str = "") -> None:
        """Show what can be passed on when something does not work; `fault` is what was told."""
        from gan_studio.gui.dialogs.report import ReportDialog

        ReportDialog(self.session, self, fault).open()

    def _quit(self) -> None:
        self.close()

    def _toggle_fullscreen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _scale_text(self, change: float) -> None:
        scale = min(2.0, max(1.0, self.session.settings.text_scale + change))
        self.session.settings.set(text_scale=scale)
        theme.restyle(self.session.settings.theme, scale)

    # -- closing

    @Slot(bool)
    def _on_waiting(self, is_waiting: bool) -> None:
        self._area.setEnabled(not is_waiting)

    @Slot(str, str, str, str, object)
    def _on_said(self, kind: str, title: str, text: str, action_text: str, action: Any) -> None:
        self.page.banner.show_message(kind, title, text, action_text, on_action=action)

    def _restore_geometry(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(1400, screen.width() - 40), min(860, screen.height() - 60))
        self.restoreGeometry(QByteArray.fromBase64(self.session.settings.geometry.encode()))

    def _save_state(self) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.save_draft()
        self.session.settings.set(geometry=geometry, last_page=type(self.page).key)

    # -- Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_close():
            event.ignore()
            return
        self.page.on_hidden()
        self._save_state()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and not event.isAutoRepeat():
            self.page.main_action()
            return
        if event.key() == Qt.Key.Key_Escape and self.drawer.is_open:
            self.toggle_inspector()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(local_files(event.mimeData()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tells the first painting, then goes: Python in the path of events slows all painting.

        While a method of Python calls Qt's own, Python's lock is held, and nobody trains.
        """
        if watched is self and event.type() == QEvent.Type.UpdateRequest and self.isVisible():
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.first_painted.emit)  # the whole window is painted by then
        return False
