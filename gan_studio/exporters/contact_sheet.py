"""Many pictures on one sheet, a PNG file that holds all their latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.exporters._drawing import (
    BATCH,
    drawn,
    drawn_places,
    facts_of,
    plan_of,
)
from gan_studio.exporters._fields import (
    class_field,
    count_field,
    multiple_field,
    psi_field,
    seed_field,
)
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
from gan_studio.exporters.png import enlarged, laid_out, png_bytes
from gan_studio.inference.places import Places

if TYPE_CHECKING:
    from pathlib import Path


MOST = 1024  # what one picture still shows
MOST_PIXELS = 2**26  # of the sheet, 8192 × 8192: what other programs still open


@dataclass(frozen=True)
class SheetOptions:
    """Which pictures, and how they are laid out."""

    count: int = count_field(64, MOST)
    seed: int = seed_field()
    psi: float = psi_field()
    class_name: str = class_field()
    columns: int = param(
        0,
        label=N_("Columns"),
        help=N_(
            "How many pictures stand in a row. Few make a tall sheet for scrolling, many a wide "
            "one for a screen."
        ),
        lo=0,
        hi=MOST,
        step=1,
        zero_label=N_("about square"),
    )
    multiple: int = multiple_field()


@EXPORTERS.register(
    "sheet",
    title=N_("Contact sheet (PNG)"),
    help=N_(
        "Up to 1,024 pictures on one sheet, pixel for pixel, with all their latents inside the "
        "file."
    ),
    options=SheetOptions,
    order=20,
    group=SAMPLES,
)
class ContactSheet(SampleExporter):
    """A PNG of all places, or of samples by seed."""

    ending = ".png"
    most_places = MOST

    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """See `Exporter.write`."""
        options: SheetOptions = self.options
        self.check(source.bundle)
        refuse_existing(out)
        bundle, given = source.bundle, source.places
        count = options.count if given is None else len(given.items)
        _channels, height, width = bundle.spec.shape
        if count * height * width * options.multiple**2 > MOST_PIXELS:
            raise BadConfig(
                f"multiple: {count} pictures {options.multiple} times as large are too many"
            )
        if given is not None:
            batches = list(drawn_places(bundle, given, watch))
        else:
            batches = list(drawn(bundle, plan_of(bundle, options), watch))
        items = tuple(place for batch in batches for place in batch.places)
        places = Places(items, BATCH if given is None else given.batch, facts_of(bundle))
        pictures = np.concatenate([batch.pictures for batch in batches])
        sheet = laid_out(enlarged(pictures, options.multiple), options.columns)
        new_file(out, png_bytes(sheet, places))
        return Exported(out, {"count": len(items)})
