"""The forms of the tab "Walk": between key frames, at random, and the film that is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.explore.walk_edits import SHORTEST, seconds_of
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.field_rows import keep_narrow
from gan_studio.gui.widgets.folding_row import FoldingRow
from gan_studio.gui.widgets.value_slider import ValueSlider
from gan_studio.inference.walk_words import EASINGS, WAYS

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gan_studio.inference.walks import Noise, Walk

LONGEST_S = 600.0
RATES = (10, 12, 15, 20, 24, 25, 30, 50, 60)
SIZES = (1, 2, 3, 4, 6, 8, 12, 16)


class Pairs(QWidget):
    """Labelled editors, two to a line, or one where the line is too short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._rows: list[tuple[QLabel, QWidget]] = []
        self._columns = 0

    def add(self, text: str, editor: QWidget, tooltip: str) -> None:
        """The next editor; several in one place have tooltips of their own."""
        editor.setToolTip(tooltip)
        editor.setAccessibleDescription(tooltip)
        editor.setAccessibleName(text)
        if isinstance(editor, ValueSlider):
            editor.set_name(text, tooltip)
        keep_narrow(editor)
        label = QLabel(text)
        label.setBuddy(editor)
        label.setToolTip(tooltip)
        self._rows.append((label, editor))
        self._place(2)

    def _place(self, columns: int) -> None:
        self._columns = columns
        for number, (label, editor) in enumerate(self._rows):
            row, column = divmod(number, columns)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(editor, row, 2 * column + 1)
        for column, stretch in enumerate((0, 1, 0, columns - 1)):
            self._grid.setColumnStretch(column, stretch)
        self.updateGeometry()

    def _width(self, columns: int) -> int:
        """What as many columns need."""
        width = 8 * (2 * columns - 1)
        for column in range(columns):
            labels, editors = zip(*self._rows[column::columns], strict=True)
            for parts in (labels, editors):
                width += max(part.minimumSizeHint().width() for part in parts)
        return width

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(1), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 2 if self.width() >= self._width(2) else 1
        if columns != self._columns:
            self._place(columns)


def seconds_box(least: float, most: float) -> QDoubleSpinBox:
    """A field for seconds."""
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setDecimals(2)
    box.setSingleStep(0.25)
    box.setSuffix(_(" s"))
    box.setKeyboardTracking(False)
    return box


