# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.24", "pillow>=9.2", "torch>=2.0"]
# ///
"""Draws pictures with MODEL_FILE, a model that was trained with GAN Studio.

It needs numpy 1.24, pillow 9.2 and torch, or newer:

    pip install "numpy>=1.24" "pillow>=9.2" "torch>=2.0"
    python SCRIPT_FILE --count 64 --seed 7 --out grid.png

The model takes z, float32 [N, dim], after truncation (and label, int64 [N], where it knows classes)
and gives pictures, float32 [N, C, H, W], from -1 (black) to 1 (white). The same seed draws the same
pictures as in GAN Studio; places that were saved there are drawn with --latents FILE.
"""

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image

HERE = Path(__file__).resolve().parent
BATCH = 64


def main():
    args = arguments()
    model, facts = load(args.model)
    if args.latents is None:
        z, labels, psi = random_places(facts, args)
    else:
        z, labels, psi = saved_places(args.latents)
    mean = torch.tensor(facts["mean"])
    z = mean + psi[:, None] * (z - mean)
    parts = []
    for start in range(0, len(z), BATCH):
        inputs = [z[start : start + BATCH]]
        if facts["takes_class"]:
            inputs.append(labels[start : start + BATCH])
        with torch.no_grad():
            parts.append(model(*inputs))
    pictures = torch.cat(parts).numpy()
    grid(pictures).save(args.out)
    print(f"{len(pictures)} pictures of {facts['family']}, step {facts['step']}: {args.out}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=HERE / "MODEL_FILE")
    parser.add_argument("--count", type=int, default=64, help="how many pictures (64)")
    parser.add_argument("--seed", type=int, default=1, help="where random numbers start (1)")
    parser.add_argument("--psi", type=float, default=1.0, help="truncation (1)")
    parser.add_argument("--class", dest="label", help="one class only, by number or name")
    parser.add_argument("--latents", type=Path, help="a latents file of GAN Studio")
    parser.add_argument("--out", type=Path, default=Path("grid.png"), help="the PNG to write")
    return parser.parse_args()


def load(path):
    """The model, and what its file says of it."""
    found = {"gan_studio.json": ""}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of TorchScript, which still works
        if path.suffix == ".pt2":
            model = torch.export.load(str(path), extra_files=found).module()
        else:
            model = torch.jit.load(str(path), map_location="cpu", _extra_files=found)
    return model, json.loads(found["gan_studio.json"])


def random_places(facts, args):
    """Latents before truncation, classes, and truncation, for `count` pictures."""
    z = torch.cat([random_z(facts, args.seed, index) for index in range(args.count)])
    if facts["prior"] == "encoded":
        z = torch.tensor(facts["mean"]) + torch.tensor(facts["spread"]) * z
    labels = torch.arange(args.count) % max(1, len(facts["classes"]))
    if args.label is not None:
        names = facts["classes"]
        labels[:] = names.index(args.label) if args.label in names else int(args.label)
    return z, labels, torch.full((args.count,), args.psi)


def random_z(facts, seed, index):
    """The latent of picture number `index`, as GAN Studio draws it."""
    digest = hashlib.sha256(f"{seed}/latent/{index}".encode()).digest()
    random = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    shape = (1, facts["latent_dim"])
    if facts["prior"] == "uniform":
        return torch.rand(shape, generator=random) * 2 - 1
    return torch.randn(shape, generator=random)


def saved_places(path):
    """The same from a latents file."""
    items = json.loads(path.read_text("utf-8"))["latents"]
    z = torch.tensor([item["z"] for item in items])
    labels = torch.tensor([item.get("label", 0) for item in items])
    return z, labels, torch.tensor([item.get("psi", 1.0) for item in items])


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
