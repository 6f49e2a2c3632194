"""What the tab "Walk" does, without its widgets: a timeline, its film, and its thumbnails."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.drawn_film import DrawnFilm, draw_places
from gan_studio.gui.bridge.film_bridge import FilmBridge
from gan_studio.gui.pages.explore import walk_edits
from gan_studio.gui.pages.explore.history import History
from gan_studio.gui.pages.explore.walk_player import WalkPlayer
from gan_studio.inference.places import Place
from gan_studio.inference.walk_words import usual_way
from gan_studio.inference.walks import MOST_KEYS, Noise, Walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_studio.gui.pages.explore.explorer import Explorer

FIRST_KEYS = 4  # of a walk that begins by itself: where we are, and three random places


class WalkDesk(QObject):
    """Holds the walk that is edited, draws it while it is seen, and plays it.

    Attributes:
        player: plays what is drawn.
        thumbs: pictures of key frames, uint8 ``[C, H, W]``.

    Signals:
        changed: the walk, or whether there is one.
        film_changed: the film is another one, or there is none.
        thumbs_changed: `thumbs` has more pictures, or none.
        failed: the exception of a film that cannot be made or drawn.
    """

    changed = Signal()
    film_changed = Signal()
    thumbs_changed = Signal()
    failed = Signal(object)

    def __init__(self, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._bridge = FilmBridge(self)
        self.player = WalkPlayer(self._bridge, self)
        self._edits = History(Walk())
        self._noise = Noise()  # the last one, while there are key frames
        self._space: Any = None
        self._bundle: Any = None
        self._filmed: Walk | None = None
        self._is_seen = self._wants_to_play = False
        self.thumbs: dict[Place, Any] = {}
        self._fresh: set[Place] = set()  # whose thumbnails are of the present weights
        explorer.space_changed.connect(self._on_space_changed)
        explorer.moved.connect(self._on_moved)
        self._bridge.film_ready.connect(self._on_film)
        self._bridge.stills_ready.connect(self._on_stills)
        self._bridge.failed.connect(self._on_failed)

    # The walk

    @property
    def walk(self) -> Walk:
        """As it stands; a random walk is of the class and truncation of where we are."""
        walk, point = self._edits.now, self._explorer.point
        if walk.noise is None or point is None:
            return walk
        return replace(walk, noise=replace(walk.noise, label=point.label, psi=point.psi))

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._edits.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to repeat."""
        return self._edits.can_redo

    @property
    def is_complete(self) -> bool:
        """Whether there is something to film."""
        walk = self._edits.now
        return self._explorer.bundle is not None and (walk.noise is not None or len(walk.keys) >= 2)

    def add(self, places: Iterable[Place], at: int | None = None) -> None:
        """More key frames, before number `at` or at the end; those without a class get ours."""
        point, walk = self._explorer.point, self._edits.now
        if point is None:
            return
        found = [self._labelled(place, point.label) for place in places]
        room = MOST_KEYS - len(walk.keys)
        self._make(walk_edits.added(walk, found[:room], len(walk.keys) if at is None else at))

    def add_here(self) -> None:
        """The place where we are as the last key frame."""
        place = self._explorer.place
        if place is not None:
            self.add([place])

    def add_random(self, count: int = 1) -> None:
        """Key frames from the next seeds."""
        from gan_studio.inference.latents import latents_from_seed

        point, bundle = self._explorer.point, self._explorer.bundle
        if point is None or bundle is None:
            return
        used = [place.seed for place in self._edits.now.keys if place.seed is not None]
        first = max([point.seed, *used]) + 1
        drawn = [latents_from_seed(bundle, first + at, 1)[0].numpy() for at in range(count)]
        self.add(
            Place(np.asarray(z, np.float32), point.label, point.psi, first + at)
            for at, z in enumerate(drawn)
        )

    def remove(self, at: int) -> None:
        """A key frame less."""
        self._make(walk_edits.removed(self._edits.now, at))

    def move(self, at: int, target: int) -> None:
        """A key frame elsewhere."""
        self._make(walk_edits.moved(self._edits.now, at, target))

    def clear(self) -> None:
        """No key frames."""
        self._make(replace(self._edits.now, keys=(), seconds=()))

    def set_seconds(self, at: int, seconds: float) -> None:
        """From a key frame to the next."""
        self._make(walk_edits.timed(self._edits.now, at, seconds), f"seconds {at}")

    def set_all_seconds(self, seconds: float) -> None:
        """From each key frame to the next."""
        self._make(walk_edits.timed_alike(self._edits.now, seconds))

    def set_length(self, seconds: float) -> None:
        """Of the whole film."""
        self._make(walk_edits.stretched(self._edits.now, seconds), "length")

    def set_setting(self, name: str, value: Any) -> None:
        """A setting of the walk."""
        if name:
            self._make(replace(self._edits.now, **{name: value}), name)

    def set_random(self, is_random: bool) -> None:
        """A random walk in place of the key frames, or back."""
        walk = self._edits.now
        if is_random != (walk.noise is not None):
            self._noise = walk.noise or self._noise
            self._make(replace(walk, noise=self._noise if is_random else None))

    def set_noise(self, name: str, value: Any) -> None:
        """A setting of the random walk."""
        walk = self._edits.now
        if walk.noise is not None:
            self._noise = replace(walk.noise, **{name: value})
            self._make(replace(walk, noise=self._noise), f"noise {name}")

    def load(self, walk: Walk) -> None:
        """A whole walk, from a film; one of another space, which was chosen since, is dropped."""
        space = self._explorer.space
        if space is not None and all(len(place.z) == space.dim for place in walk.keys):
            self._make(walk)

    def undo(self) -> None:
        """Take the last edit back."""
        self._edits.undo()
        self._on_edited()

    def redo(self) -> None:
        """Repeat the edit that was taken back."""
        self._edits.redo()
        self._on_edited()

    def _labelled(self, place: Place, label: int | None) -> Place:
        if not self._explorer.class_names:
            label = None
        elif place.label is not None:
            label = place.label
        return place if place.label == label else replace(place, label=label)

    def _make(self, walk: Walk, gesture: str = "") -> None:
        self._edits.move_to(walk, gesture)
        self._on_edited()

    def _on_edited(self) -> None:
        self.changed.emit()
        self._draw_thumbs()
        self._refilm()

    # Playing

    def toggle(self) -> None:
        """Play or pause; without a walk begin one from where we are, and play it."""
        if self.player.frames is not None:
            self.player.toggle()
            return
        if not self.is_complete:
            self._begin()
        self._wants_to_play = True

    def _begin(self) -> None:
        place = self._explorer.place
        if place is None:
            return
        if not self._edits.now.keys:
            self.add([place])
        self.add_random(FIRST_KEYS - 1)

    def go_here(self) -> None:
        """Bring the frame that is shown to the sliders."""
        frames = self.player.frames
        if frames is not None:
            self.player.pause()
            self._explorer.go_to(frames.place(self.player.index))

    # Being seen

    def set_seen(self, is_seen: bool) -> None:
        """Draw while somebody looks; nothing is drawn or played while nobody does."""
        self._is_seen = is_seen
        if is_seen:
            self._on_space_changed()
        else:
            self._wants_to_play = False
            self.player.pause()
            self._bridge.close()
            self._filmed = None

    def _on_space_changed(self) -> None:
        explorer = self._explorer
        space, bundle = explorer.space, explorer.bundle
        if space is None or bundle is None:
            self._bundle = None
            self.thumbs.clear()  # the next model may be another run's
            self._stop()
            return
        # The codes of two autoencoders have nothing to do with each other.
        run = bundle.run_dir if space.prior == "encoded" else None
        key = (space.dim, space.prior, explorer.class_names, run)
        if key != self._space:
            self._space = key
            self._edits = History(Walk(way=usual_way(space.prior)))
            self.thumbs.clear()
            self.changed.emit()
        if bundle is not self._bundle:
            self._bundle, self._filmed = bundle, None
            self._fresh.clear()  # the old ones stay to be seen until newer ones come
        if self._is_seen:
            self._draw_thumbs()
            self._refilm()

    def _on_moved(self) -> None:
        if self._is_seen and self._edits.now.noise is not None:
            self._refilm()

    def _stop(self) -> None:
        self._filmed = None
        self._bridge.set_film(None)
        self._bridge.set_stills(None, {})
        self.player.set_frames(None)
        self.film_changed.emit()

    def _refilm(self) -> None:
        """Make the film anew, where anything that is drawn has changed."""
        if not self._is_seen:
            return
        if not self.is_complete:
            self._stop()
            self._draw_thumbs()
            return
        walk = self.walk
        if self._filmed is None or not _draws_alike(walk, self._filmed):
            self._filmed = walk
            self._bridge.set_film(partial(DrawnFilm, self._explorer.bundle, walk))

    def _draw_thumbs(self) -> None:
        keys = self._edits.now.keys
        if not self._is_seen or self._explorer.bundle is None:
            return
        self.thumbs = {place: self.thumbs[place] for place in keys if place in self.thumbs}
        self._fresh &= self.thumbs.keys()
        missing = {place: place for place in keys if place not in self._fresh}
        self._bridge.set_stills(partial(draw_places, self._explorer.bundle), missing)

    def _on_film(self, film: DrawnFilm) -> None:
        self.player.set_frames(film.frames)
        self.film_changed.emit()
        if self._wants_to_play:
            self._wants_to_play = False
            self.player.play()

    def _on_stills(self, drawn: dict[Place, Any]) -> None:
        self.thumbs.update(drawn)
        self._fresh.update(drawn)
        self.thumbs_changed.emit()

    def _on_failed(self, problem: Exception) -> None:
        self._wants_to_play = False
        self.player.set_frames(None)
        self.film_changed.emit()
        self.failed.emit(problem)


def _draws_alike(walk: Walk, other: Walk) -> bool:
    """Whether two walks have the same frames: the size of a saved film does not count."""
    names = ("keys", "way", "easing", "is_loop", "is_even", "pause", "fps", "noise")
    same = all(getattr(walk, name) == getattr(other, name) for name in names)
    return same and walk.durations == other.durations
