"""Files for the tests of data sets, made on the spot."""

import gzip
import struct
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = {
    "train-images": "train-images-idx3-ubyte",
    "train-labels": "train-labels-idx1-ubyte",
    "test-images": "t10k-images-idx3-ubyte",
    "test-labels": "t10k-labels-idx1-ubyte",
}


def encode_idx(array) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def idx_contents(train=20, test=6, size=28) -> dict[str, bytes]:
    """The four files of a small data set, by part."""
    random = np.random.default_rng(5)
    contents = {}
    for split, count in (("train", train), ("test", test)):
        images = random.integers(0, 256, (count, size, size), dtype=np.uint8)
        contents[f"{split}-images"] = encode_idx(images)
        contents[f"{split}-labels"] = encode_idx(np.arange(count) % 10)
    return contents


def write_idx_folder(folder: Path, packed=False, dots=False, **sizes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part, content in idx_contents(**sizes).items():
        name = NAMES[part].replace("-idx", ".idx") if dots else NAMES[part]
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
    return folder


def picture(width=40, height=40, mode="RGB", seed=0) -> Image.Image:
    """Smooth coloured noise, in any of Pillow's usual modes."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    large = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
    return large.convert(mode)


def save_pictures(folder: Path, count=6, **how) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture(**how, seed=number).save(folder / f"picture-{number:02d}.png")
    return folder
