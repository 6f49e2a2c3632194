"""The tab "Walk": a timeline of key frames, the film between them, and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.walk_desk import WalkDesk
from gan_studio.gui.pages.explore.walk_edits import seconds_of
from gan_studio.gui.pages.explore.walk_saver import FilmSaver
from gan_studio.gui.pages.explore.walk_widgets import WalkWidgets
from gan_studio.gui.pages.explore.walk_words import caption_of, film_words, saved_words
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.key_strip_paint import KeyItem
from gan_studio.gui.widgets.place_mime import from_mime, to_mime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gan_studio.exporters.walk_film import Filmed
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.places import Place

TELL_MS = 250  # how often rate and time are written while it plays


class WalkPanel(ExplorePanel):
    """Widgets around a `WalkDesk`."""

    main_text = N_("Play")
    main_tip = N_("Play the walk, or hold it. Without one it begins at this place.")
    share = (4, 9)

    def __init__(
        self, explorer: Explorer, bookmarks: Callable[[], Iterable[Place]] = tuple
    ) -> None:
        super().__init__(explorer)
        self._bookmarks = bookmarks
        self.desk = WalkDesk(explorer, self)
        self.saver = FilmSaver(self)
        self._was_playing = False
        self._tell_timer = QTimer(self)
        self._tell_timer.setInterval(TELL_MS)
        self._tell_timer.timeout.connect(self._tell)
        self.parts = WalkWidgets()
        self.parts.strip.mime_of = lambda index: to_mime([self.desk.walk.keys[index]])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.parts)
        self._connect_desk()
        self._connect_parts()
        self._connect_forms()
        self._show_walk()
        self._show_film()

    def _connect_desk(self) -> None:
        desk = self.desk
        desk.changed.connect(self._show_walk)
        desk.thumbs_changed.connect(self._show_keys)
        desk.film_changed.connect(self._show_film)
        desk.failed.connect(self.failed)
        desk.player.shown.connect(self._on_frame)
        desk.player.playing_changed.connect(self._on_playing_changed)

    def _connect_parts(self) -> None:
        desk, parts, strip = self.desk, self.parts, self.parts.strip
        parts.view.painted.connect(desk.player.note_painted)
        parts.play.clicked.connect(desk.toggle)
        parts.here.clicked.connect(desk.go_here)
        parts.slider.valueChanged.connect(desk.player.seek)
        parts.slider.sliderPressed.connect(self._on_slider_pressed)
        parts.slider.sliderReleased.connect(self._on_slider_released)
        parts.add.clicked.connect(desk.add_here)
        parts.undo.clicked.connect(desk.undo)
        parts.redo.clicked.connect(desk.redo)
        parts.kinds.idClicked.connect(lambda number: desk.set_random(bool(number)))
        for key, do in (
            ("random", lambda: desk.add_random()),
            ("bookmarks", self._add_bookmarks),
            ("open", self._open_film),
            ("clear", desk.clear),
        ):
            parts.actions_of[key].triggered.connect(do)
        strip.selected.connect(self._on_selected)
        strip.activated.connect(self._on_key_activated)
        strip.moved.connect(desk.move)
        strip.removed.connect(desk.remove)
        strip.dropped.connect(self._on_dropped)
        strip.file_dropped.connect(self._on_file_dropped)
        strip.undo_wanted.connect(desk.undo)
        strip.redo_wanted.connect(desk.redo)

    def _connect_forms(self) -> None:
        desk, saver = self.desk, self.saver
        self.parts.settings.changed.connect(desk.set_setting)
        self.parts.settings.to_next_changed.connect(self._on_to_next_changed)
        self.parts.settings.all_alike.connect(desk.set_all_seconds)
        self.parts.settings.length_changed.connect(desk.set_length)
        self.parts.noise.changed.connect(desk.set_noise)
        self.parts.film_row.changed.connect(desk.set_setting)
        self.parts.film_row.changed.connect(self._explain)
        self.parts.film_row.save_wanted.connect(self._on_save)
        self.parts.film_row.cancel_wanted.connect(saver.cancel)
        saver.busy_changed.connect(self.parts.film_row.set_busy)
        saver.progress.connect(self.parts.film_row.show_progress)
        saver.saved.connect(self._on_saved)
        saver.loaded.connect(lambda file: desk.load(file.walk))
        saver.failed.connect(self.failed)

    # The tab

    def on_shown(self) -> None:
        self.parts.film_row.fill_formats()
        self.desk.set_seen(True)
        self._show_film()

    def on_hidden(self) -> None:
        self.desk.set_seen(False)

    def main_action(self) -> None:
        self.desk.toggle()

    # What is shown

    def _show_walk(self) -> None:
        """The timeline and all settings, as they are."""
        walk = self.desk.walk
        self.parts.kinds.button(int(walk.noise is not None)).setChecked(True)
        self.parts.forms.setCurrentIndex(int(walk.noise is not None))
        self.parts.add.setVisible(walk.noise is None)
        self._show_keys()
        self.parts.settings.show_walk(walk, self.parts.strip.chosen)
        if walk.noise is not None:
            self.parts.noise.show_noise(walk.noise)
        self.parts.film_row.show_walk(walk)
        self.parts.view.set_smooth(walk.is_smooth)
        self.parts.undo.setEnabled(self.desk.can_undo)
        self.parts.redo.setEnabled(self.desk.can_redo)
        self._explain()

    def _show_keys(self) -> None:
        walk, names = self.desk.walk, self.explorer.class_names
        items = [
            KeyItem(
                self._thumb(place),
                caption_of(place, number, names),
                "" if walk.is_even else _("{n:g} s").format(n=round(seconds, 2)),
            )
            for number, (place, seconds) in enumerate(zip(walk.keys, seconds_of(walk), strict=True))
        ]
        had = self.parts.strip.count()
        self.parts.strip.set_items(items, is_loop=walk.is_loop)
        if len(items) > had:
            self.parts.strip.select(len(items) - 1)
            QTimer.singleShot(0, self.parts.scroll_to_chosen)

    def _thumb(self, place: Any) -> QImage:
        picture = self.desk.thumbs.get(place)
        return QImage() if picture is None else pictures.to_image(picture)

    def _show_film(self) -> None:
        """Another film, or none."""
        frames = self.desk.player.frames
        for widget in (self.parts.slider, self.parts.here):
            widget.setEnabled(frames is not None)
        self.parts.play.setEnabled(self.explorer.bundle is not None)
        with QSignalBlocker(self.parts.slider):
            self.parts.slider.setRange(0, 0 if frames is None else len(frames) - 1)
            self.parts.slider.setPageStep(1 if frames is None else max(1, frames.fps // 2))
            self.parts.slider.setValue(self.desk.player.index)
        if frames is None:
            self.parts.view.set_picture(None)
            is_begun = bool(self.desk.walk.keys)
            words = _("One more key frame makes a film.") if is_begun else _("No film yet.")
            self.parts.view.set_empty_text(words)
            self.parts.strip.set_current(-1)
        self._explain()
        self._tell()

    def _explain(self) -> None:
        bundle, frames = self.explorer.bundle, self.desk.player.frames
        shape = None if bundle is None else bundle.spec.shape
        entry = self.parts.film_row.entry if self.parts.film_row.format.count() else None
        self.parts.hint.setText(film_words(self.desk.walk, frames, entry, shape))
        self.parts.film_row.set_ready(frames is not None)

    def _on_frame(self, index: int, picture: Any) -> None:
        self.parts.view.set_picture(picture)
        player = self.desk.player
        if not self.parts.slider.isSliderDown():
            with QSignalBlocker(self.parts.slider):
                self.parts.slider.setValue(index)
        frames = player.frames
        if frames is not None and frames.keys:
            passed = sum(at <= index for at in frames.keys) - 1
            is_end = not frames.is_loop and passed == len(frames.keys) - 1
            self.parts.strip.set_current(-1 if is_end else passed)
        if not player.is_playing:
            self._tell()

    def _tell(self) -> None:
        """Time and measured rate."""
        player = self.desk.player
        frames = player.frames
        if frames is None:
            self.parts.time.clear()
            self.parts.card.set_note("")
            return
        seconds = player.index / frames.fps
        self.parts.time.setText(f"{player.index + 1} / {len(frames)} · {seconds:.2f} s")
        rate = player.rate if player.is_playing else 0.0
        self.parts.card.set_note(_("{rate:.0f} frames a second").format(rate=rate) if rate else "")

    def _on_playing_changed(self, is_playing: bool) -> None:
        (self._tell_timer.start if is_playing else self._tell_timer.stop)()
        self.parts.show_playing(is_playing)
        self.main_text = N_("Pause") if is_playing else N_("Play")
        self.renamed.emit()
        self._tell()

    # What a person does

    def _on_slider_pressed(self) -> None:
        self._was_playing = self.desk.player.is_playing
        self.desk.player.pause()

    def _on_slider_released(self) -> None:
        if self._was_playing:
            self.desk.player.play()

    def _on_selected(self, index: int) -> None:
        """Show the key frame that was chosen, and its seconds."""
        self.parts.settings.show_walk(self.desk.walk, index)
        player = self.desk.player
        if player.frames is not None and index < len(player.frames.keys):
            player.pause()
            player.seek(player.frames.keys[index])

    def _on_key_activated(self, index: int) -> None:
        self.desk.player.pause()
        self.explorer.go_to(self.desk.walk.keys[index])

    def _on_to_next_changed(self, seconds: float) -> None:
        if self.parts.strip.chosen >= 0:
            self.desk.set_seconds(self.parts.strip.chosen, seconds)

    def _on_dropped(self, mime: Any, at: int) -> None:
        space, bundle = self.explorer.space, self.explorer.bundle
        if space is None or bundle is None:
            return
        try:
            places = from_mime(mime, space.dim, len(bundle.spec.class_names))
        except StudioError as error:
            self.failed.emit(error)
            return
        if places is not None:
            self.desk.add(places.items, at)

    def _on_file_dropped(self, path: Any) -> None:
        space, bundle = self.explorer.space, self.explorer.bundle
        if space is not None and bundle is not None:
            self.saver.open(path, space.dim, len(bundle.spec.class_names))

    def _open_film(self) -> None:
        path = self.saver.ask_film()
        if path is not None:
            self._on_file_dropped(path)

    def _add_bookmarks(self) -> None:
        places = list(self._bookmarks())
        if places:
            self.desk.add(places)
        else:
            self.told.emit(_("No bookmarks yet."), _("Keep places of this run first."))

    def _on_save(self) -> None:
        bundle, entry = self.explorer.bundle, self.parts.film_row.entry
        if bundle is None or entry is None or not self.desk.is_complete:
            return
        path = self.saver.ask(_(entry.title), entry.extra["suffix"])
        if path is not None:
            self.saver.save(bundle, self.desk.walk, path)

    def _on_saved(self, filmed: Filmed) -> None:
        self.told.emit(_("Saved."), saved_words(filmed))
