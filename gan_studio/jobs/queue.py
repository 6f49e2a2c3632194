"""A queue of runs: what is trained one after the other, and how far it is, in one small file.

Knows neither torch nor Qt. Whoever carries a queue out (`jobs.queue_run` in the terminal, the
window in its own way) asks for the next entry, says what became of it, and writes every change, so
that a queue goes on after the program was closed or killed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gan_studio.core.errors import BadFile
from gan_studio.core.i18n import N_
from gan_studio.core.paths import write_atomically

SCHEMA = 1
WAITING, RUNNING, DONE, FAILED, SKIPPED = "waiting", "running", "done", "failed", "skipped"
STATES = (WAITING, RUNNING, DONE, FAILED, SKIPPED)
HAS_MODEL = (DONE, SKIPPED)


@dataclass(frozen=True)
class Entry:
    """One run of a queue.

    Attributes:
        title: how a person calls it ("latent 5").
        config: the run's settings as plain tables, as in a ``run.toml``.
        state: "waiting", "running", "done", "failed", or "skipped" where a finished run that fits
            was there already.
        run_dir: the run's folder, "" before it has one. An entry that waits and has a folder was
            interrupted: it goes on from there.
        reason: why it failed.
    """

    title: str
    config: Mapping[str, Any]
    state: str = WAITING
    run_dir: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Queue:
    """Runs in their order. Every change makes a new queue.

    Attributes:
        title: what it is for, in the person's language.
        purpose: who asked for it ("figure", "curve"), so that its view finds it again.
    """

    title: str
    purpose: str
    entries: tuple[Entry, ...]

    @property
    def current(self) -> int | None:
        """The place of the run that is under way."""
        return self._first(RUNNING)

    @property
    def following(self) -> int | None:
        """The place of the run that comes next."""
        return self._first(WAITING)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to train."""
        return self.current is None and self.following is None

    @property
    def settled(self) -> int:
        """How many entries need nothing more."""
        return sum(entry.state not in (WAITING, RUNNING) for entry in self.entries)

    def change(self, index: int, **changes: Any) -> Queue:
        """The queue with one entry changed."""
        entries = list(self.entries)
        entries[index] = replace(entries[index], **changes)
        return replace(self, entries=tuple(entries))

    def interrupted(self) -> Queue:
        """The queue after whoever carried it out has gone: what ran waits to go on."""
        index = self.current
        return self if index is None else self.change(index, state=WAITING)

    def _first(self, state: str) -> int | None:
        places = (place for place, entry in enumerate(self.entries) if entry.state == state)
        return next(places, None)


@dataclass(frozen=True)
class QueueFile:
    """Where a queue is kept."""

    path: Path

    def read(self) -> Queue | None:
        """The queue as it was left, its interrupted run waiting; None where there is none.

        Raises:
            BadFile: it is damaged, not a queue at all, or of a newer version.
        """
        try:
            table = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            reason = N_("this queue of runs cannot be read, finished runs are not touched")
            raise BadFile(path=self.path, reason=reason) from error
        try:
            return _from_plain(table).interrupted()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = N_("this is not a queue of runs, or one of a newer version")
            raise BadFile(path=self.path, reason=reason) from error

    def write(self, queue: Queue) -> None:
        """Keep the queue as it is now.

        Raises:
            DiskProblem: the folder is full, read-only or gone.
        """
        text = json.dumps({"schema": SCHEMA, **asdict(queue)}, indent=1, default=str)
        write_atomically(self.path, text.encode())

    def remove(self) -> None:
        """Forget the queue; its runs stay."""
        self.path.unlink(missing_ok=True)


def _from_plain(table: Any) -> Queue:
    if int(table["schema"]) > SCHEMA:
        raise ValueError("newer")
    entries = tuple(_entry(item) for item in table["entries"])
    return Queue(_text(table["title"]), _text(table["purpose"]), entries)


def _entry(table: Any) -> Entry:
    if table["state"] not in STATES or not isinstance(table["config"], dict):
        raise ValueError("no entry")
    texts = {name: _text(table.get(name, "")) for name in ("run_dir", "reason")}
    return Entry(_text(table["title"]), table["config"], table["state"], **texts)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
