"""The IDX format of MNIST and its relatives: a short header, then bytes.

Header: two zero bytes, one byte for the type (8 = unsigned bytes, the only one that MNIST uses),
one for the number of dimensions, then each extent as a big-endian 32-bit number.
Description: https://web.archive.org/web/2016/http://yann.lecun.com/exdb/mnist/
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadFile, Cancelled
from gan_studio.core.i18n import N_, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_UNSIGNED_BYTES = 8
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 2**20
# A few bytes of gzip can unfold to terabytes; no data set of small pictures comes near this.
_MOST_BYTES = 8 * 2**30

_NAME = re.compile(r"(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?", re.IGNORECASE)

PARTS = ("train-images", "train-labels", "test-images", "test-labels")


def find_idx_files(folder: Path) -> Mapping[str, Path]:
    """The IDX files of a folder by part (see `PARTS`); plain files win over packed ones."""
    found: dict[str, Path] = {}
    # Reversed, so that "x" comes after "x.gz" and takes its place.
    for path in sorted(folder.iterdir(), reverse=True):
        match = _NAME.fullmatch(path.name)
        if match and path.is_file():
            split = "train" if match[1].lower() == "train" else "test"
            found[f"{split}-{match[2].lower()}"] = path
    return found


def read_idx(
    path: Path, dimensions: int, is_cancelled: Callable[[], bool] = lambda: False
) -> npt.NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes, plain or packed with gzip.

    Whether it is packed is told by its content, not by its name.

    Raises:
        BadFile: it is damaged, cut off, longer than it says, or has other dimensions.
        Cancelled: the person cancelled.
    """
    try:
        with _open(path) as file:
            shape = _read_header(file, path, dimensions)
            content = _read_exactly(file, path, shape, is_cancelled)
    except EOFError as error:
        raise BadFile(path=path, reason=N_("the packed file ends too early")) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadFile(path=path, reason=N_("the packed file is damaged")) from error
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP_MAGIC
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_packed else path.open("rb")


def _read_header(file: IO[bytes], path: Path, dimensions: int) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise BadFile(path=path, reason=N_("it is not an IDX file"))
    if magic[2] != _UNSIGNED_BYTES:
        raise BadFile(path=path, reason=N_("its numbers are not unsigned bytes"))
    if magic[3] != dimensions:
        reason = ngettext(
            "it has {n} dimension instead of {expected}",
            "it has {n} dimensions instead of {expected}",
            magic[3],
        )
        raise BadFile(path=path, reason=reason.format(n=magic[3], expected=dimensions))
    extents = file.read(4 * dimensions)
    if len(extents) < 4 * dimensions:
        raise BadFile(path=path, reason=N_("it ends within its header"))
    return struct.unpack(f">{dimensions}I", extents)


def _read_exactly(
    file: IO[bytes], path: Path, shape: tuple[int, ...], is_cancelled: Callable[[], bool]
) -> bytearray:
    expected = 1
    for extent in shape:
        expected *= extent
    if expected > _MOST_BYTES:
        raise BadFile(path=path, reason=f"its header announces {expected:,} bytes, too many")
    content = bytearray()
    # In chunks, because a read of the announced size would set that much memory aside at once.
    while len(content) <= expected:
        if is_cancelled():
            raise Cancelled()
        chunk = file.read(min(_CHUNK_BYTES, expected + 1 - len(content)))
        if not chunk:
            break
        content += chunk
    if len(content) < expected:
        reason = f"it ends after {len(content):,} of {expected:,} bytes"
        raise BadFile(path=path, reason=reason)
    if len(content) > expected:
        raise BadFile(
            path=path, reason=f"it goes on after the {expected:,} bytes that it announces"
        )
    return content
