"""One picture as a PNG file that holds its latents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.exporters._drawing import drawn, drawn_places, facts_of, plan_of
from gan_studio.exporters._fields import class_field, multiple_field, psi_field, seed_field
from gan_studio.exporters._samples import SampleExporter
from gan_studio.exporters.base import (
    EXPORTERS,
    SAMPLES,
    Exported,
    Source,
    Watch,
    new_file,
    refuse_existing,
)
from gan_studio.exporters.png import enlarged, png_bytes
from gan_studio.inference.places import Places

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class PictureOptions:
    """Which picture; where a place is given, only the size matters."""

    seed: int = seed_field()
    psi: float = psi_field()
    class_name: str = class_field()
    multiple: int = multiple_field()


@EXPORTERS.register(
    "picture",
    title=N_("One picture (PNG)"),
    help=N_(
        "The picture as a PNG, pixel for pixel, with its latents inside: opened in Explore it "
        "brings the sliders back."
    ),
    options=PictureOptions,
    order=30,
    group=SAMPLES,
)
class Picture(SampleExporter):
    """A PNG of the first place, or of the first z of a seed."""

    ending = ".png"
    most_places = 1

    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """See `Exporter.write`."""
        options: PictureOptions = self.options
        self.check(source.bundle)
        refuse_existing(out)
        if source.places is not None:
            first = replace(source.places, items=source.places.items[:1], batch=1)
            batch = next(drawn_places(source.bundle, first, watch))
        else:
            batch = next(drawn(source.bundle, plan_of(source.bundle, options, 1), watch))
        places = Places(batch.places, 1, facts_of(source.bundle))
        new_file(out, png_bytes(enlarged(batch.pictures, options.multiple)[0], places))
        return Exported(out, {"count": 1})
