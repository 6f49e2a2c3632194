"""The way of data through a family's nets, for what wants to follow it. Loads no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SAMPLE, CODE, COPY, SCORE = "x", "z", "x̂", "score"


@dataclass(frozen=True)
class Passage:
    """One stretch of the way; the nets that are called on it are found by sending a batch.

    Attributes:
        takes: what goes in: `SAMPLE` (x), `CODE` (z, also noise).
        gives: what comes out: `CODE`, `COPY` (x̂: a copy or a drawn sample), `SCORE` (D's answer).
        send: sends the batch of a `StepContext`, or codes from its draws, through the nets.
    """

    takes: str
    gives: str
    send: Callable[[Any], Any]
