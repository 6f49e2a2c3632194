"""The state of the Lab as a lesson's file, with a teacher's words and without what distracts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.errors import BadConfig, DiskProblem
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import LESSON_ENDING
from gan_studio.core.schema import Plug
from gan_studio.gui.pages.lab.own_points import POINTS

if TYPE_CHECKING:
    from gan_studio.jobs.lab.frame import LabFrame

GROUPS = {
    "data": N_("Data"),
    "nets": N_("Nets"),
    "noise": N_("Noise"),
    "loss": N_("Loss"),
    "penalties": N_("Penalties"),
    "optimiser": N_("Optimiser"),
    "speed": N_("Speed"),
    "time": N_("Time machine"),
    "curves": N_("Numbers and curves"),
    "compare": N_("A | B"),
    "museum": N_("Failures and benchmarks"),
}
"""Words for `gan_studio.lab.lessons.CONTROLS`."""
COLUMNS = 3


@dataclass(frozen=True)
class Wording:
    """What a teacher adds to the state.

    Attributes:
        title: of the lesson, up to 80 characters.
        text: its one page, Markdown, up to 60 words.
        hidden: names of the groups of controls that are not shown.
    """

    title: str
    text: str
    hidden: tuple[str, ...] = ()


class LessonMaker(QObject):
    """Asks for words and a place, and writes the file.

    Signals:
        saved: its path.
        failed: a StudioError.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def ask(self, frame: LabFrame | None, speed: float) -> None:
        """Let a person describe the state and choose a file."""
        if frame is None:
            return
        dialog = LessonDialog(frame, self._window)
        if not dialog.exec():
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path, _filter = QFileDialog.getSaveFileName(
            self._window,
            _("Save as a lesson"),
            f"{folder}/lesson{LESSON_ENDING}",
            _("Lessons ({files})").format(files=f"*{LESSON_ENDING}"),
        )
        if path:
            self.save(frame, speed, dialog.wording(), Path(path).with_suffix(LESSON_ENDING))

    def save(self, frame: LabFrame, speed: float, wording: Wording, path: Path) -> None:
        """Write the first game of a picture as a lesson."""
        try:
            frame = with_points_beside(frame, path)
            path.write_text(lesson_text(frame, speed, wording), "utf-8")
        except BadConfig as problem:
            self.failed.emit(problem)
        except OSError as error:
            self.failed.emit(DiskProblem(path=path, reason=error.strerror or str(error)))
        else:
            self.saved.emit(path)


def with_points_beside(frame: LabFrame, path: Path) -> LabFrame:
    """The same picture whose own points, where it has any, lie beside a lesson's file.

    Raises:
        OSError: they cannot be copied.
    """
    config = frame.configs[0]
    if config.data.key != POINTS:
        return frame
    beside = path.with_suffix(".csv")
    source = Path(config.data.options.path)
    if source != beside:
        shutil.copyfile(source, beside)
    data = Plug(POINTS, replace(config.data.options, path=beside.name))
    return replace(frame, configs=(replace(config, data=data), *frame.configs[1:]))


def lesson_text(frame: LabFrame, speed: float, wording: Wording) -> str:
    """The text of a lesson's file.

    Args:
        frame: its first game is kept: settings, seed and the step that is shown.
        speed: steps per second, infinite for as fast as it goes.
        wording: what a person has added.
    """
    from gan_studio.core.schema import to_plain
    from gan_studio.lab.lessons import Lesson, Page, lesson_to_json

    plain: dict[str, Any] = to_plain(frame.configs[0])
    config = {part: plain[part] for part in ("model", "data", "train")}
    lesson = Lesson(
        key="",
        title=wording.title,
        summary=wording.title,
        order=1000,
        config=config,
        start_step=frame.games[0].step,
        speed=speed,
        hidden=wording.hidden,
        pages=(Page(wording.text),),
    )
    return lesson_to_json(lesson)


class LessonDialog(QDialog):
    """A title, a page of text, and what is not to be shown."""

    def __init__(self, frame: LabFrame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Save as a lesson"))
        self._title = QLineEdit()
        self._title.setMaxLength(80)
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(110)
        for field, name, tip in (
            (self._title, _("Title"), _("What the list of lessons says.")),
            (self._text, _("Text"), _("The lesson's page, up to 60 words. **Bold** is possible.")),
        ):
            field.setAccessibleName(name)
            field.setToolTip(tip)
        form = QFormLayout()
        form.addRow(_("&Title"), self._title)
        form.addRow(_("Te&xt"), self._text)
        self._shown = {name: QCheckBox(_(words)) for name, words in GROUPS.items()}
        self._problem = QLabel()
        self._problem.setProperty("role", "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._note(frame))
        column.addLayout(form)
        column.addWidget(QLabel(_("Shown to whoever opens it:")))
        column.addLayout(self._switches())
        column.addWidget(self._problem)
        column.addWidget(self._buttons())
        self.setMinimumWidth(520)
        self._title.textChanged.connect(self._check)
        self._text.textChanged.connect(self._check)
        self._check()

    def wording(self) -> Wording:
        """What has been typed and chosen."""
        hidden = tuple(name for name, box in self._shown.items() if not box.isChecked())
        return Wording(self._title.text().strip(), self._text.toPlainText().strip(), hidden)

    @property
    def problem(self) -> str:
        """What is missing, or too long; "" where it can be saved."""
        from gan_studio.lab.lessons import MOST_WORDS

        wording = self.wording()
        if not wording.title:
            return _("A title is needed.")
        if not wording.text:
            return _("A text is needed.")
        if len(wording.text.split()) > MOST_WORDS:
            return _("The text has more than {most} words.").format(most=MOST_WORDS)
        return ""

    def _note(self, frame: LabFrame) -> QLabel:
        text = _(
            "The file holds data, nets, losses, the seed and step {step}. When it is opened, the "
            "game is trained from the beginning up to that step, with the settings as they are "
            "now. If you changed a setting while it trained, the result will differ from what you "
            "see: press Reset and play to that step to see it as others will."
        ).format(step=f"{frame.games[0].step:,}")
        if frame.configs[0].data.key == POINTS:
            text += " " + _("Your own points come beside it as a CSV file: hand out both.")
        note = QLabel(text)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        return note

    def _switches(self) -> QGridLayout:
        grid = QGridLayout()
        for index, (name, box) in enumerate(self._shown.items()):
            box.setChecked(name != "museum")
            box.setToolTip(_("Whether these controls are there while the lesson is open."))
            box.setAccessibleName(box.text())
            grid.addWidget(box, index // COLUMNS, index % COLUMNS)
        return grid

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Save | kinds.Cancel)
        self._save = box.button(kinds.Save)
        self._save.setText(_("Save …"))
        self._save.setToolTip(_("Choose where the file goes. (Enter)"))
        box.button(kinds.Cancel).setText(_("Cancel"))
        box.button(kinds.Cancel).setToolTip(_("Save nothing. (Esc)"))
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _check(self) -> None:
        self._problem.setText(self.problem)
        self._save.setEnabled(not self.problem)
