"""The mark of an open window: taken away at a clean end, found after any other."""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from gan_studio.core import file_lock
from gan_studio.jobs.open_mark import OpenMark, last_end, unexpected_end

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 21, 20, 15)

CRASH = """
import ctypes, os, signal, sys
from datetime import datetime
from pathlib import Path
from gan_studio.jobs.open_mark import OpenMark

sys.stderr = None  # as in a packaged window on Windows
mark = OpenMark(Path(sys.argv[1]), datetime(2026, 11, 21, 20, 15))
mark.open()
mark.note_run("/runs/first")

def in_a_library():
    {how}

in_a_library()
"""


@pytest.fixture
def faults_stay_where_they_were(monkeypatch):
    """Pytest has its own use for faulthandler."""
    monkeypatch.setattr(faulthandler, "enable", lambda file: None)
    monkeypatch.setattr(faulthandler, "disable", lambda: None)


@pytest.mark.usefixtures("faults_stay_where_they_were")
def test_an_open_window_is_no_unexpected_end(tmp_path):
    mark = OpenMark(tmp_path / "settings", NOW)
    mark.open()
    mark.note_run("/runs/a long name")
    mark.note_run("")
    assert unexpected_end(tmp_path / "settings") is None
    assert len(os.listdir(tmp_path / "settings")) == 2
    mark.close()
    mark.close()
    assert os.listdir(tmp_path / "settings") == []
    assert unexpected_end(tmp_path / "settings") is None
    assert last_end(tmp_path / "settings") is None


@pytest.mark.usefixtures("faults_stay_where_they_were")
def test_a_look_from_another_window_costs_no_mark_its_lock(tmp_path, monkeypatch):
    """A look takes the lock for a moment; who then goes without would be taken for crashed."""
    mark = OpenMark(tmp_path, NOW)
    looks = iter([False, True])
    lock = file_lock._lock
    monkeypatch.setattr(file_lock, "_lock", lambda handle: next(looks, True) and lock(handle))
    mark.open()
    assert unexpected_end(tmp_path) is None
    mark.close()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("ctypes.string_at(0)", "Segmentation fault"),
        ("os.abort()", "Aborted"),
        ("os.kill(os.getpid(), signal.SIGKILL)", ""),
        ("os._exit(3)", ""),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_ended_otherwise(tmp_path, how, told):
    words = [sys.executable, "-c", CRASH.format(how=how), str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    (tmp_path / "gan-studio.log").write_text(
        "2026-11-21 20:00:00,000 WARNING before\n2026-11-21 20:16:00,000 WARNING after\n"
    )
    end = unexpected_end(tmp_path)
    assert end.started == "2026-11-21 20:15:00"
    assert end.run_dir == "/runs/first"
    assert end.log == ("2026-11-21 20:16:00,000 WARNING after",)
    assert ("in in_a_library" in end.stacks) == bool(told)
    assert told in end.stacks
    assert unexpected_end(tmp_path) is None  # it is told once
    assert last_end(tmp_path) == end


@pytest.mark.usefixtures("faults_stay_where_they_were")
def test_an_end_is_history_once_a_window_was_closed_after_it(tmp_path):
    (tmp_path / "window-1.open").write_text('{"started": "2026-11-20 10:00:00"}')
    mark = OpenMark(tmp_path, NOW)
    mark.open()
    end = unexpected_end(tmp_path)
    assert last_end(tmp_path) == end is not None
    mark.close()
    assert last_end(tmp_path) is None


@pytest.mark.usefixtures("faults_stay_where_they_were")
def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    mark = OpenMark(tmp_path / "file", NOW)
    mark.open()
    mark.note_run("/runs/first")
    mark.close()
    assert unexpected_end(tmp_path / "file") is None


@pytest.mark.usefixtures("faults_stay_where_they_were")
def test_windows_whose_processes_have_one_number(tmp_path):
    """As they have in containers, and by chance."""
    for run_dir in ("/runs/first", "/runs/second"):
        mark = OpenMark(tmp_path, NOW)
        mark.open()
        mark.note_run(run_dir)
        mark._lock.release()  # as if it had been killed
        mark._file.close()
        mark._stacks_file.close()
    OpenMark(tmp_path, NOW).close()
    assert len(list(tmp_path.glob("*.open"))) == 2


def test_a_mark_that_is_being_written_is_left_alone(tmp_path):
    (tmp_path / "window-1.open").write_text("")
    (tmp_path / "window-2.open").write_text("[1]")
    assert unexpected_end(tmp_path) is None
    assert len(os.listdir(tmp_path)) == 2


def test_the_newest_of_several(tmp_path):
    for number, day in ((1, 19), (2, 21), (3, 20)):
        (tmp_path / f"window-{number}.open").write_text(f'{{"started": "2026-11-{day} 10:00:00"}}')
    assert unexpected_end(tmp_path).started == "2026-11-21 10:00:00"
    assert os.listdir(tmp_path) == ["last-end.json"]


def test_a_damaged_memory_of_it(tmp_path):
    (tmp_path / "last-end.json").write_text("{")
    assert last_end(tmp_path) is None
