"""The contract of a probe: a look at a run that costs little and changes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from gan_studio.core.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor


class Probe(ABC):
    """Looks at the sample grid of a run and at as many real samples.

    It draws no random numbers and keeps no state: what it finds depends on its arguments alone.
    """

    @abstractmethod
    def measure(self, drawn: Tensor, real: Tensor) -> dict[str, float]:
        """Named numbers about generated samples ``[N, ...]`` beside real ones ``[M, ...]``."""


PROBES: Registry[type[Probe]] = Registry("probe", "gan_studio.diagnostics", "gan_studio.probes")
