"""Places of a latent space on the way from one widget to another: dragged, dropped, copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from gan_studio.core.i18n import _
from gan_studio.inference.places import Place, Places, from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACES_MIME = "application/x-gan-studio-places+json"


def to_mime(places: Places | Iterable[Place]) -> QMimeData:
    """What a drag or the clipboard carries: the places, and the same as plain text.

    The caller may add a picture (`setImageData`), which other targets then take.
    """
    if not isinstance(places, Places):
        places = Places(tuple(places))
    text = to_text(places)
    mime = QMimeData()
    mime.setData(PLACES_MIME, text.encode())
    mime.setText(text)
    return mime


def copy_places(places: Places | Iterable[Place]) -> None:
    """Put places on the clipboard as text; slots of the window take them as they are."""
    QGuiApplication.clipboard().setMimeData(to_mime(places))


def carrying(place: Place | None) -> QMimeData | None:
    """What the drag of one picture carries; None where nobody knows its place."""
    return None if place is None else to_mime([place])


def has_places(mime: QMimeData) -> bool:
    """Whether it carries places, of whatever model; cheap enough for every move of a drag."""
    return mime.hasFormat(PLACES_MIME)


def from_mime(mime: QMimeData, dim: int, classes: int = 0) -> Places | None:
    """The places that it carries, None where it carries none.

    Args:
        mime: what was dropped or pasted.
        dim: how many numbers the model takes.
        classes: how many classes the model knows.

    Raises:
        BadLatents: they do not fit the model.
    """
    if not has_places(mime):
        return None
    text = bytes(mime.data(PLACES_MIME).data()).decode("utf-8", "replace")
    return from_text(text, dim, _("What was dropped"), classes)
