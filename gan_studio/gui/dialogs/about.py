"""Which version this is, and with what it runs."""

from __future__ import annotations

import platform
import sys

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

import gan_studio
from gan_studio.core.i18n import _


class AboutDialog(QDialog):
    """Name, version, licence; the versions can be copied into a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About GAN Studio"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        title = QLabel(_("GAN Studio {version}").format(version=gan_studio.__version__))
        title.setProperty("role", "page-title")
        text = QLabel(
            _("See, train, understand and use generative models.\nFree software, MIT licence.")
        )
        self.versions = QLabel(versions_text())
        self.versions.setProperty("role", "muted")
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (title, text, self.versions):
            column.addWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(_("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(_("Put the versions on the clipboard, to report a fault."))
        copy.clicked.connect(self._on_copy_clicked)
        report = buttons.addButton(_("Report a fault …"), QDialogButtonBox.ButtonRole.ActionRole)
        report.setToolTip(_("Versions, the device and the last events, to pass on."))
        report.clicked.connect(self._on_report_clicked)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setToolTip(_("Back to the window."))
        buttons.rejected.connect(self.reject)
        column.addSpacing(6)
        column.addWidget(buttons)

    def _on_report_clicked(self) -> None:
        from gan_studio.gui.dialogs.report import open_report

        self.accept()
        open_report(self)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(versions_text())


def versions_text() -> str:
    """The versions of what this stands on; torch only where it is loaded already."""
    torch = sys.modules.get("torch")
    lines = [
        f"gan-studio {gan_studio.__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"torch {torch.__version__}" if torch is not None else "",
        platform.platform(),
    ]
    return "\n".join(line for line in lines if line)
