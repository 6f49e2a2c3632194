"""A slot for one place, or for several that are averaged: drop, paste, "here", a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QPoint, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from gan_studio.core.errors import BadLatents
from gan_studio.core.i18n import _, ngettext
from gan_studio.gui import theme
from gan_studio.gui.widgets.place_mime import from_mime
from gan_studio.gui.widgets.slot_picture import SlotPicture
from gan_studio.inference.places import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gan_studio.inference.places import Place

LARGEST_SEED = 2**31 - 1


class PlaceSlot(QWidget):
    """Holds places; what they look like is drawn and given by its owner.

    Args:
        name: what it is called, a letter.
        is_single: whether another place replaces the one before; else places are added.
        takes: False for a slot that only shows what was computed.
        key: the key that asks for "here", to be named in its tooltip.
        is_wide: the buttons stand beside the picture, not below.

    Attributes:
        places: what it holds, in the order they came.
        shelf: gives the bookmarks that its menu offers.

    Signals:
        changed: a person put something in or took it out.
        here_asked: the place where we are is wanted in here.
        seed_asked: the place of this seed is wanted in here.
        go_asked: we are wanted where it shows.
        failed: the exception of what did not fit.
    """

    changed = Signal()
    here_asked = Signal()
    seed_asked = Signal(int)
    go_asked = Signal()
    failed = Signal(object)

    def __init__(
        self,
        name: str,
        *,
        is_single: bool = True,
        takes: bool = True,
        key: str = "",
        is_wide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name, self._is_single, self._takes, self._key = name, is_single, takes, key
        self.places: tuple[Place, ...] = ()
        self.shelf: Callable[[], Iterable[Place]] | None = None
        self._before: tuple[Place, ...] = ()
        self._dim, self._classes, self._seed = 0, 0, 1
        self.picture = SlotPicture(takes=takes)
        self._build(is_wide=is_wide)
        self._connect()
        self._say()

    # What it holds

    def set_space(self, dim: int, classes: int) -> None:
        """What places have to fit."""
        self._dim, self._classes = dim, classes

    def put(self, places: Iterable[Place]) -> None:
        """Take places in: the first of them, or all that are not yet here; says `changed`."""
        found = list(places)
        if self._is_single:
            self._hold(tuple(found[:1]) or self.places)
            return
        kept = list(self.places)
        for place in found:
            if not any(_is_same(place, other) for other in kept):
                kept.append(place)
        self._hold(tuple(kept))

    def clear(self) -> None:
        """Let everything go; the menu brings it back."""
        self._hold(())

    def empty(self) -> None:
        """Let everything go for good and without a signal: another model."""
        self.places = self._before = ()
        self.show_place(None, None)
        self._say()

    def show_place(self, place: Place | None, picture: Any | None) -> None:
        """What it looks like: the place that is dragged from here, and uint8 ``[C, H, W]``."""
        self.picture.place = place
        self.picture.set_picture(None if place is None else picture)

    def take(self, mime: QMimeData) -> None:
        """Put in what was dropped or pasted; what does not fit is told by `failed`."""
        try:
            found = from_mime(mime, self._dim, self._classes)
            if found is None:
                source = _("The clipboard")
                found = from_text(mime.text(), self._dim, source, self._classes)
        except BadLatents as problem:
            self.failed.emit(problem)
            return
        self.put(found.items)

    def _hold(self, places: tuple[Place, ...]) -> None:
        self._before, self.places = self.places, places
        if not places:
            self.show_place(None, None)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        count = len(self.places)
        self._clear.setVisible(self._takes and count > 0)
        if not self._takes:
            return
        many = ngettext("{n} picture", "mean of {n}", count).format(n=count)
        self.picture.set_badge("" if count < 2 else many, str(count))
        words = _("{name}: empty") if not count else _("{name}: {what}")
        self.picture.setAccessibleName(words.format(name=self.name, what=many))

    # Building

    def _build(self, *, is_wide: bool) -> None:
        title = QLabel(self.name)
        title.setProperty("role", "card-title")
        self._clear = self._button("✕", _("Empty {name}. (Delete)"), self.clear)
        policy = self._clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(policy)
        tip = _("More ways to fill {name}, and what to do with it.")
        self._more = self._button("⋯", tip if self._takes else _("What to do with it."), self._open)
        key = f" ({self._key})" if self._key else ""
        what = _("Put the picture where you are into {name}.")
        self.here = self._button(_("Here"), what + key, self.here_asked.emit)
        self.here.setProperty("role", "plain")
        self.here.setVisible(self._takes)
        self.here.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._arrange(title, is_wide=is_wide)
        self.setFocusProxy(self.picture)
        self._name_picture()

    def _arrange(self, title: QLabel, *, is_wide: bool) -> None:
        """The picture between the name and the button, or left of both."""
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(title, 1)
        head.addWidget(self._clear)
        head.addWidget(self._more)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(head)
        if not is_wide:
            column.addWidget(self.picture, 1)
        column.addWidget(self.here)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        if is_wide:
            column.addStretch(1)
            row.addWidget(self.picture)
        row.addLayout(column, 1)

    def _button(self, text: str, tooltip: str, act: Callable[[], Any]) -> QToolButton:
        button, words = QToolButton(), tooltip.format(name=self.name)
        button.setText(text)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: act())
        return button

    def _name_picture(self) -> None:
        self.picture.setAccessibleName(self.name)
        words = _("Drag it into a slot, copy it with Ctrl+C, or go there by a double click.")
        if self._takes:
            words = _(
                "Drop a picture here, paste one (Ctrl+V), or press Enter for the one where you "
                "are. Delete empties it. A double click goes there."
            )
            if not self._is_single:
                words += " " + _("Several pictures are averaged.")
            self.picture.set_empty_text(_("drop one here"))
        self.picture.setToolTip(words)
        self.picture.setAccessibleDescription(words)

    def _connect(self) -> None:
        picture = self.picture
        picture.given.connect(self.take)
        picture.here_asked.connect(self.here_asked)
        picture.clear_asked.connect(self.clear)
        picture.go_asked.connect(self._on_go_asked)
        picture.menu_asked.connect(self.open_menu)

    # The menu

    def _on_go_asked(self) -> None:
        if self.picture.place is not None:
            self.go_asked.emit()

    def _open(self) -> None:
        self.open_menu(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def open_menu(self, position: QPoint) -> None:
        """Show what can be done, at a position on the screen."""
        menu = self.make_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)

    def make_menu(self) -> QMenu:
        """What can be done here."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        if self._takes:
            self._add_sources(menu)
        is_filled = self.picture.place is not None
        for text, act, can in (
            (_("Copy as text"), self.picture.copy, is_filled),
            (_("Save picture …"), self.picture._on_save, is_filled),
            (_("Go there"), self.go_asked.emit, is_filled),
        ):
            menu.addAction(text, act).setEnabled(can)
        if self._takes:
            self._add_removals(menu)
        return menu

    def _add_sources(self, menu: QMenu) -> None:
        menu.addAction(_("The picture where you are"), self.here_asked.emit)
        menu.addAction(_("Paste"), self.picture.paste)
        menu.addAction(self._seed_action(menu))
        marks = [] if self.shelf is None else list(self.shelf())
        if marks:
            shelf = menu.addMenu(_("Bookmarks"))
            for at, place in enumerate(marks, 1):
                name = place.name or _("bookmark {n}").format(n=at)
                shelf.addAction(name, lambda place=place: self.put([place]))
        menu.addSeparator()

    def _seed_action(self, menu: QMenu) -> QWidgetAction:
        box = QSpinBox()
        box.setRange(0, LARGEST_SEED)
        box.setValue(self._seed)
        box.setPrefix(_("seed") + " ")
        box.setMinimumWidth(theme.px(120))
        box.setToolTip(_("The random picture of this seed; Enter takes it."))
        box.setAccessibleName(_("Seed for {name}").format(name=self.name))
        box.lineEdit().returnPressed.connect(lambda: self._take_seed(menu, box.value()))
        action = QWidgetAction(menu)
        action.setDefaultWidget(box)
        return action

    def _take_seed(self, menu: QMenu, seed: int) -> None:
        self._seed = min(seed + 1, LARGEST_SEED)  # the next one is likely to be wanted next
        menu.close()
        self.seed_asked.emit(seed)

    def _add_removals(self, menu: QMenu) -> None:
        menu.addSeparator()
        if len(self.places) > 1:
            menu.addAction(_("Take the last one out"), lambda: self._hold(self.places[:-1]))
        menu.addAction(_("Empty"), self.clear).setEnabled(bool(self.places))
        back = menu.addAction(_("Bring back what was here"), lambda: self._hold(self._before))
        back.setEnabled(bool(self._before) and self._before != self.places)


def _is_same(place: Place, other: Place) -> bool:
    is_drawn_alike = (place.label, place.psi) == (other.label, other.psi)
    return is_drawn_alike and place.z.tobytes() == other.z.tobytes()
