"""The list of runs in processes of their own, and ending one from the terminal."""

from __future__ import annotations

import json
import threading

import pytest

from gan_studio.cli.app import main
from gan_studio.core.events import RunStarted, RunState, StateChanged
from gan_studio.core.file_lock import FileLock
from gan_studio.jobs.child import Voice
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import COMMANDS, new_link
from gan_studio.jobs.spool import SpoolReader


@pytest.fixture
def process(tmp_path):
    """A link as a process that trains keeps it; it ends when it is asked to."""
    link, reader = new_link(Folders.of_user())
    reader.release()
    lock = FileLock(link.child_lock)
    assert lock.acquire()
    run_dir = tmp_path / "a folder whose name is long enough to be broken at its spaces" / "first"
    link.request.write_text('{"config": {}, "run_dir": null, "is_resumed": false}', "utf-8")
    link.process.write_text('{"pid": 77, "started_at": 5.0}', "utf-8")
    voice = Voice(link)
    voice.say(RunStarted(0, 0.0, info={"run_dir": str(run_dir), "total_steps": 900}))
    voice.say(StateChanged(40, 1.5, state=RunState.PAUSED))
    done = threading.Event()

    def obey():
        commands = SpoolReader(link.folder, COMMANDS)
        while not done.wait(0.01):
            if {"command": "stop"} in commands.read():
                break
        commands.close()
        voice.close()
        lock.release()

    thread = threading.Thread(target=obey)
    thread.start()
    yield link, run_dir
    done.set()
    thread.join()


def test_nothing_runs(capsys):
    assert main(["running"]) == 0
    assert "No run" in capsys.readouterr().out
    assert main(["running", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"running": []}


def test_the_list(process, capsys):
    link, run_dir = process
    assert main(["running"]) == 0
    text = capsys.readouterr().out
    assert all(word in text for word in (link.folder.name, "40/900", "paused", "77", str(run_dir)))
    assert main(["running", "--json"]) == 0
    (facts,) = json.loads(capsys.readouterr().out)["running"]
    assert facts == {
        "id": link.folder.name,
        "pid": 77,
        "run_dir": str(run_dir),
        "state": "paused",
        "step": 40,
        "total_steps": 900,
        "is_resumed": False,
        "is_watched": False,
        "started_at": 5.0,
    }


@pytest.mark.parametrize("named_by", ["id", "folder", "name"])
def test_one_is_stopped(process, capsys, named_by):
    link, run_dir = process
    name = {"id": link.folder.name[:-1], "folder": str(run_dir), "name": run_dir.name}[named_by]
    assert main(["running", "--stop", name]) == 0
    assert f"{run_dir} has ended" in capsys.readouterr().out
    assert main(["running", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"running": []}


def test_a_run_that_is_not_there(process, capsys):
    link, _ = process
    assert main(["running", "--stop", "elsewhere"]) == 2
    text = capsys.readouterr().err
    assert "elsewhere" in text
    assert link.folder.name in text
