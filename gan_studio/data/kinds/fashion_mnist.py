"""Fashion-MNIST: 70,000 pieces of clothing."""

from __future__ import annotations

from gan_studio.core.i18n import N_
from gan_studio.data.base import DATASETS
from gan_studio.data.idx_sets import CLOTHING_NAMES, DownloadedIdxSource, DownloadOptions


@DATASETS.register(
    "fashion-mnist",
    title=N_("Fashion-MNIST"),
    options=DownloadOptions,
    help=N_("70,000 pieces of clothing of 28 × 28, grey; 31 MB are downloaded once."),
    paper="https://arxiv.org/abs/1708.07747",
    order=11,
)
class FashionMnist(DownloadedIdxSource):
    """Xiao, Rasul, Vollgraf 2017: 60,000 to train on, 10,000 held out."""

    torchvision_name = "FashionMNIST"
    title = "Fashion-MNIST"
    class_names = CLOTHING_NAMES
    download_bytes = 30_878_645
