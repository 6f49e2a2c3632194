"""Help: the pages of ``resources/help``, one window beside the program."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.core.paths import resources_dir
from gan_studio.gui import theme
from gan_studio.gui.actions import key_table

if TYPE_CHECKING:
    from pathlib import Path

KEYS = "keys"
PICTURE_WIDTH = 530


def show_help(window: QWidget, topic: str, folder: Path | None = None) -> HelpWindow:
    """Open the help at a topic (a page's key), or bring it to the front."""
    known = window.findChild(HelpWindow)
    help_window = known or HelpWindow(folder or resources_dir() / "help", window)
    help_window.open_topic(topic)
    help_window.show()
    help_window.raise_()
    help_window.activateWindow()
    return help_window


class HelpWindow(QWidget):
    """Topics at the left, the page at the right. Not modal: it is read beside the program."""

    def __init__(self, folder: Path, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(_("Help"))
        self.resize(theme.px(880), theme.px(620))
        self._folder = folder
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search the help"))
        self.search.setToolTip(_("Show the topics that hold these words."))
        self.search.setAccessibleName(_("Search the help"))
        self.search.textChanged.connect(self._on_search_changed)
        self.topics = QListWidget()
        self.topics.setAccessibleName(_("Topics"))
        self.topics.setToolTip(_("Choose what to read about."))
        self.topics.setProperty("role", "plain-list")
        self.topics.currentItemChanged.connect(self._on_topic_changed)
        self.browser = _Browser(folder)
        self._build()
        self._fill()
        self.topics.setFocus()
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        theme.notifier().changed.connect(self._on_theme_changed)

    def open_topic(self, topic: str) -> None:
        """Show a topic; where it has no page of its own, the first one."""
        for row in range(self.topics.count()):
            if self.topics.item(row).data(Qt.ItemDataRole.UserRole) == topic:
                self.topics.setCurrentRow(row)
                return
        self.topics.setCurrentRow(0)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        self.back = QToolButton()
        self.back.setIcon(theme.icon("undo"))
        self.back.setToolTip(_("Back to the page before (Alt+Left)."))
        self.back.setAccessibleName(_("Back"))
        self.back.setShortcut(QKeySequence.StandardKey.Back)
        self.back.setEnabled(False)
        self.back.clicked.connect(self.browser.backward)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(self.back)
        left.addLayout(line)
        left.addWidget(self.topics, 1)
        self.report = QPushButton(_("Report a fault …"))
        self.report.setToolTip(_("Versions, the device and the last events, to pass on (Ctrl+F1)."))
        self.report.clicked.connect(self._on_report_clicked)
        left.addWidget(self.report)
        holder = QWidget()
        holder.setFixedWidth(theme.px(240))
        holder.setLayout(left)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(holder)
        row.addWidget(self.browser, 1)

    def _fill(self) -> None:
        for path in sorted(self._folder.glob("*.md"), key=_place_of):
            item = QListWidgetItem(_title_of(path))
            item.setData(Qt.ItemDataRole.UserRole, path.stem)
            self.topics.addItem(item)
        item = QListWidgetItem(_("Keys"))
        item.setData(Qt.ItemDataRole.UserRole, KEYS)
        self.topics.addItem(item)

    def _on_topic_changed(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        topic = item.data(Qt.ItemDataRole.UserRole)
        if topic == KEYS:
            self.browser.setHtml(keys_html())
        else:
            self.browser.open_page(QUrl.fromLocalFile(str(self._folder / f"{topic}.md")))

    def _on_search_changed(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self.topics.count()):
            item = self.topics.item(row)
            path = self._folder / f"{item.data(Qt.ItemDataRole.UserRole)}.md"
            body = path.read_text("utf-8").lower() if path.is_file() else item.text().lower()
            item.setHidden(not all(word in body for word in words))
        found = [row for row in range(self.topics.count()) if not self.topics.item(row).isHidden()]
        if not found:
            self.topics.setCurrentRow(-1)
            self.browser.setHtml(_("<p>Nothing found. Try fewer or other words.</p>"))
        elif self.topics.currentItem() is None or self.topics.currentItem().isHidden():
            self.topics.setCurrentRow(found[0])

    def _on_report_clicked(self) -> None:
        from gan_studio.gui.dialogs.report import open_report

        open_report(self)

    def _on_theme_changed(self) -> None:
        self.back.setIcon(theme.icon("undo"))
        self._on_topic_changed(self.topics.currentItem())


class _Browser(QTextBrowser):
    """Follows links between help pages itself and gives web links to the system."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setSearchPaths([str(folder)])
        self.setAccessibleName(_("Help page"))
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.document().setDocumentMargin(10)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures of the window are larger than a page of text is wide."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        image = QImage(self.source().resolved(QUrl(name)).toLocalFile())
        ratio = self.devicePixelRatioF()
        width = round(theme.px(PICTURE_WIDTH) * ratio)
        if image.width() > width:
            image = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            image.setDevicePixelRatio(ratio)
        return image

    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
            return
        self.open_page(self.source().resolved(url))

    def open_page(self, url: QUrl) -> None:
        """Show a Markdown page, with room between its paragraphs."""
        self.setSource(url, QTextDocument.ResourceType.MarkdownResource)
        cursor = QTextCursor(self.document())
        block = self.document().begin()
        while block.isValid():
            form = block.blockFormat()
            is_head = form.headingLevel() > 0
            is_list, is_cell = block.textList() is not None, cursor_in_table(self, block)
            form.setTopMargin(theme.px(14) if is_head else 0)
            form.setBottomMargin(theme.px(2 if is_cell else 4 if is_list else 8))
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)


def cursor_in_table(browser: QTextBrowser, block: QTextBlock) -> bool:
    """Whether a block is in a cell of a table."""
    cursor = QTextCursor(browser.document())
    cursor.setPosition(block.position())
    return cursor.currentTable() is not None


def keys_html() -> str:
    """The table of keys."""
    rows = "".join(
        f"<tr><td style='padding:4px 24px 4px 0'><b>{escape(keys)}</b></td>"
        f"<td style='padding:4px 0'>{escape(words)}</td></tr>"
        for keys, words in key_table()
    )
    return f"<h1>{escape(_('Keys'))}</h1><table>{rows}</table>"


def _title_of(path: Path) -> str:
    first = path.read_text("utf-8").lstrip().splitlines()[:1]
    return first[0].lstrip("# ").strip() if first else path.stem


def _place_of(path: Path) -> tuple[int, str]:
    order = (
        *("home", "lab", "data", "train", "explore", "map", "reconstruct", "runs"),
        *("measured", "problems"),
    )
    return (order.index(path.stem) if path.stem in order else len(order), path.stem)
