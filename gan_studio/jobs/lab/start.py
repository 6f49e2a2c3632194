"""What the lab plays when nobody has chosen anything."""

from __future__ import annotations

from typing import Any, Final

# Small nets on a line: D is seen to learn within a second, G within some. No average of G, so that
# what is drawn is what plays. One thread: more are slower for nets of this size.
START: Final[dict[str, Any]] = {
    "model": {
        "name": "small_gan",
        "latent_dim": 1,
        "loss": "non_saturating",
        "game": {"beta1": 0.0, "beta2": 0.9, "generator_rate": 5e-4},
    },
    "data": {"name": "points_1d", "shape": "two_gaussians"},
    "train": {
        "steps": 1_000_000,
        "batch_size": 256,
        "threads": 1,
        "ema_half_life": 0.0,
        "sample_every": 0,
        "checkpoint_every": 0,
        "seed": 7,
    },
}
