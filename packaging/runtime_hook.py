"""Runs in the packaged program before everything else."""

import os
import sys


def restore_library_path():
    """Give programs of the system that we start (a file manager, say) their own libraries back.

    The starter put our folder first in the search path; the loader has read it and needs it no
    more.
    """
    kept = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if kept is not None:
        os.environ["LD_LIBRARY_PATH"] = kept
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


if sys.platform == "linux":
    restore_library_path()
