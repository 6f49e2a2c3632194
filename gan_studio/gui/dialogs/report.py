"""The report of a fault: read, copied or saved by the person, never sent by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QPixmap, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.report_material import Report, report_job
from gan_studio.jobs.report.builder import save_report

if TYPE_CHECKING:
    from gan_studio.gui.session import Session

FILE_STEM = "gan-studio-report"
THUMB = 56


class ReportDialog(QDialog):
    """The text exactly as it will be copied, and two ticks for what people may want to keep.

    Args:
        fault: what the person was told, with its details; "" where nothing in particular failed.
    """

    def __init__(self, session: Session, parent: QWidget | None = None, fault: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Report a fault"))
        self._report: Report | None = None
        self.text = self._text_field()
        self.paths = QCheckBox(_("Include folders and names"))
        self.paths.setToolTip(
            _(
                "Leave the names of folders, files, the user and the computer in the text. They "
                "help where a file cannot be read, and may hold your name."
            )
        )
        self.paths.setAccessibleName(self.paths.text())
        self.paths.toggled.connect(self._on_paths_toggled)
        self.picture = QCheckBox(_("Include the newest sample picture (with “Save as …” only)"))
        self.picture.setAccessibleName(self.picture.text())
        self.picture.toggled.connect(self._on_picture_toggled)
        self._thumb = QLabel()
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self._build()
        self._set_picture(None)
        Task(report_job(session, fault), self).on_done(self._on_made).on_error(
            self._on_failed
        ).start()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(theme.GAP)
        lead = QLabel(
            _(
                "Nothing is sent by itself. Give this text to whoever gave you the program, or put "
                "it on the project's page, with a few words on what you did."
            )
        )
        lead.setWordWrap(True)
        column.addWidget(lead)
        column.addWidget(self.text, 1)
        ticks = QVBoxLayout()
        ticks.setSpacing(6)
        ticks.addWidget(self.paths)
        ticks.addWidget(self.picture)
        row = QHBoxLayout()
        row.addLayout(ticks, 1)
        row.addWidget(self._thumb)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self._buttons())
        room = QGuiApplication.primaryScreen().availableSize() * 0.9
        self.resize(QSize(theme.px(760), theme.px(620)).boundedTo(room))

    def _text_field(self) -> QPlainTextEdit:
        field = QPlainTextEdit(_("Collecting …"))
        field.setReadOnly(True)
        field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.px(theme.SMALL + 1))
        field.setFont(font)
        field.setAccessibleName(_("The report"))
        field.setToolTip(_("The report exactly as it is copied and saved."))
        # Tab goes on to the ticks; the text is walked through with the arrows.
        field.setTabChangesFocus(True)
        field.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return field

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        self.copy = box.addButton(_("Copy"), role)
        self.copy.setToolTip(_("Put the text on the clipboard."))
        self.copy.setProperty("role", "primary")
        self.copy.setDefault(True)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.save = box.addButton(_("Save as …"), role)
        self.save.setToolTip(_("Write the text to a file; with the picture, both as a .zip."))
        self.save.clicked.connect(self._on_save_clicked)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setToolTip(_("Back to the window. Nothing is kept."))
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setIcon(type(button.icon())())
            if isinstance(button, QPushButton):
                button.setAutoDefault(button is self.copy)
        for button in (self.copy, self.save):
            button.setEnabled(False)
        return box

    # -- what is in it

    def _on_made(self, report: Report) -> None:
        self._report = report
        for button in (self.copy, self.save):
            button.setEnabled(True)
        self._set_picture(report.picture)
        self._show_text()
        self.copy.setFocus()

    def _on_failed(self, problem: Exception) -> None:
        self.text.setPlainText(
            _("The report could not be made: {reason}").format(
                reason=f"{type(problem).__name__}: {problem}"
            )
        )

    def _show_text(self) -> None:
        if self._report is not None:
            is_whole = self.paths.isChecked()
            self.text.setPlainText(self._report.with_paths if is_whole else self._report.scrubbed)

    def _set_picture(self, picture: bytes | None) -> None:
        self.picture.setEnabled(picture is not None)
        self._thumb.setVisible(picture is not None)
        if picture is None:
            self.picture.setToolTip(_("No run has drawn anything since the start."))
            return
        self.picture.setToolTip(
            _(
                "“Save as …” puts the picture at the right beside the text. “Copy” takes the text "
                "alone. Own pictures may be seen in it."
            )
        )
        pixmap = QPixmap()
        pixmap.loadFromData(picture)
        self._thumb.setPixmap(
            pixmap.scaledToHeight(theme.px(THUMB), Qt.TransformationMode.SmoothTransformation)
        )
        self._thumb.setToolTip(_("The newest samples of the run."))

    @property
    def _chosen_picture(self) -> bytes | None:
        if self._report is None or not self.picture.isChecked():
            return None
        return self._report.picture

    # -- what is done with it

    @Slot(bool)
    def _on_paths_toggled(self, is_checked: bool) -> None:
        self._show_text()
        self._say(
            _("The text names folders, files and the computer now. Read it before you pass it on.")
            if is_checked
            else ""
        )

    @Slot(bool)
    def _on_picture_toggled(self, is_checked: bool) -> None:
        self._say(
            _("“Save as …” writes text and picture into one .zip. “Copy” takes the text alone.")
            if is_checked
            else ""
        )

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        if self._chosen_picture is None:
            self._say(_("The text is on the clipboard."))
        else:
            self._say(_("The text is on the clipboard, without the picture. “Save as …” has both."))

    def _on_save_clicked(self) -> None:
        ending = ".txt" if self._chosen_picture is None else ".zip"
        kinds = _("Text (*.txt)") if ending == ".txt" else _("Text and picture (*.zip)")
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Save the report"), f"{FILE_STEM}{ending}", kinds
        )
        if name:
            self.save_to(Path(name if name.lower().endswith(ending) else name + ending))

    def save_to(self, path: Path) -> None:
        """Write what is shown, in the background, and say what became of it."""
        text, picture = self.text.toPlainText(), self._chosen_picture
        Task(lambda progress, is_cancelled: save_report(path, text, picture), self).on_done(
            partial(self._on_saved, path)
        ).on_error(self._on_not_saved).start()

    def _on_saved(self, path: Path, nothing: object) -> None:
        self._say(_("Saved as {path}.").format(path=path))

    def _on_not_saved(self, problem: Exception) -> None:
        text = problem.sentence() if isinstance(problem, StudioError) else str(problem)
        self._say(text, "warning")

    def _say(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setText(text)


def open_report(near: QWidget) -> None:
    """Open the report of the window that a widget belongs to."""
    at: QWidget | None = near
    while at is not None and not hasattr(at, "show_report"):
        at = at.parentWidget()
    if at is not None:
        at.show_report()
