"""Pictures without a library: PPM is read, PNG is written, and both sides of a painting judged."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from dataclasses import dataclass

MOST_OF_ONE_COLOUR = 0.985  # of a whole window; an empty page of ours has less
LEAST_INK, MOST_INK = 0.005, 0.75  # of a text's rectangle
SHARE_OF_TEXTS = 0.8  # an icon with a caption, or a caption cut short, may look odd


@dataclass(frozen=True)
class Picture:
    """Three bytes a pixel, row after row."""

    width: int
    height: int
    pixels: bytes

    def colours(self):
        """How often each colour is there."""
        return Counter(struct.iter_unpack("3s", self.pixels))

    def cut(self, left, top, width, height):
        """What lies in a rectangle; what of it is outside is left out."""
        left, top = max(0, left), max(0, top)
        width = max(0, min(width, self.width - left))
        height = max(0, min(height, self.height - top))
        starts = [((top + row) * self.width + left) * 3 for row in range(height)]
        return Picture(width, height, b"".join(self.pixels[at : at + width * 3] for at in starts))


def read_ppm(data):
    """A binary PPM with one byte a sample.

    Raises:
        ValueError: it is something else, or cut short.
    """
    head = re.match(rb"P6\s+(?:#.*\n)*(\d+)\s+(\d+)\s+255\s", data)
    if head is None:
        raise ValueError("not a PPM picture")
    width, height = int(head[1]), int(head[2])
    pixels = data[head.end() :]
    if len(pixels) < width * height * 3:
        raise ValueError("a PPM picture that is cut short")
    return Picture(width, height, pixels[: width * height * 3])


def png_of(picture):
    """The picture as a PNG file, for people to look at."""
    row = picture.width * 3
    starts = range(0, len(picture.pixels), row)
    raw = b"".join(b"\0" + picture.pixels[at : at + row] for at in starts)
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def judge_painting(picture, least_colours):
    """What is wrong with the picture of a whole window."""
    if picture.width < 200 or picture.height < 200:
        return [f"the picture is only {picture.width} x {picture.height}"]
    colours = picture.colours()
    problems = []
    if len(colours) < least_colours:
        problems.append(f"only {len(colours)} colours (at least {least_colours})")
    share = colours.most_common(1)[0][1] / (picture.width * picture.height)
    if share > MOST_OF_ONE_COLOUR:
        problems.append(f"blank: {share:.1%} of it is one colour")
    return problems


def has_ink(picture):
    """Whether a rectangle looks as if words were in it: something besides the ground, not all."""
    total = picture.width * picture.height
    if not total:
        return False
    ink = 1 - picture.colours().most_common(1)[0][1] / total
    return LEAST_INK <= ink <= MOST_INK


def judge_texts(picture, texts, ratio=1.0):
    """What is wrong with the words in a window, each with the rectangle that it should fill."""
    if not texts:
        return ["there is no text in the window"]
    places = [[round(edge * ratio) for edge in text["rect"]] for text in texts]
    bare = [
        text["text"]
        for text, place in zip(texts, places, strict=True)
        if not has_ink(picture.cut(*place))
    ]
    if 1 - len(bare) / len(texts) < SHARE_OF_TEXTS:
        return [f"{len(bare)} of {len(texts)} texts are not drawn: {', '.join(bare[:5])}"]
    return []
