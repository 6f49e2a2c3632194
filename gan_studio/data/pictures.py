"""One picture file in, one small uint8 array out, whatever the file holds."""

from __future__ import annotations

import contextlib
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gan_studio.core.i18n import N_
from gan_studio.data.base import Array

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALLEST_SIDE = 8
# Below the size at which Pillow itself begins to warn, so that its own limit stays as it is.
MOST_PIXELS = 80_000_000
# Decoding one such picture takes hundreds of megabytes: never two at a time.
_LARGE_PIXELS = 16_000_000
_one_large_at_a_time = threading.Lock()

BACKGROUNDS = {"white": 255, "black": 0, "grey": 128}
_ANIMATED_FORMATS = ("GIF", "WEBP", "PNG", "AVIF")
_GREY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N", "F")


class Unusable(Exception):
    """A picture that cannot be trained on; its text says why (one clause, marked)."""


@dataclass(frozen=True)
class Framing:
    """How pictures of any size become pictures of one size.

    Attributes:
        size: width and height of the result.
        channels: 1 (grey) or 3 (colour).
        fit: "crop" (the middle square), "pad" (bars) or "stretch".
        background: what shows behind transparency and in bars: "white", "black" or "grey".
    """

    size: int
    channels: int
    fit: str
    background: str


@dataclass(frozen=True)
class Look:
    """What the head of a picture file tells.

    Attributes:
        width: in pixels, after the camera's rotation is undone or before: sides may be swapped.
        height: likewise.
        is_grey: whether its kind of file has no colours.
    """

    width: int
    height: int
    is_grey: bool


@dataclass(frozen=True)
class Decoded:
    """A picture ready to be trained on: uint8 ``[C, size, size]``."""

    pixels: Array
    is_animated: bool


@contextlib.contextmanager
def quiet_pillow() -> Iterator[None]:
    """Turn Pillow's warnings about odd files off, and its warning about huge ones into an error.

    Filters belong to the whole process, so this goes around the threads that decode, not into them.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def look(path: Path) -> Look:
    """Read the head of a picture file, and refuse it if that is enough to know.

    Raises:
        Unusable: it cannot be trained on.
    """
    with _open(path) as image:
        return Look(image.width, image.height, image.mode in _GREY_MODES)


def decode(path: Path, framing: Framing) -> Decoded:
    """Read a picture (of an animation the first one) and bring it to its size and channels.

    Raises:
        Unusable: it cannot be trained on.
    """
    with _open(path) as image:
        is_animated = image.format in _ANIMATED_FORMATS and getattr(image, "is_animated", False)
        # A JPEG can be decoded at a half, a quarter or an eighth, several times faster.
        image.draft(None, (2 * framing.size, 2 * framing.size))
        is_large = image.width * image.height > _LARGE_PIXELS
        with _one_large_at_a_time if is_large else contextlib.nullcontext():
            upright = ImageOps.exif_transpose(_to_eight_bits(image))
            small = _fit(upright, framing)
    return Decoded(_flatten(small, framing), is_animated)


def decode_pixels(pixels: Array, framing: Framing) -> Decoded:
    """Bring a picture that is in memory, uint8 ``[H, W, 3 or 4]``, to its size and channels.

    Raises:
        Unusable: it is too large or too small.
    """
    height, width = pixels.shape[:2]
    _refuse_by_size(width, height)
    return Decoded(_flatten(_fit(Image.fromarray(pixels), framing), framing), is_animated=False)


def is_colourless(decoded: Decoded) -> bool:
    """Whether a picture decoded in colour shows only greys."""
    low, high = decoded.pixels.min(axis=0), decoded.pixels.max(axis=0)
    # JPEG is not exact; nobody sees a difference of four.
    return bool((high - low).max() <= 4)


@contextlib.contextmanager
def _open(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path) as image:
            _refuse_by_size(image.width, image.height)
            yield image
    except Unusable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable(N_("it has more than 80 million pixels")) from error
    except UnidentifiedImageError as error:
        raise Unusable(
            N_("it is not a picture that can be read, whatever its name says")
        ) from error
    except MemoryError as error:
        raise Unusable(N_("it does not fit into memory")) from error
    except PermissionError as error:
        raise Unusable(N_("you may not read it")) from error
    except FileNotFoundError as error:
        raise Unusable(N_("it is gone")) from error
    except Exception as error:  # a damaged file can raise nearly anything out of a decoder
        cut_off = isinstance(error, EOFError) or "truncated" in str(error).lower()
        reason = N_("the file ends too early") if cut_off else N_("the file is damaged")
        raise Unusable(reason) from error


def _refuse_by_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unusable(N_("it has more than 80 million pixels"))
    if min(width, height) < SMALLEST_SIDE:
        raise Unusable(N_("a side of it is shorter than 8 pixels"))


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """As L, RGB or RGBA, with eight bits a channel."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Image.fromarray(_scale_down(image))
    if image.mode in ("LA", "La", "PA", "RGBa", "RGBA") or "transparency" in image.info:
        return _keeping_exif(image, image.convert("RGBA"))
    grey = image.mode in ("1", "L")
    return _keeping_exif(image, image.convert("L" if grey else "RGB"))


def _keeping_exif(before: Image.Image, after: Image.Image) -> Image.Image:
    # Converted pictures carry the dictionary along in most, not in all cases.
    after.info.setdefault("exif", before.info.get("exif", b""))
    return after


def _scale_down(image: Image.Image) -> Array:
    """Grey values of 16 or more bits as uint8; Pillow's own conversion would clip them."""
    values = np.asarray(image).astype(np.float64)
    if not np.isfinite(values).all():
        raise Unusable(N_("some of its values are not numbers"))
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16") or (image.mode == "I" and low >= 0 and 255 < high <= 65535):
        low, high = 0.0, 65535.0
    elif image.mode == "I" and low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    elif image.mode == "F" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    scaled = (values - low) * (255.0 / max(high - low, 1e-12))
    return np.rint(scaled).astype(np.uint8)


def _fit(image: Image.Image, framing: Framing) -> Image.Image:
    """`image` at the wanted size; with "pad" one side may be shorter."""
    width, height = image.size
    size = (framing.size, framing.size)
    box = (0.0, 0.0, float(width), float(height))
    if framing.fit == "crop":
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
    elif framing.fit == "pad":
        scale = framing.size / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _flatten(image: Image.Image, framing: Framing) -> Array:
    """uint8 ``[C, size, size]``: on the background, in the wanted channels."""
    grey = BACKGROUNDS[framing.background]
    canvas = Image.new("RGB", (framing.size, framing.size), (grey, grey, grey))
    corner = ((framing.size - image.width) // 2, (framing.size - image.height) // 2)
    canvas.paste(image.convert("RGB"), corner, image if image.mode == "RGBA" else None)
    if framing.channels == 1:
        return np.asarray(canvas.convert("L"))[None]
    return np.ascontiguousarray(np.asarray(canvas).transpose(2, 0, 1))
