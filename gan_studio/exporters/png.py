"""PNG files that say how their pictures were drawn."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, PngImagePlugin

from gan_studio.core.errors import BadLatents
from gan_studio.inference.places import FORMAT, from_text, to_text

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._drawing import Pictures
    from gan_studio.inference.places import Places

CHUNK = "gan-studio-latents"  # the keyword of the text chunk
# Pillow refuses to unpack more from one chunk; longer texts are stored as they are.
LONGEST_PACKED = 2**20


def png_bytes(picture: Pictures, places: Places | None = None) -> bytes:
    """A picture, uint8 ``[C, H, W]`` with 1 or 3 channels, as a PNG file, pixel for pixel.

    `places` go into a text chunk, from which `places_of_png` reads them.
    """
    info = None if places is None else text_chunk(CHUNK, to_text(places))
    pixels = picture[0] if len(picture) == 1 else np.ascontiguousarray(picture.transpose(1, 2, 0))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def text_chunk(keyword: str, text: str) -> PngImagePlugin.PngInfo:
    """Text for a PNG file, packed where that can be read again."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt(keyword, text, zip=len(text.encode()) < LONGEST_PACKED)
    return info


def places_of_png(path: Path, dim: int, classes: int = 0) -> Places:
    """The places that a picture was drawn from.

    Args:
        path: a PNG that GAN Studio has written.
        dim: how many numbers the model takes.
        classes: how many classes it knows.

    Raises:
        BadLatents: it is no PNG, holds no latents, or those of another model.
    """
    text = _chunk(path)
    if text is None:
        raise BadLatents(source=path, reason="the picture says nothing of its latents")
    return from_text(text, dim, str(path), classes)


def origin_of_png(path: Path) -> dict[str, Any] | None:
    """Which model drew a picture (``family``, ``run``, ``step``), as far as the file tells.

    None where it says nothing of its latents, or is no PNG.
    """
    try:
        table = json.loads(_chunk(path) or "")
    except (BadLatents, ValueError, RecursionError):
        return None
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        return None
    return {name: value for name, value in table.items() if name != "latents"}


def _chunk(path: Path) -> str | None:
    """The text about latents in a picture, None without.

    Raises:
        BadLatents: it is no PNG.
    """
    try:
        with Image.open(path, formats=("PNG",)) as image:
            text = getattr(image, "text", {}).get(CHUNK)
    except Exception as error:  # a damaged file can raise nearly anything out of a decoder
        reason = getattr(error, "strerror", None) or "it is not a PNG picture"
        raise BadLatents(source=path, reason=reason) from error
    return None if text is None else str(text)


def enlarged(pictures: Pictures, multiple: int) -> Pictures:
    """Every pixel as a square of so many pixels."""
    if multiple == 1:
        return pictures
    return np.asarray(pictures.repeat(multiple, -2).repeat(multiple, -1), np.uint8)


def laid_out(pictures: Pictures, columns: int = 0, gap: int = 0) -> Pictures:
    """Pictures, uint8 ``[N, C, H, W]``, as one picture ``[C, H', W']``, row by row.

    Args:
        pictures: what is laid out.
        columns: pictures per row, if there are as many; 0 makes it as square as possible.
        gap: black pixels between pictures.
    """
    count, channels, height, width = pictures.shape
    columns = min(columns or max(1, round(count**0.5)), max(1, count))
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, channels, height + gap, width + gap), np.uint8)
    cells[:count, :, :height, :width] = pictures
    grid = cells.reshape(rows, columns, *cells.shape[1:]).transpose(2, 0, 3, 1, 4)
    whole = grid.reshape(channels, rows * (height + gap), columns * (width + gap))
    return np.ascontiguousarray(whole[:, : whole.shape[1] - gap, : whole.shape[2] - gap])
