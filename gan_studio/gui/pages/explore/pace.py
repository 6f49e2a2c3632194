"""How large a piece of side work may be, so that a move of a slider never waits long for it."""

from __future__ import annotations

PIECE_MS = 8.0  # half of what a move of a small model's slider may take
UNKNOWN_MS = 4.0  # per picture, before anything was measured
SLOWER, FASTER = 0.7, 0.3  # how much a new measurement counts: be careful quickly


class Pace:
    """Counts pictures per piece from how long earlier pieces took."""

    def __init__(self) -> None:
        self._per_row_ms = UNKNOWN_MS

    def forget(self) -> None:
        """Another model: begin carefully."""
        self._per_row_ms = UNKNOWN_MS

    def rows(self, most: int) -> int:
        """How many pictures to draw in one piece, 1 to `most`."""
        return max(1, min(most, int(PIECE_MS / max(self._per_row_ms, 1e-3))))

    def note(self, rows: int, milliseconds: float) -> None:
        """A piece of so many pictures took so long."""
        seen = milliseconds / max(rows, 1)
        share = SLOWER if seen > self._per_row_ms else FASTER
        self._per_row_ms += share * (seen - self._per_row_ms)
