"""The settings. Every change is in effect at once; nothing waits for a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.jobs.folders import PORTABLE, Portable

if TYPE_CHECKING:
    from gan_studio.gui.session import Session

THEME_WORDS = {
    "system": N_("As the system"),
    "light": N_("Light"),
    "dark": N_("Dark"),
}
TEXT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


class SettingsDialog(QDialog):
    """Colours, text size, where runs are kept."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Settings"))
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(16)
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.theme_box = self._theme_box()
        self.scale_box = self._scale_box()
        form.addRow(_("&Colours"), self.theme_box)
        form.addRow(_("Text &size"), self.scale_box)
        form.addRow(_("&Runs are kept in"), self._folder_row())
        form.addRow(_("Settings are in"), self._settings_place())
        self.apart_box = self._apart_box()
        form.addRow(_("Training"), self.apart_box)
        column.addLayout(form)
        note = QLabel(self._note())
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        column.addWidget(note)
        column.addStretch(1)
        column.addWidget(self._buttons())
        self.setMinimumWidth(theme.px(520))

    def _theme_box(self) -> QComboBox:
        box = QComboBox()
        for name, words in THEME_WORDS.items():
            box.addItem(_(words), name)
        box.setCurrentIndex(max(0, box.findData(self._session.settings.theme)))
        box.setToolTip(_("Light or dark colours. Real, generated and D keep theirs apart in both."))
        box.setAccessibleName(_("Colours"))
        box.currentIndexChanged.connect(self._on_looks_changed)
        return box

    def _scale_box(self) -> QComboBox:
        box = QComboBox()
        for scale in TEXT_SCALES:
            box.addItem(f"{scale:.0%}", scale)
        near = min(TEXT_SCALES, key=lambda scale: abs(scale - self._session.settings.text_scale))
        box.setCurrentIndex(TEXT_SCALES.index(near))
        box.setToolTip(_("How large words are. Ctrl++ and Ctrl+- change it from any page."))
        box.setAccessibleName(_("Text size"))
        box.currentIndexChanged.connect(self._on_looks_changed)
        return box

    def _apart_box(self) -> QCheckBox:
        box = QCheckBox(_("in its own &process"))
        box.setChecked(self._session.background.is_wanted)
        box.setToolTip(
            _(
                "The same pages and numbers. A crash of training cannot take the window with it, "
                "and training can go on after the window is closed. For the next run."
            )
        )
        box.setAccessibleName(_("Train in its own process"))
        box.toggled.connect(self._session.background.want)
        return box

    def _folder_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        self.folder_field = QLineEdit(str(self._session.folders.runs))
        self.folder_field.setToolTip(
            _("The folder where every run gets a folder of its own. Empty: the usual place.")
        )
        self.folder_field.setAccessibleName(_("Folder of runs"))
        self.folder_field.editingFinished.connect(self._on_folder_edited)
        browse = QPushButton(_("Browse …"))
        browse.setToolTip(_("Choose the folder for runs."))
        browse.clicked.connect(self._on_browse_clicked)
        show = QPushButton(_("Show"))
        show.setToolTip(_("Open the folder in the file manager."))
        show.clicked.connect(self._on_show_clicked)
        row.addWidget(self.folder_field, 1)
        row.addWidget(browse)
        row.addWidget(show)
        return holder

    def _settings_place(self) -> QLabel:
        folder, portable = self._session.folders.settings, Portable.of_program()
        is_portable = portable.is_usable and folder.parent == portable.folder
        words = _("{folder} (portable)") if is_portable else "{folder}"
        self.settings_place = QLabel(words.format(folder=folder))
        self.settings_place.setWordWrap(True)
        self.settings_place.setProperty("role", "muted")
        self.settings_place.setAccessibleName(_("Folder of settings"))
        self.settings_place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.settings_place.setToolTip(
            _("The program becomes portable with a folder “{name}” beside it.").format(
                name=PORTABLE
            )
        )
        return self.settings_place

    def _note(self) -> str:
        if not self._session.settings.is_kept:
            return _("Changes take effect at once. In safe mode they are not kept.")
        return _("Changes take effect at once. Runs that exist already are not moved.")

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        about = box.addButton(_("About …"), QDialogButtonBox.ButtonRole.HelpRole)
        about.clicked.connect(self._on_about_clicked)
        about.setToolTip(_("Which version this is, and of what it is made."))
        box.button(QDialogButtonBox.StandardButton.Close).setToolTip(
            _("Everything is set already.")
        )
        for button in box.buttons():
            button.setIcon(type(button.icon())())
        return box

    def _on_looks_changed(self) -> None:
        name, scale = self.theme_box.currentData(), self.scale_box.currentData()
        self._session.settings.set(theme=name, text_scale=scale)
        theme.restyle(name, scale)

    def _on_folder_edited(self) -> None:
        text = self.folder_field.text().strip()
        if text != str(self._session.folders.runs):
            self._session.set_runs_folder(text)
            self.folder_field.setText(str(self._session.folders.runs))

    def _on_browse_clicked(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, _("Where runs are kept"), str(self._session.folders.runs)
        )
        if folder:
            self.folder_field.setText(folder)
            self._on_folder_edited()

    def _on_show_clicked(self) -> None:
        folder = self._session.folders.runs
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _on_about_clicked(self) -> None:
        from gan_studio.gui.dialogs.about import AboutDialog

        AboutDialog(self).open()
