"""Which processes are there, and what is told of those that are not."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from gan_studio.core.events import Failed, Finished, RunStarted, RunState, StateChanged
from gan_studio.core.file_lock import FileLock
from gan_studio.jobs import links
from gan_studio.jobs.child import Voice
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import (
    AlreadyWatched,
    InTraining,
    Link,
    LivingRun,
    NotRunning,
    attend,
    check_idle,
    living,
    new_link,
    take_ended,
)

CONFIG = {"model": {"name": "gan"}}


@pytest.fixture
def folders(tmp_path):
    return Folders.below(tmp_path)


@pytest.fixture
def process(folders):
    """A link whose process is alive until its lock is released."""
    link, reader = new_link(folders)
    reader.release()
    request = {"config": CONFIG, "run_dir": None, "is_resumed": True}
    link.request.write_text(json.dumps(request), "utf-8")
    link.process.write_text(json.dumps({"pid": 77, "started_at": 5.0}), "utf-8")
    lock = FileLock(link.child_lock)
    assert lock.acquire()
    yield link, lock
    lock.release()


@pytest.fixture
def said(process):
    link, _ = process
    voice = Voice(link)
    voice.say(RunStarted(0, 0.0, config=CONFIG, info={"run_dir": "/r/x", "total_steps": 9}))
    voice.say(StateChanged(4, 1.5, state=RunState.PAUSED))
    yield voice
    voice.close()


def test_a_process_is_alive_as_long_as_it_holds_its_lock(process, said, folders):
    link, lock = process
    (found,) = living(folders)
    assert (found.folder, found.pid, found.config) == (link.folder, 77, CONFIG)
    assert (str(found.run_dir), found.is_resumed) == (os.path.join(os.sep, "r", "x"), True)
    assert (found.state, found.step, found.total_steps) == (RunState.PAUSED, 4, 9)
    assert not found.is_watched
    lock.release()
    assert living(folders) == []


def test_a_process_that_died_unheard_is_told_once(process, said, folders):
    link, lock = process
    link.errors.write_text("Fatal Python error: Segmentation fault", "utf-8")
    said.close()
    lock.release()
    assert living(folders) == []
    assert not link.request.exists(), "only the note of its end is kept"
    (ended,) = take_ended(folders)
    assert isinstance(ended.last, Failed)
    assert (ended.last.error, ended.last.step) == ("ProcessDied", 4)
    assert "Segmentation fault" in ended.last.details
    assert (ended.config, str(ended.run_dir)) == (CONFIG, os.path.join(os.sep, "r", "x"))
    assert take_ended(folders) == []
    assert not link.folder.exists()


def test_a_process_that_ended_well_unheard_is_told_so(process, said, folders):
    said.say(Finished(9, 3.0, totals={"seconds": 3.0}))
    said.close()
    process[1].release()
    (ended,) = take_ended(folders)
    assert ended.last == Finished(9, 3.0, totals={"seconds": 3.0})


def test_who_attends_to_a_process_hears_of_its_end_alone(process, folders):
    link, lock = process
    (found,) = living(folders)
    reader = attend(found)
    with pytest.raises(AlreadyWatched):
        attend(found)
    lock.release()
    assert living(folders) == take_ended(folders) == []
    assert link.request.exists()
    reader.release()
    assert len(take_ended(folders)) == 1
    with pytest.raises(NotRunning):
        attend(found)


def test_a_run_in_training_is_not_trained_twice(process, said, folders):
    with pytest.raises(InTraining, match=r"x is in training already.*--stop 2"):
        check_idle(Path("/r/x"), folders)
    check_idle(Path("/r/y"), folders)
    process[1].release()
    check_idle(Path("/r/x"), folders)


def test_a_last_word_that_only_the_stream_has(process, said, folders, monkeypatch):
    monkeypatch.setattr(said, "_write_recap", lambda: None)
    said.say(Finished(9, 3.0))
    said.close()
    process[1].release()
    (ended,) = take_ended(folders)
    assert ended.last == Finished(9, 3.0)


def test_a_process_that_is_being_born_is_left_alone(folders, monkeypatch):
    link, reader = new_link(folders)
    assert living(folders) == []
    reader.release()  # the window was killed, its child is still loading Python
    assert living(folders) == []
    assert link.folder.exists()
    link.request.write_text("{}")
    monkeypatch.setattr(links, "STARTING_S", -1.0)
    assert living(folders) == []
    (ended,) = take_ended(folders)
    assert isinstance(ended.last, Failed)


def test_leftovers_of_a_link_are_no_death(process, said, folders):
    link, lock = process
    said.close()
    lock.release()
    link.request.unlink()
    assert living(folders) == take_ended(folders) == []
    assert not link.folder.exists()


def test_old_notes_are_thrown_away(process, folders):
    link, lock = process
    lock.release()
    living(folders)
    old = time.time() - 2 * links.REMEMBERED_S
    os.utime(link.end, (old, old))
    living(folders)
    assert not link.folder.exists()


@pytest.mark.parametrize("damage", [b"\xff{", b"[" * 200_000])
def test_damaged_folders_harm_nobody(process, said, folders, damage):
    link, _ = process
    for path in (link.request, link.process, link.recap):
        path.write_bytes(damage)
    (found,) = living(folders)
    assert found == LivingRun(link.folder, 0, {}, None, False)
    home = links.home(folders)
    (home / "a file").write_text("x")
    strange = home / "strange"
    strange.mkdir()
    (strange / "end.json").write_text("[]")
    assert len(living(folders)) == 1
    assert take_ended(folders) == []
    assert not strange.exists()


@pytest.mark.parametrize(
    "head", [{"state": "dreaming"}, {"step": None}, {"time": 1.0, "step": "many"}]
)
def test_a_process_of_another_version_is_seen(process, said, folders, head):
    link, _ = process
    said.close()
    link.recap.write_text(json.dumps(head) + "\n", "utf-8")
    (found,) = living(folders)
    assert found.folder == link.folder


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_what_a_link_leads_to_is_not_tidied_away(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(links, "STARTING_S", -1.0)
    work = tmp_path / "my work"
    work.mkdir()
    (work / "request.json").write_text("{}")
    (work / "photo.png").write_bytes(b"x")
    links.home(folders).mkdir(parents=True)
    (links.home(folders) / "20261121").symlink_to(work)
    assert living(folders) == take_ended(folders) == []
    assert sorted(os.listdir(work)) == ["photo.png", "request.json"]


def test_nobody_else_may_command_a_process(folders):
    link, reader = new_link(folders)
    reader.release()
    if os.name != "nt":
        assert link.folder.stat().st_mode & 0o077 == 0
    assert isinstance(link, Link)


def test_no_folder_at_all(folders):
    assert living(folders) == take_ended(folders) == []
    assert not folders.cache.exists()
