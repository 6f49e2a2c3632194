"""What is asked of the models while somebody draws. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gan_studio.data.placing import Habit, Placing


@dataclass(frozen=True, eq=False)
class Drawing:
    """A picture, uint8 ``[C, H, W]``, and what is done to it before the models see it."""

    pixels: Any
    placing: Placing
    habit: Habit
