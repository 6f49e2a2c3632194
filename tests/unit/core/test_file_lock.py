"""A lock of the system: one holder, free when the holder is gone."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from gan_studio.core.file_lock import FileLock, is_held

HOLDER = """
import sys, time
from pathlib import Path
from gan_studio.core.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path):
    path = tmp_path / "lock"
    first, second = FileLock(path), FileLock(path)
    assert not is_held(path)
    assert not path.exists(), "a look leaves nothing behind"
    assert first.acquire()
    assert is_held(path)
    assert not second.acquire(timeout_s=0.01)
    first.release()
    first.release()
    assert not is_held(path)
    assert second.acquire()
    second.release()


def test_a_folder_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "gone" / "lock").acquire()
    assert not is_held(tmp_path / "gone" / "lock")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_killed_holder_holds_nothing(tmp_path):
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        assert is_held(path)
        assert not FileLock(path).acquire()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    lock = FileLock(path)
    assert lock.acquire()
    lock.release()
