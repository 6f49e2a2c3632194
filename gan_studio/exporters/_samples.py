"""What the formats that draw by seed have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.exporters._drawing import class_number
from gan_studio.exporters.base import Exporter

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle


class SampleExporter(Exporter):
    """A format whose options name a class, which the model has to know."""

    def check(self, bundle: Bundle) -> None:
        """See `Exporter.check`."""
        super().check(bundle)
        class_number(bundle, self.options.class_name)
