"""Films as GIF: shown by everything, with 256 colours a frame.

Grey pictures and those of at most 256 colours come out exactly. Each frame is compressed by Pillow;
the container is written here, frame by frame, because Pillow keeps all frames in memory and joins
those that look alike.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.exporters.films.base import FILMS, Bytes, FileFilm, FilmPlan, delays, pillow_note

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

TICKS = 100  # a GIF counts time in hundredths of a second
FOREVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
NO_DISPOSAL = 1 << 2  # each frame covers the one before
HAS_TABLE = 0x80


def read_note(path: Path) -> str | None:
    """The comment of a GIF."""
    return pillow_note(path, "comment")


@FILMS.register(
    "gif",
    title=N_("GIF"),
    help=N_(
        "Moves everywhere, also in chats and slides. 256 colours a frame; grey pictures are exact. "
        "At most 50 frames a second, in whole hundredths: 30 a second is 3, 4, 3 hundredths."
    ),
    order=10,
    suffix=".gif",
    ticks=TICKS,
    read_note=read_note,
)
class GifFilm(FileFilm):
    """Writes a GIF that plays for ever."""

    top_rate = 50  # players take shorter delays for none at all

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        super().__init__(path, plan)
        self._delays = delays(plan.fps, TICKS)
        self._table = b""  # of the first frame; frames with the same one need none of their own

    def _add(self, picture: Bytes) -> None:
        table, body = _compressed(self._in_few_colours(picture))
        if not self.count:
            self._table = table
            self.file.write(_header(self.size, table) + FOREVER + _comment(self.plan.note))
        own = b"" if table == self._table else table
        delay = next(self._delays)
        self.file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, NO_DISPOSAL, delay, 0, 0))
        packed = HAS_TABLE | _bits(own) if own else 0
        self.file.write(struct.pack("<BHHHHB", 0x2C, 0, 0, *self.size, packed) + own + body)

    def _complete(self) -> None:
        self.file.write(b"\x3b")

    def _in_few_colours(self, picture: Bytes) -> Image:
        """A frame of at most 256 colours; small ones are found before their pixels multiply."""
        from PIL.Image import Quantize

        is_smooth = self.plan.is_smooth
        image = self.image(picture, is_enlarged=is_smooth)
        if image.mode != "L":
            colours = image.getcolors(256)
            # Without dithering: its noise would flicker from frame to frame.
            image = image.quantize(256, Quantize.MEDIANCUT) if colours is None else _exact(image)
        return image if is_smooth else self.enlarged(image)


def _exact(image: Image) -> Image:
    """An image of at most 256 colours with a palette that holds exactly these."""
    import numpy as np
    from PIL import Image

    pixels = np.asarray(image, np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    known, places = np.unique(pixels, return_inverse=True)
    table = np.stack([known >> 16, known >> 8 & 255, known & 255], 1).astype(np.uint8)
    found = Image.fromarray(places.reshape(pixels.shape).astype(np.uint8))
    found.putpalette(table.tobytes())
    return found


def _compressed(image: Image) -> tuple[bytes, bytes]:
    """Colour table and image data of a frame, cut out of a GIF of this frame alone."""
    whole = io.BytesIO()
    image.save(whole, "GIF", optimize=False, interlace=0)
    data = whole.getvalue()
    length = 3 * 2 ** ((data[10] & 7) + 1) if data[10] & HAS_TABLE else 0
    table, at = data[13 : 13 + length], 13 + length
    while data[at] == 0x21:  # extensions: their blocks are skipped
        at = _after_blocks(data, at + 2)
    packed = data[at + 9]
    at += 10
    if packed & HAS_TABLE:
        length = 3 * 2 ** ((packed & 7) + 1)
        table, at = data[at : at + length], at + length
    return table, data[at : _after_blocks(data, at + 1)]


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks, each led by its length, ends."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _header(size: tuple[int, int], table: bytes) -> bytes:
    packed = HAS_TABLE | 0x70 | _bits(table)
    return b"GIF89a" + struct.pack("<HHBBB", *size, packed, 0, 0) + table


def _bits(table: bytes) -> int:
    """A table of 2 ** (bits + 1) colours."""
    return (len(table) // 3).bit_length() - 2


def _comment(note: str) -> bytes:
    if not note:
        return b""
    text = note.encode()
    blocks = [text[at : at + 255] for at in range(0, len(text), 255)]
    return b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"
