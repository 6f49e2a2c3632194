"""Named steps, each with what is wrong, and a summary."""

from __future__ import annotations

import time
import traceback

FINE, FAILED, SKIPPED = "ok", "FAILED", "skipped"


class Skip(Exception):
    """A step that cannot be done here; the text says why."""


class Report:
    """Carries steps out one after the other; a failure stops none of those that follow."""

    def __init__(self, say=print):
        self._say = say
        self.results = {}  # name -> (verdict, problems or notes)

    def step(self, name, work, *arguments):
        """Do `work`, which returns problems, or (problems, notes); whether it went well."""
        began = time.monotonic()
        try:
            verdict, lines = verdict_of(work(*arguments))
        except Skip as reason:
            verdict, lines = SKIPPED, [str(reason)]
        except Exception as error:  # what the step did not foresee is a failure of it
            verdict = FAILED
            lines = [f"{type(error).__name__}: {error}", *traceback.format_exc().splitlines()[-4:]]
        self.results[name] = (verdict, lines)
        self._say(f"{verdict:<8} {name} ({time.monotonic() - began:.1f} s)")
        for line in lines:
            self._say(f"         {line}")
        return verdict == FINE

    @property
    def failures(self):
        return [name for name, (verdict, _lines) in self.results.items() if verdict == FAILED]

    @property
    def exit_code(self):
        """0 where something was tried and nothing failed."""
        has_tried = any(verdict == FINE for verdict, _lines in self.results.values())
        return 0 if has_tried and not self.failures else 1

    def summarise(self):
        counts = dict.fromkeys((FINE, FAILED, SKIPPED), 0)
        for verdict, _lines in self.results.values():
            counts[verdict] += 1
        self._say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
        for name in self.failures:
            self._say(f"failed: {name}")


def verdict_of(outcome):
    """What a step has returned, as a verdict and lines."""
    problems, notes = outcome if isinstance(outcome, tuple) else (outcome, [])
    return (FAILED, [*problems, *notes]) if problems else (FINE, list(notes))
