#!/usr/bin/env python3
"""Draws the program's icon in every size and kind that the systems ask for.

    python packaging/icons.py FOLDER

One drawing, resources/icons/app.svg, becomes PNG pictures (Linux), gan-studio.ico (Windows) and
gan-studio.icns (macOS) in FOLDER. PySide6 draws it, so it is run where GAN Studio is installed.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "resources" / "icons" / "app.svg"
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
# macOS draws no margin around an icon by itself; its own icons fill 824 of 1024 points.
MACOS_FILLS = 824 / 1024
# What each size is called in an .icns file: pixels of ordinary screens, then of doubled ones.
MACOS_KINDS = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
    b"ic11": 32,
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}


def drawn(drawing: Path, size: int, fills: float = 1.0) -> bytes:
    """`drawing` as a PNG picture of `size` pixels, of which it takes the share `fills`."""
    from PySide6.QtCore import QBuffer, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    margin = round(size * (1 - fills) / 2)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(drawing)).render(
        painter, QRectF(margin, margin, size - 2 * margin, size - 2 * margin)
    )
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs say bytes
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon of PNG `pictures` by size; 256 is the largest it can say."""
    offset = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, png in sorted(pictures.items()):
        byte = size % 256  # 256 is written as 0
        head += struct.pack("<BBBBHHII", byte, byte, 0, 0, 1, 32, len(png), offset + len(body))
        body += png
    return head + body


def icns(pictures: dict[bytes, bytes]) -> bytes:
    """A macOS icon of PNG `pictures` by kind."""
    parts = [kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures.items()]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def make(drawing: Path, folder: Path) -> None:
    """Write every icon of `drawing`, an SVG file, into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    for size in LINUX_SIZES:
        (folder / f"gan-studio-{size}.png").write_bytes(drawn(drawing, size))
    windows = ico({size: drawn(drawing, size) for size in WINDOWS_SIZES})
    (folder / "gan-studio.ico").write_bytes(windows)
    sizes = {size: drawn(drawing, size, MACOS_FILLS) for size in set(MACOS_KINDS.values())}
    macos = icns({kind: sizes[size] for kind, size in MACOS_KINDS.items()})
    (folder / "gan-studio.icns").write_bytes(macos)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    make(DRAWING, parser.parse_args(arguments).folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
