"""Sample sheets on disk: which steps there are, and one sheet cut into its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def steps_in(run_dir: Path | None) -> list[int]:
    """Steps that have a sheet, oldest first."""
    if run_dir is None:
        return []
    names = (path.stem for path in (run_dir / "samples").glob("*.png"))
    return sorted(int(name) for name in names if name.isdigit())


def read_sheet(run_dir: Path, step: int, shape: Sequence[int], count: int = 0) -> Any | None:
    """The pictures of one sheet, uint8 ``[N, C, H, W]``, or None where it cannot be read.

    Args:
        run_dir: the run's folder.
        step: one of `steps_in`.
        shape: ``(C, H, W)`` of one picture.
        count: how many pictures there are; 0 takes all that fit.
    """
    channels, height, width = shape
    image = QImage(str(run_dir / "samples" / f"{step:06d}.png"))
    if image.isNull() or image.width() % width or image.height() % height:
        return None
    is_grey = channels == 1
    format_ = QImage.Format.Format_Grayscale8 if is_grey else QImage.Format.Format_RGB888
    image = image.convertToFormat(format_)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    pixels = rows[:, : image.width() * (1 if is_grey else 3)]
    table = pixels.reshape(image.height() // height, height, image.width() // width, width, -1)
    pictures = table.transpose(0, 2, 4, 1, 3).reshape(-1, table.shape[-1], height, width)
    return np.ascontiguousarray(pictures[: count or None])
