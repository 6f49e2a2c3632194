"""What every page is: a head, a banner, a body, and perhaps an inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gan_studio.gui import theme
from gan_studio.gui.widgets.banner import Banner
from gan_studio.gui.widgets.page_head import PageHead

if TYPE_CHECKING:
    from gan_studio.gui.session import Session


class Page(QWidget):
    """One page of the rail. Subclasses fill `body` and, where they have one, set `inspector`.

    Attributes:
        key: the name that `session.go_to` knows; also the page's help topic.
        title: marked for translation.
        head: title, chips and buttons.
        banner: what the program found or could not do. The window shows failures of the run and
            errors of the session here as well, on whichever page is visible.
        inspector: the form at the right; the window owns where it is shown.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon_name: ClassVar[str] = ""
    order: ClassVar[int] = 100

    def __init__(self, session: Session) -> None:
        super().__init__()
        from gan_studio.core.i18n import _

        self.session = session
        self.inspector: QWidget | None = None
        self.head = PageHead(_(self.title))
        self.banner = Banner()
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.GAP)
        column = QVBoxLayout(self)
        margin = theme.PAGE_MARGIN
        column.setContentsMargins(margin, 14, margin, 14)
        column.setSpacing(theme.GAP)
        column.addWidget(self.head)
        column.addWidget(self.banner)
        column.addLayout(self.body, 1)
        self.setAccessibleName(_(self.title))
        # A page takes the focus that nobody else has, so that Space reaches `main_action`.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def on_engine_ready(self) -> None:
        """Torch and the registries are loaded; also called when the page is made after that."""

    def on_shown(self) -> None:
        """The page has become visible."""

    def on_hidden(self) -> None:
        """Another page has become visible."""

    def main_action(self) -> None:
        """Do what Space does here."""

    def receive(self, **payload: Any) -> None:
        """Take what `session.go_to` brought along, such as ``run_dir`` or ``folder``."""
