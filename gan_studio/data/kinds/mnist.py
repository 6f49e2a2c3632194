"""MNIST: 70,000 handwritten digits."""

from __future__ import annotations

from gan_studio.core.i18n import N_
from gan_studio.data.base import DATASETS
from gan_studio.data.idx_sets import DIGIT_NAMES, DownloadedIdxSource, DownloadOptions


@DATASETS.register(
    "mnist",
    title=N_("MNIST"),
    options=DownloadOptions,
    help=N_("70,000 handwritten digits of 28 × 28, grey; 11 MB are downloaded once."),
    paper="https://doi.org/10.1109/5.726791",
    order=10,
)
class Mnist(DownloadedIdxSource):
    """LeCun, Bottou, Bengio, Haffner 1998: 60,000 to train on, 10,000 held out."""

    torchvision_name = "MNIST"
    title = "MNIST"
    class_names = DIGIT_NAMES
    download_bytes = 11_594_722
