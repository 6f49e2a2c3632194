"""Films as WebP: exact, smaller than GIF, for browsers and newer programs.

Each frame is compressed by Pillow as a picture of its own; the container is written here, because
Pillow keeps all frames in memory and joins those that look alike.
Container: https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import io
import re
import struct
from html import escape, unescape
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.exporters.films.base import FILMS, Bytes, FileFilm, FilmPlan, delays, pillow_note

if TYPE_CHECKING:
    from pathlib import Path

TICKS = 1000
ANIMATED, HAS_XMP = 0x02, 0x04
REPLACES = 0x02  # no blending with the frame before
QUALITY = 92  # of films that are blended when enlarged; all others lose nothing
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:gan="https://gan-studio.example/walk/1.0/"><gan:walk>{note}</gan:walk>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def read_note(path: Path) -> str | None:
    """The settings in the XMP of a WebP."""
    found = re.search(r"<gan:walk>(.*?)</gan:walk>", pillow_note(path, "xmp") or "", re.DOTALL)
    return None if found is None else unescape(found[1])


@FILMS.register(
    "webp",
    title=N_("WebP"),
    help=N_(
        "For browsers and newer programs: all colours, exact where pixels stay squares, and "
        "smaller than a GIF."
    ),
    order=20,
    suffix=".webp",
    read_note=read_note,
)
class WebpFilm(FileFilm):
    """Writes an animated WebP that plays for ever."""

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        super().__init__(path, plan)
        self._delays = delays(plan.fps, TICKS)

    def _add(self, picture: Bytes) -> None:
        if not self.count:
            self._write_head()
        width, height = self.size
        place = b"\x00" * 6 + _three(width - 1) + _three(height - 1)
        frame = place + _three(next(self._delays)) + bytes([REPLACES]) + self._compressed(picture)
        self.file.write(_chunk(b"ANMF", frame))

    def _write_head(self) -> None:
        width, height = self.size
        flags = ANIMATED | (HAS_XMP if self.plan.note else 0)
        self.file.write(b"RIFF\x00\x00\x00\x00WEBP")  # the length is known at the end
        head = bytes([flags, 0, 0, 0]) + _three(width - 1) + _three(height - 1)
        self.file.write(_chunk(b"VP8X", head) + _chunk(b"ANIM", b"\x00" * 6))

    def _compressed(self, picture: Bytes) -> bytes:
        """The chunks of one still picture."""
        still = io.BytesIO()
        image = self.image(picture).convert("RGB")
        if self.plan.is_smooth:
            image.save(still, "WEBP", quality=QUALITY, method=4)
        else:
            image.save(still, "WEBP", lossless=True, quality=50, method=2, exact=True)
        return still.getvalue()[12:]

    def _complete(self) -> None:
        if self.plan.note:
            self.file.write(_chunk(b"XMP ", XMP.format(note=escape(self.plan.note)).encode()))
        length = self.file.tell() - 8
        self.file.seek(4)
        self.file.write(struct.pack("<I", length))


def _three(value: int) -> bytes:
    return struct.pack("<I", value)[:3]


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)
