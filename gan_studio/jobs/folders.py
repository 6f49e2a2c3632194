"""Where a person's runs, downloads and settings live on this system."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Folders:
    """The program's folders; tests pass their own."""

    runs: Path
    cache: Path
    settings: Path
    trash: Path

    @classmethod
    def of_user(cls) -> Folders:
        """The platform's folders, or all below ``GAN_STUDIO_HOME`` where that is set."""
        home = os.environ.get("GAN_STUDIO_HOME")
        if home:
            return cls.below(Path(home))
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
