"""The 1,797 real handwritten digits that come inside scikit-learn: nothing to download."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from gan_studio.core.i18n import N_
from gan_studio.core.registry import NoOptions
from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import DATASETS, Array, DataContext, DataSource, Prepared, Split
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.idx_sets import DIGIT_NAMES

_SIZE = 28
_INK_MAX = 16  # of the original pixels
# Every fifth digit of each class is held out: the same ones on every machine.
_HELD_OUT_STRIDE = 5
# Enlarged strokes are blurred; more contrast about the middle gives them MNIST's crisp edges.
_CONTRAST = 1.6
_PIVOT = 0.35


@DATASETS.register(
    "digits",
    title=N_("Digits"),
    options=NoOptions,
    help=N_("1,797 handwritten digits, brought to 28 × 28, grey; they come with the program."),
    paper="https://archive.ics.uci.edu/dataset/80",
    order=1,
)
class Digits(DataSource):
    """Alpaydin, Kaynak 1998, as in scikit-learn; 8x8 pixels smoothly enlarged to 28x28."""

    options_type = NoOptions

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return SampleSpec((1, _SIZE, _SIZE), DIGIT_NAMES)

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        context.progress(0, 1, "decode")
        small, labels = _load()
        images = _enlarge(small)
        is_held_out = _every_nth_of_each_class(labels, _HELD_OUT_STRIDE)
        train = Split(images[~is_held_out], labels[~is_held_out])
        held_out = Split(images[is_held_out], labels[is_held_out])
        context.progress(1, 1, "decode")
        return Prepared(
            spec=self.sample_spec(context),
            train=train,
            held_out=held_out,
            fingerprint=fingerprint(train, held_out),
            title="Digits",
        )


def _load() -> tuple[Array, Array]:
    """Pixels ``[N, 8, 8]`` from 0 to 16 and labels int64 ``[N]``."""
    found = importlib.util.find_spec("sklearn")
    folders = (found.submodule_search_locations if found else None) or []
    for folder in folders:
        table = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if table.is_file():
            # Importing scikit-learn takes up to two seconds, reading its table ten milliseconds.
            rows = np.loadtxt(table, delimiter=",", dtype=np.uint8)
            return rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(np.int64)
    from sklearn.datasets import load_digits

    loaded = load_digits()
    return loaded.images, loaded.target.astype(np.int64)


def _enlarge(small: Array) -> Array:
    """uint8 ``[N, 1, 28, 28]``: one empty pixel all round, bicubic, then contrast."""
    from PIL import Image

    # The margin lets strokes that touch the edge end softly, and centres them as in MNIST.
    ink = np.pad(small.astype(np.float32) / _INK_MAX, ((0, 0), (1, 1), (1, 1)))
    images = np.empty((len(ink), 1, _SIZE, _SIZE), dtype=np.uint8)
    for index, picture in enumerate(ink):
        large = Image.fromarray(picture).resize((_SIZE, _SIZE), Image.Resampling.BICUBIC)
        sharp = (np.asarray(large) - _PIVOT) * _CONTRAST + _PIVOT
        images[index, 0] = np.rint(np.clip(sharp, 0.0, 1.0) * 255.0)
    return images


def _every_nth_of_each_class(labels: Array, stride: int) -> Array:
    chosen = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        chosen[np.flatnonzero(labels == label)[stride - 1 :: stride]] = True
    return chosen
