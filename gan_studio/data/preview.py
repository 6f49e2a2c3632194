"""What the Data page shows: what will be trained on, after all transforms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_studio.data.base import Array, Prepared, Split


@dataclass(frozen=True)
class ClassCount:
    """How often one class occurs."""

    name: str
    train: int
    held_out: int


@dataclass(frozen=True)
class Summary:
    """A data set in numbers.

    Attributes:
        title: how a person calls it.
        shape: of one sample.
        dtype: of the numbers that are kept, such as ``uint8``.
        train: samples to train on.
        held_out: samples kept apart.
        classes: one entry per class; empty without labels.
        byte_count: size of all samples.
        is_streamed: whether they stay on the disk.
        refused: how many files were left out.
    """

    title: str
    shape: tuple[int, ...]
    dtype: str
    train: int
    held_out: int
    classes: tuple[ClassCount, ...]
    byte_count: int
    is_streamed: bool
    refused: int


@dataclass(frozen=True)
class SampleGrid:
    """Samples to look at.

    Attributes:
        samples: pictures, uint8 ``[N, C, H, W]``, or points, float32 ``[N, 1 or 2]``.
        labels: int64 ``[N]``, or None.
        indices: int64 ``[N]``, which samples of the split these are.
    """

    samples: Array
    labels: Array | None
    indices: Array


def summary(prepared: Prepared) -> Summary:
    """Count what is in a data set."""
    names = prepared.spec.class_names
    train, held_out = (_counts(split, len(names)) for split in (prepared.train, prepared.held_out))
    has_labels = prepared.train.labels is not None
    rows = zip(names, train.tolist(), held_out.tolist(), strict=True) if has_labels else ()
    return Summary(
        title=prepared.title,
        shape=prepared.spec.shape,
        dtype=str(prepared.train.samples.dtype),
        train=len(prepared.train),
        held_out=len(prepared.held_out),
        classes=tuple(ClassCount(*row) for row in rows),
        byte_count=prepared.train.samples.nbytes + prepared.held_out.samples.nbytes,
        is_streamed=prepared.train.is_streamed,
        refused=len(prepared.refused),
    )


def sample_grid(
    prepared: Prepared,
    count: int,
    seed: int,
    split: str = "train",
    class_index: int | None = None,
) -> SampleGrid:
    """Up to `count` different samples, drawn at random, as training would see them.

    Args:
        prepared: the data set.
        count: how many; fewer come where there are not so many.
        seed: another seed draws others.
        split: "train" or "held_out".
        class_index: only samples of this class; without labels there are none.
    """
    chosen_split = {"train": prepared.train, "held_out": prepared.held_out}[split]
    candidates = _candidates(chosen_split, class_index)
    generator = np.random.default_rng(seed)
    drawn = generator.choice(candidates, size=min(count, len(candidates)), replace=False)
    samples = np.take(chosen_split.samples, drawn, axis=0)
    if prepared.flip and split == "train" and samples.ndim == 4:
        mirrored = generator.integers(0, 2, len(drawn)).astype(bool)
        samples[mirrored] = samples[mirrored, :, :, ::-1]
    labels = chosen_split.labels
    return SampleGrid(samples, None if labels is None else labels[drawn], drawn)


def _counts(split: Split, classes: int) -> Array:
    labels = np.empty(0, dtype=np.int64) if split.labels is None else split.labels
    return np.bincount(labels, minlength=classes)


def _candidates(split: Split, class_index: int | None) -> Array:
    if class_index is None:
        return np.arange(len(split))
    if split.labels is None:
        return np.arange(0)
    return np.flatnonzero(split.labels == class_index)
