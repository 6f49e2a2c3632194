"""Options that most formats have."""

from __future__ import annotations

from typing import Any

from gan_studio.core.i18n import N_
from gan_studio.core.schema import param

MOST = 100_000


def count_field(default: int, most: int = MOST) -> Any:
    """How many pictures."""
    return param(
        default,
        label=N_("Pictures"),
        help=N_(
            "How many pictures are drawn. They are drawn and written in small batches, so that "
            "many take time and space on the disk but no more memory."
        ),
        lo=1,
        hi=most,
        step=1,
    )


def seed_field() -> Any:
    """Where random numbers start."""
    return param(
        1,
        label=N_("Seed"),
        help=N_(
            "The number that all random z follow from. The same seed gives the same pictures "
            "again, and picture number i is the same however many there are."
        ),
        lo=0,
        hi=2**31 - 1,
        step=1,
    )


def psi_field() -> Any:
    """Truncation."""
    return param(
        1.0,
        label=N_("Truncation ψ"),
        help=N_(
            "How far z may lie from the middle: 1 draws as the model was trained, below it "
            "pictures become more typical and alike, above it rarer and broken."
        ),
        lo=0.0,
        hi=2.0,
        step=0.1,
    )


def class_field() -> Any:
    """Which class, for families that take one."""
    return param(
        "",
        label=N_("Class"),
        help=N_(
            "Draw this class only, by its name or number. Empty draws all classes in turn. Only "
            "for models that take a class."
        ),
    )


def multiple_field() -> Any:
    """Enlarging."""
    return param(
        1,
        label=N_("Size"),
        help=N_(
            "How many times as large the file's pictures are; every pixel becomes a square. 1 "
            "keeps the pixels as the model draws them, which is best for further work."
        ),
        lo=1,
        hi=32,
        step=1,
        unit="×",
    )