class KeySettings(Pairs):
    """How a walk goes from key frame to key frame.

    Signals:
        changed: the name of a setting of a `Walk`, and its value.
        to_next_changed: seconds from the chosen key frame to the next.
        all_alike: these seconds for all of them.
        length_changed: seconds of the whole film.
    """

    changed = Signal(str, object)
    to_next_changed = Signal(float)
    all_alike = Signal(float)
    length_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.way, self.easing = choice_of(WAYS), choice_of(EASINGS)
        self.to_next = seconds_box(SHORTEST, LONGEST_S)
        self.length = seconds_box(SHORTEST, LONGEST_S)
        self.pause = seconds_box(0.0, 10.0)
        self.is_loop, self.is_even = QCheckBox(_("Close the loop")), QCheckBox(_("One speed"))
        self.alike = QPushButton(_("All alike"))
        self._build()
        self._connect()

    def _build(self) -> None:
        self.add(
            _("Way"),
            self.way,
            _(
                "Straight passes nearer to the middle, where pictures are more alike. Around the "
                "sphere keeps z as long as typical z are; it is straight where two key frames "
                "point the same or opposite ways. Curves do not turn sharply at key frames."
            ),
        )
        self.add(
            _("Easing"),
            self.easing,
            _("How the film leaves and reaches each key frame: at full speed, or from a stand."),
        )
        self.add(_("To the next"), self._next_row(), "")
        self.add(
            _("Length"), self.length, _("Of the whole film. All ways become longer or shorter.")
        )
        self.is_loop.setAccessibleName(_("Close the loop"))
        self.is_even.setAccessibleName(_("One speed"))
        switches = QWidget()
        row = QHBoxLayout(switches)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.is_loop)
        row.addWidget(self.is_even)
        row.addStretch(1)
        self.is_loop.setToolTip(
            _("Go back to the first key frame, so that the film repeats without a seam.")
        )
        self.is_even.setToolTip(
            _("Share the time out by distance, so that pictures change equally fast all along.")
        )
        self.add(_("Time"), switches, "")
        self.add(_("Pause"), self.pause, _("How long the film stands still on each key frame."))

    def _next_row(self) -> QWidget:
        tip = _("Seconds from the chosen key frame to the next. Choose one in the row above.")
        self.to_next.setToolTip(tip)
        self.to_next.setAccessibleName(_("Seconds to the next key frame"))
        self.to_next.setAccessibleDescription(tip)
        self.alike.setToolTip(_("Give every key frame these seconds."))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.to_next, 1)
        row.addWidget(self.alike)
        return holder

    def _connect(self) -> None:
        self.way.activated.connect(lambda: self.changed.emit("way", self.way.currentData()))
        self.easing.activated.connect(
            lambda: self.changed.emit("easing", self.easing.currentData())
        )
        self.is_loop.clicked.connect(lambda on: self.changed.emit("is_loop", on))
        self.is_even.clicked.connect(lambda on: self.changed.emit("is_even", on))
        self.pause.valueChanged.connect(lambda value: self.changed.emit("pause", value))
        self.to_next.valueChanged.connect(self.to_next_changed)
        self.length.valueChanged.connect(self.length_changed)
        self.alike.clicked.connect(lambda: self.all_alike.emit(self.to_next.value()))

    def show_walk(self, walk: Walk, chosen: int) -> None:
        """Show the settings as they are, and the seconds of the chosen key frame."""
        seconds = seconds_of(walk)
        with (
            QSignalBlocker(self.to_next),
            QSignalBlocker(self.length),
            QSignalBlocker(self.pause),
        ):
            if 0 <= chosen < len(seconds):
                self.to_next.setValue(seconds[chosen])
            self.length.setValue(walk.length)
            self.pause.setValue(walk.pause)
        self.way.setCurrentIndex(self.way.findData(walk.way))
        self.easing.setCurrentIndex(self.easing.findData(walk.easing))
        self.is_loop.setChecked(walk.is_loop)
        self.is_even.setChecked(walk.is_even)
        is_last = chosen == len(seconds) - 1 and not walk.is_loop
        has_next = 0 <= chosen < len(seconds) and not is_last
        self.to_next.setEnabled(has_next and not walk.is_even)
        self.alike.setEnabled(len(seconds) > 1 and not walk.is_even)
        self.length.setEnabled(len(seconds) > 1)


class NoiseSettings(Pairs):
    """A random walk.

    Signals:
        changed: the name of a setting of a `Noise`, and its value.
    """

    changed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setKeyboardTracking(False)
        self.seconds = seconds_box(0.5, LONGEST_S)
        self.speed = ValueSlider("", 0.05, 5.0, 0.8, 2, log=True)
        self.add(_("Seed"), self.seed, _("Which random walk. The same seed gives the same one."))
        self.add(_("Length"), self.seconds, _("How long one round takes, until it begins again."))
        self.add(
            _("Speed"),
            self.speed,
            _(
                "How fast each number moves, in standard deviations per second. Slow walks stay "
                "near one picture; fast ones flicker."
            ),
        )
        self.seed.valueChanged.connect(lambda value: self.changed.emit("seed", value))
        self.seconds.valueChanged.connect(lambda value: self.changed.emit("seconds", value))
        self.speed.moved.connect(lambda value: self.changed.emit("speed", value))

    def show_noise(self, noise: Noise) -> None:
        """Show the settings as they are."""
        with QSignalBlocker(self.seed), QSignalBlocker(self.seconds):
            self.seed.setValue(noise.seed)
            self.seconds.setValue(noise.seconds)
        self.speed.set_value(noise.speed)


