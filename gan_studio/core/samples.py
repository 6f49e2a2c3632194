"""The shape of what a family learns from, independent of where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.i18n import ngettext


@dataclass(frozen=True)
class SampleSpec:
    """One sample of a data set.

    Attributes:
        shape: ``(channels, height, width)`` for pictures, ``(1,)`` or ``(2,)`` for points.
        class_names: one name per class; empty without labels.
        attribute_names: names of independent yes/no attributes; empty without.
        target_shape: shape of the paired sample (image to image, super-resolution), or None.
    """

    shape: tuple[int, ...]
    class_names: tuple[str, ...] = ()
    attribute_names: tuple[str, ...] = ()
    target_shape: tuple[int, ...] | None = None

    @property
    def is_image(self) -> bool:
        """Whether samples are pictures."""
        return len(self.shape) == 3

    @property
    def size(self) -> int:
        """How many numbers one sample has."""
        total = 1
        for extent in self.shape:
            total *= extent
        return total

    def class_number(self, word: str) -> int | None:
        """The class that a person calls by its name, or else by its number; None: there is none."""
        if word in self.class_names:
            return self.class_names.index(word)
        is_number = word.isdecimal() and len(word) < 10
        return int(word) if is_number and int(word) < len(self.class_names) else None

    def describe(self) -> str:
        """``28 × 28, grey`` or ``2 numbers``."""
        if not self.is_image:
            return ngettext("{n} number", "{n} numbers", self.size).format(n=self.size)
        channels, height, width = self.shape
        return f"{width} × {height}, {'grey' if channels == 1 else 'colour'}"


@dataclass(frozen=True)
class LatentSpec:
    """The space that sliders move in.

    Attributes:
        dim: how many numbers.
        prior: "normal" (standard), "uniform" (-1 to 1), or "encoded" (mean and spread of the
            encoded training data, which the model carries).
    """

    dim: int
    prior: str = "normal"
