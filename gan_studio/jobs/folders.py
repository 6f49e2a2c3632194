"""Where a person's runs, downloads and settings live on this system."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from gan_studio.core.i18n import _
from gan_studio.core.paths import is_frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "GAN_STUDIO_HOME"
PORTABLE = "GAN Studio data"
"""The folder that makes the packaged program portable, where it lies beside it."""
# The single file that unpacks the program says where it lies: ours, or the one of an AppImage.
LAUNCHERS = ("GAN_STUDIO_LAUNCHER", "APPIMAGE")


@dataclass(frozen=True)
class Folders:
    """The program's folders; tests pass their own."""

    runs: Path
    cache: Path
    settings: Path
    trash: Path

    @classmethod
    def of_user(cls, portable: Portable | None = None) -> Folders:
        """The platform's folders, or all below one folder where something asks for it.

        That is ``GAN_STUDIO_HOME`` where it is set, else the folder of the portable mode.
        """
        home = os.environ.get(HOME)
        if home:
            return cls.below(Path(home))
        portable = portable or Portable.of_program()
        if portable.is_usable:
            assert portable.folder is not None
            return cls.below(portable.folder)
        data = Path(platformdirs.user_data_dir("GAN Studio", appauthor=False))
        return cls(
            runs=data / "runs",
            cache=Path(platformdirs.user_cache_dir("GAN Studio", appauthor=False)),
            settings=Path(platformdirs.user_config_dir("GAN Studio", appauthor=False)),
            trash=data / "trash",
        )

    @classmethod
    def below(cls, root: Path) -> Folders:
        """All folders below `root`."""
        return cls(root / "runs", root / "cache", root / "settings", root / "trash")


@dataclass(frozen=True)
class Portable:
    """Whether the packaged program keeps everything in a folder beside itself.

    Attributes:
        folder: that folder, None where there is none.
        problem: why it cannot be used, as a sentence; "" where it can.
    """

    folder: Path | None = None
    problem: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether all folders lie in it."""
        return self.folder is not None and not self.problem

    @classmethod
    def of_program(
        cls,
        executable: Path | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> Portable:
        """What lies beside the packaged program; without `executable`, beside the one that runs.

        A program that is not packaged is never portable, nor is one that ``GAN_STUDIO_HOME`` tells
        where to keep things.
        """
        if environment.get(HOME):
            return cls()
        if executable is None:
            if not is_frozen():
                return cls()
            executable = Path(os.path.realpath(sys.executable))
        for place in places_beside(executable, environment):
            folder = place / PORTABLE
            if folder.is_dir():
                return cls(folder, _why_read_only(folder))
        return cls()


def places_beside(executable: Path, environment: Mapping[str, str]) -> list[Path]:
    """The folders in which the packaged program lies as a person sees it, the likeliest first.

    An application of macOS is a folder itself, and a single file unpacks itself elsewhere.
    """
    files = [Path(environment[name]) for name in LAUNCHERS if environment.get(name)]
    bundles = [folder for folder in executable.parents if folder.suffix == ".app"]
    return [file.parent for file in (*files, *bundles[-1:], executable)]


def _why_read_only(folder: Path) -> str:
    """Rights tell too little on Windows and on sticks that are write-protected: it is tried."""
    trial = folder / f".trial-{os.getpid()}"
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError as error:
        return _(
            "{folder} cannot be written ({reason}). Settings and runs are kept where they are "
            "without it."
        ).format(folder=folder, reason=error.strerror or error)
    return ""
