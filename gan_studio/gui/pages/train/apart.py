"""The switch beside Train: whether runs get a process of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.page_head import PageHead

WHAT = N_(
    "Train in a process of its own: the same pages and the same numbers. A crash of training "
    "cannot take the window with it, and training can go on after the window is closed."
)
IN_PROCESS = N_("This run has a process of its own. Choose anew when it has ended.")
IN_WINDOW = N_("This run trains inside the window. Choose anew when it has ended.")


class ApartSwitch(QObject):
    """Follows the setting, and the run while one is under way."""

    def __init__(self, session: Session, head: PageHead) -> None:
        super().__init__(head)
        self._session = session
        self.button = head.add_button(_("Own process"), _(WHAT))
        self.button.setAccessibleName(_("Train in its own process"))
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space after a click is for Train
        self.button.clicked.connect(session.background.want)
        session.background.changed.connect(self.follow)
        session.state_changed.connect(self.follow)
        self.follow()

    def follow(self, *news: object) -> None:
        """Show where the run trains, or where the next one will."""
        job = self._session.job
        is_apart = self._session.background.is_wanted if job is None else job.is_apart
        words = WHAT if job is None else IN_PROCESS if is_apart else IN_WINDOW
        self.button.setChecked(is_apart)
        self.button.setEnabled(job is None)
        self.button.setToolTip(_(words))
        self.button.setAccessibleDescription(_(words))
