"""Reading tables of a small file field by field; the first fault is named."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FieldError(Exception):
    """What is wrong with which field, without a full stop."""


class Fields:
    """One table of the file.

    Args:
        table: its fields.
        where: what stands before the names of its fields in messages.

    All methods raise FieldError where a field is missing, has the wrong kind or is out of range.
    """

    def __init__(self, table: Mapping[str, Any], where: str = "") -> None:
        self._table = table
        self._where = where

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def wrong(self, name: str, problem: str) -> FieldError:
        """What to raise about the field `name`."""
        return FieldError(f"{self._where}{name}: {problem}")

    def only(self, *known: str) -> None:
        """Refuse all fields but these, with a close match."""
        for name in self._table:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                problem = _("there is no such field, known: {known}")
                if close:
                    problem = _("there is no such field, did you mean {close}")
                hints = {"known": ", ".join(known), "close": "".join(close)}
                raise self.wrong(name[:60], problem.format(**hints))

    def get(self, name: str, default: Any) -> Any:
        """The field as it is."""
        return self._table.get(name, default)

    def text(self, name: str, *, longest: int) -> str:
        """A text that is not empty."""
        return self._checked_text(name, self._needed(name), longest)

    def texts(self, name: str, fewest: int, most: int, *, longest: int) -> list[str]:
        """A list of texts that differ."""
        items = self._list(name, fewest, most)
        found = [self._checked_text(name, item, longest) for item in items]
        if len(set(found)) < len(found):
            raise self.wrong(name, _("holds the same text twice"))
        return found

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of the choices."""
        return self._checked_choice(name, self._needed(name), choices)

    def words(self, name: str, choices: Sequence[str]) -> list[str]:
        """Some of the choices, each at most once; none where the field is missing."""
        if name not in self._table:
            return []
        items = self._list(name, 0, len(choices))
        found = [self._checked_choice(name, item, choices) for item in items]
        if len(set(found)) < len(found):
            raise self.wrong(name, _("holds the same name twice"))
        return found

    def whole(self, name: str, lo: int, hi: int, default: int | None = None) -> int:
        """A whole number from `lo` to `hi`."""
        if default is not None and name not in self._table:
            return default
        value = self._needed(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(name, _("has to be a whole number"))
        self._check_range(name, value, lo, hi)
        return value

    def number(self, name: str, lo: float, hi: float) -> float:
        """A number from `lo` to `hi`."""
        value = self._needed(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self.wrong(name, _("has to be a number"))
        self._check_range(name, value, lo, hi)
        return float(value)

    def table(self, name: str) -> dict[str, Any]:
        """A table, as it is."""
        value = self._needed(name)
        if not isinstance(value, dict):
            raise self.wrong(name, _("has to be a table"))
        return value

    def inner(self, name: str) -> Fields:
        """A table, to be read field by field."""
        return Fields(self.table(name), f"{self._where}{name}.")

    def tables(self, name: str, fewest: int, most: int) -> list[Fields]:
        """A list of tables, numbered from 1 in messages."""
        found = []
        for number, item in enumerate(self._list(name, fewest, most), start=1):
            where = _("page {number}").format(number=number)
            if not isinstance(item, dict):
                raise FieldError(f"{where}: {_('has to be a table')}")
            found.append(Fields(item, f"{where}: "))
        return found

    # --- checks ------------------------------------------------------------------------------

    def _needed(self, name: str) -> Any:
        if name not in self._table:
            raise self.wrong(name, _("is missing"))
        return self._table[name]

    def _list(self, name: str, fewest: int, most: int) -> list[Any]:
        items = self._needed(name)
        if not isinstance(items, list) or not fewest <= len(items) <= most:
            problem = _("has to be a list of {fewest} to {most}")
            raise self.wrong(name, problem.format(fewest=fewest, most=most))
        return items

    def _checked_text(self, name: str, value: Any, longest: int) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, _("has to be a text"))
        if len(value) > longest:
            problem = _("is longer than {longest} characters")
            raise self.wrong(name, problem.format(longest=longest))
        return value

    def _checked_choice(self, name: str, value: Any, choices: Sequence[str]) -> str:
        if isinstance(value, str) and value in choices:
            return value
        close = difflib.get_close_matches(str(value)[:60], choices, n=1)
        problem = _("“{value}” is not one of {choices}")
        if close:
            problem = _("“{value}” is unknown, did you mean {close}")
        hints = {"choices": ", ".join(choices), "close": "".join(close)}
        raise self.wrong(name, problem.format(value=str(value)[:60], **hints))

    def _check_range(self, name: str, value: float, lo: float, hi: float) -> None:
        if not lo <= value <= hi or not math.isfinite(value):
            problem = _("has to be from {lo} to {hi}")
            raise self.wrong(name, problem.format(lo=lo, hi=hi))
