"""Samples as PNG files with a table of how each was drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import N_
from gan_studio.exporters._drawing import drawn, facts_of, plan_of
from gan_studio.exporters._fields import class_field, count_field, psi_field, seed_field
from gan_studio.exporters._samples import SampleExporter
from gan_studio.exporters._tables import LatentsFiles, Table, numbers, write_about
from gan_studio.exporters.base import (
    EXPORTERS,
    SAMPLES,
    Exported,
    Source,
    Watch,
    new_folder,
)
from gan_studio.exporters.png import png_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.exporters._drawing import Drawn, Plan
    from gan_studio.inference.bundle import Bundle

TABLE = "samples.csv"


@dataclass(frozen=True)
class SamplesOptions:
    """Which pictures."""

    count: int = count_field(100)
    seed: int = seed_field()
    psi: float = psi_field()
    class_name: str = class_field()


@EXPORTERS.register(
    "samples",
    title=N_("Folder of samples (PNG)"),
    help=N_(
        "One PNG per picture, a table with seed, class and z of each, and a latents file from "
        "which they can be drawn again."
    ),
    options=SamplesOptions,
    order=10,
    group=SAMPLES,
)
class SamplesFolder(SampleExporter):
    """``000000.png`` ..., ``samples.csv``, ``latents.json`` and ``about.json``.

    Picture number i is that of ``gan-studio sample`` with the same seed.
    """

    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """See `Exporter.write`."""
        self.check(source.bundle)
        bundle, plan = source.bundle, plan_of(source.bundle, self.options)
        facts = facts_of(bundle)
        dim = bundle._latent().dim
        columns = ["file", "seed", "index", "class", "psi", *(f"z{at}" for at in range(dim))]
        with new_folder(out, has_many_files=True) as folder:
            latents = LatentsFiles(folder, dim, plan.count, facts)
            with Table(folder / TABLE, columns) as table:
                for batch in drawn(bundle, plan, watch):
                    write_pictures(folder, batch)
                    table.add(rows_of(bundle, plan, batch))
                    latents.add(batch.places)
            latents.flush()
            write_about(folder, {**facts, "settings": asdict(self.options), "table": TABLE})
            watch.tell(plan.count, plan.count, "draw")
        return Exported(out, {"count": plan.count, "latents": latents.names})


def write_pictures(folder: Path, batch: Drawn) -> None:
    """One file per picture."""
    for index, picture in enumerate(batch.pictures, batch.first):
        (folder / name_of(index)).write_bytes(png_bytes(picture))


def name_of(index: int) -> str:
    """The file of picture number `index`."""
    return f"{index:06d}.png"


def rows_of(bundle: Bundle, plan: Plan, batch: Drawn) -> list[list[Any]]:
    """The table's rows."""
    names = bundle.spec.class_names
    return [
        [
            name_of(index),
            plan.seed,
            index,
            "" if place.label is None else names[place.label],
            place.psi,
            *numbers(place.z),
        ]
        for index, place in enumerate(batch.places, batch.first)
    ]
