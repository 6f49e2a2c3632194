# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.24", "onnxruntime>=1.16", "pillow>=9.2"]
# ///
"""Draws pictures with generator.onnx, a model that was trained with GAN Studio.

It needs numpy 1.24, onnxruntime 1.16 and pillow 9.2, or newer:

    pip install "numpy>=1.24" "onnxruntime>=1.16" "pillow>=9.2"
    python sample_onnx.py --count 64 --seed 7 --out grid.png

The model takes z, float32 [N, dim], after truncation (and label, int64 [N], where it knows classes)
and gives pictures, float32 [N, C, H, W], from -1 (black) to 1 (white). Random z come from numpy
here: the same seed draws other pictures than in GAN Studio. For the same pictures, save latents
there and give the file to --latents.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

HERE = Path(__file__).resolve().parent
BATCH = 64


def main():
    args = arguments()
    session = onnxruntime.InferenceSession(str(args.model), providers=["CPUExecutionProvider"])
    facts = json.loads(session.get_modelmeta().custom_metadata_map["gan_studio"])
    if args.latents is None:
        z, labels, psi = random_places(facts, args)
    else:
        z, labels, psi = saved_places(args.latents)
    mean = np.array(facts["mean"], np.float32)
    z = mean + psi[:, None] * (z - mean)
    parts = []
    for start in range(0, len(z), BATCH):
        inputs = {"z": z[start : start + BATCH].astype(np.float32)}
        if facts["takes_class"]:
            inputs["label"] = labels[start : start + BATCH]
        parts.append(session.run(["pictures"], inputs)[0])
    pictures = np.concatenate(parts)
    grid(pictures).save(args.out)
    print(f"{len(pictures)} pictures of {facts['family']}, step {facts['step']}: {args.out}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=HERE / "generator.onnx")
    parser.add_argument("--count", type=int, default=64, help="how many pictures (64)")
    parser.add_argument("--seed", type=int, default=1, help="where random numbers start (1)")
    parser.add_argument("--psi", type=float, default=1.0, help="truncation (1)")
    parser.add_argument("--class", dest="label", help="one class only, by number or name")
    parser.add_argument("--latents", type=Path, help="a latents file of GAN Studio")
    parser.add_argument("--out", type=Path, default=Path("grid.png"), help="the PNG to write")
    return parser.parse_args()


def random_places(facts, args):
    """Latents before truncation, classes, and truncation, for `count` pictures."""
    random = np.random.default_rng(args.seed)
    shape = (args.count, facts["latent_dim"])
    if facts["prior"] == "uniform":
        z = random.uniform(-1, 1, shape)
    else:
        z = random.standard_normal(shape)
    if facts["prior"] == "encoded":
        z = np.array(facts["mean"]) + np.array(facts["spread"]) * z
    labels = np.arange(args.count) % max(1, len(facts["classes"]))
    if args.label is not None:
        names = facts["classes"]
        labels[:] = names.index(args.label) if args.label in names else int(args.label)
    psi = np.full(args.count, args.psi, np.float32)
    return z.astype(np.float32), labels.astype(np.int64), psi


def saved_places(path):
    """The same from a latents file."""
    items = json.loads(path.read_text("utf-8"))["latents"]
    z = np.array([item["z"] for item in items], np.float32)
    labels = np.array([item.get("label", 0) for item in items], np.int64)
    return z, labels, np.array([item.get("psi", 1.0) for item in items], np.float32)


def grid(pictures):
    """All pictures as one, about square."""
    pixels = ((pictures + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
    count, channels, height, width = pixels.shape
    columns = max(1, round(count**0.5))
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, channels, height, width), np.uint8)
    cells[:count] = pixels
    cells = cells.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    whole = cells.reshape(rows * height, columns * width, channels)
    return Image.fromarray(whole[:, :, 0] if channels == 1 else whole)


if __name__ == "__main__":
    main()
