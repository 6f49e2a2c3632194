"""What the window knows of the machine before torch is there."""

from __future__ import annotations

import os

HAS_FEW_CORES = (os.cpu_count() or 1) <= 4
"""Training needs every core then, and whatever the window does is taken from it."""
