"""Atomic files and folders."""

import errno
import os

import pytest

from gan_studio.core.errors import DiskProblem
from gan_studio.core.paths import folder_atomically, unused, write_atomically


def test_a_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "run.toml"
    write_atomically(path, b"before")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskProblem, match=r"run\.toml cannot be written: the disk is full"):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "000100"
    with folder_atomically(path) as folder:
        (folder / "a").write_text("1")

    def fail():
        with folder_atomically(path) as folder:
            (folder / "a").write_text("2")
            raise OSError(errno.EROFS, "Read-only file system")

    with pytest.raises(DiskProblem, match="read-only"):
        fail()
    assert (path / "a").read_text() == "1"
    assert list(tmp_path.iterdir()) == [path]


def test_unused_counts_up(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").mkdir()
    assert unused(tmp_path / "run").name == "run-3"
