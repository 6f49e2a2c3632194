"""Translation: strings are marked where they are written and translated where they are shown.

Below the edge (``cli`` and ``gui``) code marks a string with `N_` and hands it on unchanged; the
English text is the message id. The edge calls `_` on it.
"""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_translations: gettext.NullTranslations = gettext.NullTranslations()


def N_(message: str) -> str:
    """Mark a string for translation without translating it."""
    return message


def _(message: str) -> str:
    """Translate a string into the language that was installed, or return it as it is."""
    return _translations.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Translate whichever of two strings suits `count`; other languages may know more than two."""
    return _translations.ngettext(one, many, count)


def install_language(locale_dir: Path, language: str) -> None:
    """Use the catalogue ``gan_studio`` of `language` below `locale_dir`, if there is one."""
    global _translations
    _translations = gettext.translation(
        "gan_studio", localedir=str(locale_dir), languages=[language], fallback=True
    )