class FilmRow(QWidget):
    """What is saved: format, rate and size; and how far it has come.

    Signals:
        changed: the name of a setting of a `Walk`, and its value.
        save_wanted: a film is to be saved.
        cancel_wanted: not, after all.
    """

    changed = Signal(str, object)
    save_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.format, self.rate, self.scale = DropDown(), DropDown(), DropDown()
        self.save, self.cancel = QPushButton(_("Save film …")), QPushButton(_("Cancel"))
        self.bar = QProgressBar()
        self.is_smooth = QCheckBox(_("Smooth"))
        self._name()
        self._lay_out()
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.rate.activated.connect(lambda: self.changed.emit("fps", self.rate.currentData()))
        self.scale.activated.connect(lambda: self.changed.emit("scale", self.scale.currentData()))
        self.is_smooth.clicked.connect(lambda on: self.changed.emit("is_smooth", on))
        self.save.clicked.connect(self.save_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.set_busy(False)

    def _name(self) -> None:
        for rate in RATES:
            self.rate.addItem(_("{n} fps").format(n=rate), rate)
        for size in SIZES:
            self.scale.addItem(f"{size}×", size)
        name_it(self.format, _("Format"), "")
        name_it(
            self.rate, _("Frames a second"), _("How many frames a second, here and in the film.")
        )
        words = _("How many times as large as the model's pictures the saved film is.")
        name_it(self.scale, _("Size of the film"), words)
        words = _("Blend pixels when enlarging. Off shows each pixel as a square.")
        name_it(self.is_smooth, _("Smooth"), words)
        words = _("Write the film; it carries its settings, so that it can be made again.")
        name_it(self.save, _("Save film"), words)
        self.rate.setMinimumContentsLength(4)
        self.scale.setMinimumContentsLength(2)
        name_it(self.cancel, _("Cancel the film"), _("Stop; nothing stays on the disk."))
        name_it(self.bar, _("How far the film has come"), "")
        self.bar.setTextVisible(False)

    def _lay_out(self) -> None:
        row = FoldingRow(
            ((self.format, 3), (self.rate, 2), (self.scale, 1)),
            ((self.is_smooth, 1), (self.bar, 3), (self.cancel, 0), (self.save, 0)),
        )
        column = QHBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)

    def fill_formats(self) -> None:
        """List the formats, those that need a library with a word; once torch is loaded."""
        from gan_studio.exporters.films.base import FILMS

        if self.format.count():
            return
        for entry in FILMS:
            missing = entry.target.missing()
            text = _("{format} (not installed)").format(format=_(entry.title))
            self.format.addItem(text if missing else _(entry.title), entry.key)

    @property
    def entry(self) -> Any:
        """The chosen format's registry entry, None before there are any."""
        from gan_studio.exporters.films.base import FILMS

        key = self.format.currentData()
        return None if key is None else FILMS.get(key)

    def show_walk(self, walk: Walk) -> None:
        """Show the settings as they are; values that are not listed are added."""
        choose(self.rate, walk.fps, _("{n} fps").format(n=walk.fps))
        choose(self.scale, walk.scale, f"{walk.scale}×")
        self.is_smooth.setChecked(walk.is_smooth)

    def set_ready(self, is_ready: bool) -> None:
        """Whether there is a film to save."""
        entry = self.entry
        self.save.setEnabled(is_ready and entry is not None and not entry.target.missing())

    def set_busy(self, is_busy: bool) -> None:
        """Show progress and Cancel, or the button that saves."""
        for widget in (self.format, self.rate, self.scale, self.is_smooth, self.save):
            widget.setVisible(not is_busy)
        self.bar.setVisible(is_busy)
        self.cancel.setVisible(is_busy)

    def show_progress(self, done: int, total: int, what: str) -> None:
        """How far it has come."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _on_format_changed(self) -> None:
        entry = self.entry
        if entry is not None:
            self.format.setToolTip(entry.target.missing() or _(entry.help))
            self.changed.emit("", None)


def choice_of(titles: dict[str, str]) -> QComboBox:
    """A drop-down of keys with titles that are marked for translation."""
    box = DropDown()
    for key, title in titles.items():
        box.addItem(_(title), key)
    return box


def choose(box: QComboBox, value: Any, text: str) -> None:
    """Show a value without a signal; one that is not listed is added."""
    with QSignalBlocker(box):
        if box.findData(value) < 0:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(value))


def name_it(widget: QWidget, name: str, tooltip: str) -> None:
    """A name for those who cannot see it, and what it does."""
    widget.setAccessibleName(name)
    widget.setToolTip(tooltip)
    widget.setAccessibleDescription(tooltip)
    keep_narrow(widget)


def small_button(text: str, tooltip: str) -> QPushButton:
    """A button for the head of a card."""
    button = QPushButton(text)
    button.setToolTip(tooltip)
    button.setProperty("role", "link")
    button.setProperty("inline", "true")
    button.setMinimumHeight(theme.px(22))
    return button
