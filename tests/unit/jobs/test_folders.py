"""Where things are kept: the platform's folders, one below a variable, or beside the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gan_studio.jobs import folders
from gan_studio.jobs.folders import PORTABLE, Folders, Portable


@pytest.fixture
def program(tmp_path):
    """The packaged program's executable."""
    path = tmp_path / "GAN Studio" / "gan-studio"
    path.parent.mkdir()
    path.touch()
    return path


def data_in(folder: Path) -> Path:
    path = folder / PORTABLE
    path.mkdir(parents=True)
    return path


def test_nothing_beside_it(program):
    assert Portable.of_program(program, {}) == Portable()
    assert not Portable().is_usable


def test_a_folder_beside_the_executables(program, monkeypatch):
    monkeypatch.delenv("GAN_STUDIO_HOME")
    portable = Portable.of_program(program, {})
    assert not portable.is_usable
    data = data_in(program.parent)
    portable = Portable.of_program(program, {})
    assert portable == Portable(data)
    assert Folders.of_user(portable) == Folders.below(data)
    assert list(data.iterdir()) == []  # trying whether it can be written leaves nothing


def test_beside_an_application_of_macos(tmp_path):
    executable = tmp_path / "GAN Studio.app" / "Contents" / "MacOS" / "GAN Studio"
    data = data_in(tmp_path)
    assert Portable.of_program(executable, {}).folder == data


@pytest.mark.parametrize("name", folders.LAUNCHERS)
def test_beside_the_single_file_that_unpacks_it(program, tmp_path, name):
    data = data_in(tmp_path / "stick")
    launcher = str(tmp_path / "stick" / "GAN-Studio.run")
    assert Portable.of_program(program, {name: launcher}).folder == data
    assert Portable.of_program(program, {name: ""}).folder is None


def test_the_variable_wins(program, tmp_path, monkeypatch):
    portable = Portable(data_in(program.parent))
    monkeypatch.setenv("GAN_STUDIO_HOME", str(tmp_path / "home"))
    assert Folders.of_user(portable) == Folders.below(tmp_path / "home")
    assert Portable.of_program(program, os.environ) == Portable()  # nor is there anything to say


def test_a_folder_that_is_read_only(program, monkeypatch):
    monkeypatch.delenv("GAN_STUDIO_HOME")
    data = data_in(program.parent)

    def refuse(path, *args, **more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    portable = Portable.of_program(program, {})
    assert not portable.is_usable
    assert portable.problem.startswith(f"{data} cannot be written (Permission denied).")
    assert Folders.of_user(portable).settings != data / "settings"


def test_only_the_packaged_program_is_portable(program, monkeypatch):
    data = data_in(program.parent)
    monkeypatch.delenv("GAN_STUDIO_HOME")
    monkeypatch.setattr(sys, "executable", str(program))
    assert not Portable.of_program().is_usable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert Portable.of_program() == Portable(Path(os.path.realpath(data)))
