"""Films as MP4 by the library `av`, which is an extra: ``pip install "gan-studio[video]"``.

The wheels of `av` come with encoders under the GPL (x264, x265): so it is never shipped along, and
these are not used. H.264 is written where Cisco's OpenH264 (BSD) is there, else MPEG-4 part 2 by
FFmpeg's own encoder (LGPL), which players and slide programs show and browsers do not.
"""

from __future__ import annotations

import os
from fractions import Fraction
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.errors import BadFile, MissingLibrary, NotPackaged
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import is_frozen
from gan_studio.exporters.films.base import FILMS, Bytes, FileFilm, FilmPlan

if TYPE_CHECKING:
    from pathlib import Path

CODECS = ("libopenh264", "mpeg4")  # the first that is there
BEST, WORST = 2, 4  # quantisers of MPEG-4, from 1 (best) to 31
BITS_PER_PIXEL = 0.6  # for encoders that are told a rate: far more than such pictures need


def read_note(path: Path) -> str | None:
    """The comment of an MP4.

    Raises:
        BadFile: it is no film.
        MissingLibrary: `av` is not installed.
    """
    av = _av()
    try:
        with av.open(str(path)) as container:
            found: str | None = container.metadata.get("comment")
    except (OSError, ValueError) as error:
        raise BadFile(path=path, reason="it is no film that can be read") from error
    return found


def _av() -> Any:
    try:
        import av
        import av.error
    except ImportError as error:
        what = "MP4"
        raise MissingLibrary(what=what, library="av", reason=str(error)) from error
    return av


@FILMS.register(
    "mp4",
    title=N_("MP4"),
    help=N_(
        "For slides, players and programs that cut films (for browsers take WebP); small, not "
        "exact. Odd widths and heights grow by one pixel."
    ),
    order=30,
    suffix=".mp4",
    read_note=read_note,
)
class Mp4Film(FileFilm):
    """Writes an MP4 without sound."""

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        super().__init__(path, plan)
        self._container: Any = None
        self._stream: Any = None

    @classmethod
    def missing(cls) -> str:
        """A sentence that says how to get `av`."""
        if find_spec("av") is not None:
            return ""
        if is_frozen():
            return NotPackaged(what="MP4", library="av").sentence()
        return _("MP4 needs the library av: pip install “gan-studio[video]”.")

    def _begin(self) -> None:
        _av()  # before there is a file
        super()._begin()

    def _open(self, handle: int) -> None:
        os.close(handle)  # FFmpeg opens it by its name
        av = _av()
        self._container = av.open(str(self.temporary), "w", format="mp4")
        if self.plan.note:
            self._container.metadata["comment"] = self.plan.note
        codec = next(name for name in CODECS if name in av.codecs_available)
        self._stream = stream = self._container.add_stream(codec, rate=Fraction(self.plan.fps))
        width, height = (extent + extent % 2 for extent in self.size)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, self.plan.fps)
        stream.gop_size = self.plan.fps
        context = stream.codec_context
        context.bit_rate = max(200_000, int(width * height * self.plan.fps * BITS_PER_PIXEL))
        if codec == "mpeg4":
            context.qmin, context.qmax = BEST, WORST

    def _add(self, picture: Bytes) -> None:
        av = _av()
        pixels = np.asarray(self.image(picture).convert("RGB"))
        odd = [(0, extent % 2) for extent in pixels.shape[:2]]
        pixels = np.pad(pixels, [*odd, (0, 0)], mode="edge")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        frame.pts, frame.time_base = self.count, Fraction(1, self.plan.fps)
        self._mux(frame)

    def _complete(self) -> None:
        self._mux(None)

    def _mux(self, frame: Any) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def _close(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.close()
