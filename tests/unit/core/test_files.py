"""Atomic files and folders."""

import errno
import os
import sys

import pytest

from gan_studio.core import paths
from gan_studio.core.errors import DiskProblem
from gan_studio.core.paths import (
    folder_atomically,
    own_command,
    own_program,
    unused,
    write_atomically,
)


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


def test_who_reads_a_file_on_windows_is_waited_for(tmp_path, monkeypatch):
    refusals = [PermissionError(errno.EACCES, "Access is denied")] * 2
    really_replace = os.replace

    def replace(source, target):
        if refusals:
            raise refusals.pop()
        really_replace(source, target)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(paths, "SHARING_S", 60.0)
    write_atomically(tmp_path / "manifest.json", b"{}")
    assert (tmp_path / "manifest.json").read_bytes() == b"{}"
    refusals += [PermissionError(errno.EACCES, "Access is denied")] * 3
    monkeypatch.setattr(paths, "SHARING_S", 0.0)
    with pytest.raises(DiskProblem, match="read-only"):
        write_atomically(tmp_path / "manifest.json", b"[]")


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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_others_may_read_what_they_may_read_of_any_file(tmp_path):
    """Temporary files are for their owner; what becomes of them is not."""
    (tmp_path / "plain").touch()
    (tmp_path / "plain folder").mkdir()
    write_atomically(tmp_path / "file", b"")
    with folder_atomically(tmp_path / "folder"):
        pass
    for name, plain in (("file", "plain"), ("folder", "plain folder")):
        assert (tmp_path / name).stat().st_mode == (tmp_path / plain).stat().st_mode


def test_unused_counts_up(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").mkdir()
    assert unused(tmp_path / "run").name == "run-3"
    (tmp_path / "v1.2.png").touch()
    assert unused(tmp_path / "v1.2.png", ".png").name == "v1.2-2.png"
    assert unused(tmp_path / "v1.3.png", ".png").name == "v1.3.png"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program as `pip install` leaves it in a virtual environment; a person stands above it."""
    name = "gan-studio.exe" if os.name == "nt" else "gan-studio"
    path = tmp_path / ".venv" / "bin" / name
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(path.with_name("python")))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "gan_studio" / "__main__.py")])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return path


def test_a_program_on_the_path_is_called_by_its_name(program, monkeypatch):
    monkeypatch.setenv("PATH", str(program.parent))
    assert own_command() == "gan-studio"


def test_a_program_off_the_path_is_called_by_its_path(program, tmp_path, monkeypatch):
    assert own_command() == os.path.join(".venv", "bin", program.name)
    monkeypatch.chdir(program.parent)
    assert own_command() == os.path.join(".", program.name)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert own_command() == str(program)


def test_another_program_of_that_name_does_not_count(program, tmp_path, monkeypatch):
    other = tmp_path / "other" / program.name
    other.parent.mkdir()
    other.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(other.parent))
    assert own_command() == os.path.join(".venv", "bin", program.name)
    monkeypatch.setattr(sys, "argv", [str(other)])  # unless it is the one that was started
    assert own_command() == "gan-studio"


def test_a_source_tree_has_no_program(program):
    program.unlink()
    assert own_command() == os.path.join(".venv", "bin", "python") + " -m gan_studio"


def test_packaged_program_starts_its_console_twin(monkeypatch, tmp_path):
    ending = ".exe" if os.name == "nt" else ""
    monkeypatch.setattr(sys, "executable", str(tmp_path / f"GAN Studio{ending}"))
    assert own_program() == [sys.executable, "-m", "gan_studio"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_program() == [str(tmp_path / f"gan-studio{ending}")]
