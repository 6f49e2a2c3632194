"""Classifiers that were trained before, kept beside prepared data: learning takes half a minute."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from gan_studio.core.errors import DiskProblem
from gan_studio.core.paths import write_atomically
from gan_studio.diagnostics.classifier import Classifier, train_classifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gan_studio.data.base import Prepared

VERSION = 1  # of the networks and of how they are trained


def known_classifier(
    prepared: Prepared, cache: Path | None, *, progress: Callable[[int, int], None] | None = None
) -> Classifier:
    """A classifier of the data's classes, trained once for each content and number of classes.

    Args:
        prepared: needs classes.
        cache: where classifiers are kept; None trains. A damaged file is trained anew, and a
            folder that cannot be written is no reason to fail.
        progress: as `train_classifier` takes it.

    Raises:
        Unsupported: the data has no classes.
    """
    path = None if cache is None else _path(prepared, cache)
    net = None if path is None else _read(path, prepared)
    if net is None:
        net = train_classifier(prepared, progress=progress)
        if path is not None:
            with contextlib.suppress(DiskProblem):
                write_atomically(path, save(net.state_dict()))
    return net


def _path(prepared: Prepared, cache: Path) -> Path:
    classes = len(prepared.spec.class_names)
    return cache / "classifiers" / f"{prepared.fingerprint[:32]}-{classes}-v{VERSION}.safetensors"


def _read(path: Path, prepared: Prepared) -> Classifier | None:
    if not path.is_file() or prepared.train.labels is None:
        return None
    with torch.device("meta"):  # no initial weights: they would draw from the global random stream
        net = Classifier(prepared.spec.shape, len(prepared.spec.class_names))
    try:
        net.load_state_dict(load(path.read_bytes()), assign=True)
    except (OSError, SafetensorError, RuntimeError, ValueError):
        return None
    return net.eval().requires_grad_(False)
