"""Torchvision, whether it was built for the torch beside it or not.

An index may offer torch built for the CPU and torchvision built for CUDA. Torchvision cannot load
its compiled operators then, and its import ends in ``operator torchvision::nms does not exist``,
because it describes two of them to torch without looking whether they are there. What GAN Studio
uses (data sets, transforms v2, utils, plain networks) needs none of them. So the two get declared,
without an implementation, and the import is tried again.

Everything else in the project reaches torchvision through `load_torchvision`. That holds for what
imports torchvision by itself, too: torchmetrics does, so call it before importing torchmetrics.
"""

from __future__ import annotations

import importlib
import sys
import threading
from typing import TYPE_CHECKING

import torch.library

if TYPE_CHECKING:
    from types import ModuleType

_USED = ("torchvision.datasets", "torchvision.transforms.v2", "torchvision.utils")
_UNGUARDED_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_lock = threading.Lock()
# Declarations last as long as the object that made them, so it has to outlive every caller.
_declarations: torch.library.Library | None = None


def load_torchvision() -> ModuleType:
    """Import torchvision, beside whichever build of torch, and return it.

    Of the module returned, `datasets`, `transforms.v2` and `utils` are imported and work. Compiled
    operators (`ops.nms`, `io.read_image` and the like) work only where torchvision fits torch, and
    say so where they do not. May be called often and from any thread. A worker process that was
    spawned, not forked, has to call it again before it unpickles an object of torchvision's own.

    Raises:
        ImportError: torchvision is not installed.
        RuntimeError: it cannot be imported for a reason other than its missing operators.
    """
    with _lock:
        try:
            return _import_used()
        except RuntimeError as error:
            if "operator torchvision::" not in str(error):
                raise
        _drop_half_imported()
        _declare_operators()
        return _import_used()


def _import_used() -> ModuleType:
    for name in _USED:
        importlib.import_module(name)
    return sys.modules["torchvision"]


def _drop_half_imported() -> None:
    """Python forgets the module whose import failed, but not those that it had imported."""
    for name in [*sys.modules]:
        if name.partition(".")[0] == "torchvision":
            del sys.modules[name]


def _declare_operators() -> None:
    global _declarations
    if _declarations is None:
        _declarations = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for schema in _UNGUARDED_OPERATORS:
            _declarations.define(schema)  # type: ignore[no-untyped-call]
