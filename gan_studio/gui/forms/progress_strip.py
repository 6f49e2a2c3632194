"""Long work in one line: what is being done, how far it is, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gan_studio.core.i18n import N_, _

STEPS = 1000  # Qt's bar counts in 32 bits, a download does not
WORDS = {
    "download": N_("Downloading"),
    "scan": N_("Looking through the folder"),
    "decode": N_("Reading pictures"),
    "encode": N_("Encoding pictures"),
    "neighbours": N_("Laying out neighbours"),
    "draw": N_("Drawing pictures"),
    "learn": N_("Teaching a classifier the classes"),
    "trace": N_("Writing the model"),
    "check": N_("Comparing with the model"),
}


def describe_progress(done: int, total: int, what: str) -> str:
    """``Downloading: 12.3 of 170.1 MB``."""
    words = _(WORDS.get(what, what)) or _("Preparing the data")
    if what == "download":
        if total:
            return _("{what}: {done:.1f} of {total:.1f} MB").format(
                what=words, done=done / 1e6, total=total / 1e6
            )
        return _("{what}: {done:.1f} MB").format(what=words, done=done / 1e6)
    if total > 1:
        return _("{what}: {done:,} of {total:,}").format(what=words, done=done, total=total)
    return f"{words} …" if not done or total else f"{words}: {done:,}"


class ProgressStrip(QFrame):
    """Hidden until `show_progress`."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._words = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        self._cancel = QPushButton(_("Cancel"))
        self._cancel.setToolTip(_("Stop this; what is complete is kept, nothing is half-written."))
        self._cancel.clicked.connect(self._on_cancel_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(14)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        self.hide()

    def show_progress(self, done: int, total: int, what: str) -> None:
        """Show how far the work is; a `total` of 0 means that nobody knows."""
        self._words.setText(describe_progress(done, total, what))
        self._bar.setRange(0, STEPS if total else 0)
        self._bar.setValue(round(STEPS * min(1.0, done / total)) if total else 0)
        self.setAccessibleDescription(self._words.text())
        self.show()

    @property
    def words(self) -> str:
        """What is shown."""
        return self._words.text()

    def _on_cancel_clicked(self) -> None:
        self.cancelled.emit()
