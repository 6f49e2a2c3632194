"""Safe mode: what may keep the program from starting or working is left out.

It is a word in the environment, so that child processes follow without being told.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

VARIABLE = "GAN_STUDIO_SAFE_MODE"
ON = "1"
# Read by torch and by Qt when they are loaded, so they are set before.
QUIET = {
    "CUDA_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "QT_OPENGL": "software",
    "QT_QUICK_BACKEND": "software",
    "QT_WIDGETS_RHI": "0",
    "QT_XCB_GL_INTEGRATION": "none",
    "LIBGL_ALWAYS_SOFTWARE": "1",
}


def is_on() -> bool:
    """Whether plugins, GPUs and more than one thread are to be left alone."""
    return os.environ.get(VARIABLE) == ON


def turn_on(environment: MutableMapping[str, str] = os.environ) -> None:
    """Begin safe mode, for this process and its children; before torch and Qt are loaded."""
    environment.update(QUIET)
    environment[VARIABLE] = ON


def turned_off(environment: MutableMapping[str, str]) -> dict[str, str]:
    """The environment of a process that is to start normally from within safe mode."""
    left_out = {VARIABLE, *QUIET}
    return {name: value for name, value in environment.items() if name not in left_out}
