"""A folder with four IDX files, as MNIST and its relatives are published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import BadData
from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.data.base import DATASETS, DataContext, DataSource, Prepared
from gan_studio.data.idx_format import find_idx_files
from gan_studio.data.idx_sets import prepare_idx_folder

if TYPE_CHECKING:
    from gan_studio.core.samples import SampleSpec


@dataclass(frozen=True)
class IdxOptions:
    """Where the four files are."""

    path: str = param(
        "",
        label=N_("Folder"),
        help=N_(
            "The folder that holds the four IDX files (pictures and labels, to train on and held "
            "out), plain or as .gz. All of their pictures are used."
        ),
        is_path=True,
    )


@DATASETS.register(
    "idx",
    title=N_("IDX files"),
    options=IdxOptions,
    help=N_("A folder with the four IDX files of MNIST or one of its relatives."),
    order=50,
)
class IdxFolder(DataSource):
    """Pictures and labels from four IDX files."""

    options_type = IdxOptions

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        if not self.options.path:
            raise BadData(
                "data.path", N_("no folder is chosen"), N_("Choose the folder with the IDX files.")
            )
        folder = Path(self.options.path).expanduser()
        return prepare_idx_folder(folder, context, folder.resolve().name)

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return self.prepare(context).spec

    @classmethod
    def recognise(cls, path: Path) -> IdxOptions | None:
        """Take a folder that holds any of the four: what is missing is said by `prepare`."""
        return IdxOptions(str(path)) if path.is_dir() and find_idx_files(path) else None
