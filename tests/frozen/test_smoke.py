"""The packaged program where there is no Python: ``GAN_STUDIO_PACKAGE=FOLDER pytest -m frozen``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE, CHROOT = "GAN_STUDIO_PACKAGE", "GAN_STUDIO_CHROOT"

pytestmark = [pytest.mark.frozen, pytest.mark.timeout(3600)]


def test_the_packaged_program_passes_the_smoke_test(tmp_path):
    package = os.environ.get(PACKAGE)
    if not package:
        pytest.skip(f"{PACKAGE} names no program's folder or archive")
    chroot = ["--chroot", os.environ[CHROOT]] if os.environ.get(CHROOT) else []
    command = [sys.executable, str(ROOT / "packaging" / "smoke_test.py"), package, *chroot]
    done = subprocess.run(
        [*command, "--pictures", str(tmp_path / "pictures")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
