"""What data a run was trained on, as one short word that any change of the content changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.data.base import Array, Split

_BLOCK_BYTES = 16 * 2**20


def fingerprint(*splits: Split) -> str:
    """SHA-256 (hex) over the shapes, types and bytes of all arrays, in order.

    Memory maps are read in blocks, never whole.
    """
    digest = hashlib.sha256()
    for split in splits:
        for name, array in _columns(split):
            # Without names and shapes, moving rows from one array to the next would go unnoticed.
            digest.update(f"{name}:{array.dtype.str}:{array.shape};".encode())
            for block in _blocks(array):
                digest.update(block.data)
        digest.update(b"|")
    return digest.hexdigest()


def _columns(split: Split) -> Iterator[tuple[str, Array]]:
    yield "samples", split.samples
    if split.labels is not None:
        yield "labels", split.labels
    for name in sorted(split.extras):
        yield f"extras/{name}", split.extras[name]


def _blocks(array: Array) -> Iterator[Array]:
    if array.size == 0:
        return
    row_bytes = max(1, array.nbytes // len(array))
    rows = max(1, _BLOCK_BYTES // row_bytes)
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows]).reshape(-1).view(np.uint8)
