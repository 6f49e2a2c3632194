"""The packaging scripts are no package: they are imported as they import each other."""

import importlib
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = str(ROOT / "packaging")


@pytest.fixture(scope="session")
def script():
    """Imports a module below packaging/ by name."""
    sys.path.insert(0, SCRIPTS)
    yield importlib.import_module
    sys.path.remove(SCRIPTS)


@pytest.fixture
def program(tmp_path):
    """A stand-in for what PyInstaller makes on Linux: it prints how it was started."""
    folder = tmp_path / "dist" / "GAN Studio"
    library = folder / "_internal" / "lib.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"\x7fELF..\0GLIBC_2.4\0GLIBC_2.31\0GLIBC_2.28\0")
    (folder / "_internal" / "text.txt").write_bytes(b"text")
    starter = folder / "gan-studio"
    starter.write_text('#!/bin/sh\necho "$GAN_STUDIO_LAUNCHER|$0|$*"\n', "utf-8")
    starter.chmod(0o755)
    if os.name != "nt":
        (folder / "GAN Studio").symlink_to("gan-studio")
    return folder
