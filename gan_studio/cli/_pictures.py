"""Words about pictures that several commands take."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.core.samples import SampleSpec


def count_of(word: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(
            _("“{word}” is not a whole number above 0").format(word=word)
        )
    return int(word)


def class_of(word: str, spec: SampleSpec, flag: str) -> int:
    """The number of a class.

    Raises:
        BadConfig: there is no such class.
    """
    found = spec.class_number(word)
    if found is None:
        known = ", ".join(spec.class_names) or "nothing: these data have no classes"
        raise BadConfig(f"{flag}: “{word}” is not one of {known}")
    return found


def check_png(path: Path) -> None:
    """Refuse names that promise another format.

    Raises:
        BadConfig: the name does not end in .png.
    """
    if path.suffix.lower() != ".png":
        raise BadConfig(f"--out: {path} does not end in .png, the format that is written")
