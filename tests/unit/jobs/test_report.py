"""The report as a whole: what it tells of a run, the log and this computer, and what it hides."""

from __future__ import annotations

import io
import json
import logging
import os
import platform
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import gan_studio
from gan_studio.cli import main
from gan_studio.core.errors import DiskProblem
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.open_mark import UnexpectedEnd
from gan_studio.jobs.report import machine, person
from gan_studio.jobs.report.builder import Material, report_text, report_texts, save_report
from gan_studio.jobs.report.log_tail import KEPT, RecentLog, log_file_tail, tail
from gan_studio.jobs.report.run_story import (
    RunStory,
    event_line,
    newest_picture,
    private_names,
    read_story,
)
from gan_studio.jobs.report.scrub import Scrubber

NOW = datetime(2026, 11, 21, 20, 15)
TRACE = """\
Traceback (most recent call last):
  File "{package}/jobs/training_job.py", line 77, in training_events
    yield from job.events()
  File "{home}/my plug-ins/Erika.py", line 3, in prepare
    raise ValueError("{home}/Bilder/Oma Erika 1.png is broken")
ValueError: {home}/Bilder/Oma Erika 1.png is broken
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A person called Erika Mustermann on a computer called erikas-rechner."""
    folder = tmp_path / "erika"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    for name in person.USER_VARIABLES:
        monkeypatch.setenv(name, "erika")
    monkeypatch.setattr(platform, "node", lambda: "erikas-rechner.example.org")
    monkeypatch.setattr(person, "_full_names", lambda: ["Erika Mustermann", "Mustermann"])
    return folder


@pytest.fixture
def folders(home):
    return Folders.below(home / "GAN Studio")


@pytest.fixture
def run_dir(home, folders):
    return make_run(folders.runs / "Omas Bilder", home)


def make_run(path, home):
    (path / "samples").mkdir(parents=True)
    (path / "run.toml").write_text(
        f'schema = 1\n[model]\nname = "dcgan"\n[data]\nname = "image_folder"\n'
        f"folder = {json.dumps(str(home / 'Bilder'))}\nsize = 64\n[train]\nsteps = 900\n",
        "utf-8",
    )
    manifest = {
        "created": "2026-11-20T14:30:00",
        "state": "failed",
        "step": 500,
        "sample_shape": [3, 64, 64],
        "class_names": ["Oma", "Onkel Karl"],
        "data_title": "Bilder",
        "refused": [{"path": "Onkel Karl/kaputt.png", "reason": "it is torn"}],
        "parameters": {"generator": 10},
        "failure": f"{home}/Bilder is gone.",
    }
    (path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    started = {"device": "CPU", "threads": 2, "class_names": ["Oma", "Onkel Karl"]}
    left_out = "One file was left out, {path}: {reason}."
    trace = TRACE.format(home=home, package=Path(gan_studio.__file__).parent)
    failed = {"error": "BadData", "message": "{path}: {reason}.", "details": trace}
    events = [
        {"event": "RunStarted", "step": 0, "time": 1.5, "config": {}, "info": started},
        {"event": "Notice", "message": left_out,
         "values": {"path": "Onkel Karl/kaputt.png", "reason": "it is torn"}, "step": 0, "time": 0},
        *({"event": "SamplesReady", "step": step, "time": 2.0, "name": "fixed"} for step in (1, 2)),
        {"event": "ScalarsReady", "step": 400, "time": 4.0, "values": {"d/real": 0.25}},
        {"event": "CheckpointSaved", "path": f"{path}/checkpoints/000400"},
        {"event": "Failed", "step": 450, "time": 5.0, **failed,
         "values": {"path": f"{home}/Bilder/Oma Erika 1.png", "reason": "it is broken"}},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, events))
    (path / "events.jsonl").write_text(f'{lines}\n{{"event": "Not', "utf-8")
    (path / "samples" / "000400.png").write_bytes(b"older")
    (path / "samples" / "000450.png").write_bytes(b"picture")
    return path


@pytest.fixture
def material(folders, run_dir, home):
    return Material(
        folders,
        NOW,
        fault=f"That did not work.\n{home / 'Bilder' / 'a b'} cannot be written: the disk is full.",
        faults=[f"20:10:00, 7 times\nOSError: '{home}/x/Oma.png' (erika on erikas-rechner)"],
        log=[f"2026-11-21 20:11 WARNING gan_studio: {run_dir / 'run.toml'} cannot be read: Oma x"],
        settings={"colours": "dark"},
        qt="6.10.3, xcb",
        run=read_story(run_dir),
        last_end=UnexpectedEnd(
            "2026-11-20 09:00:00", "0.1.0", str(run_dir), f'File "{home}/y.py", line 1', ("late",)
        ),
    )


PRIVATE = ("erika", "mustermann", "rechner", "oma", "karl", "bilder", "kaputt", "plug-ins")


def test_nothing_private_is_told(material, tmp_path):
    text = report_text(material)
    assert [word for word in PRIVATE if word in text.lower()] == []
    assert str(tmp_path) not in text
    assert "without paths and names" in text


def test_what_helps_is_told(material):
    text = report_text(material)
    for part in (
        f"GAN Studio   {gan_studio.__version__} (source tree)",
        "Qt           6.10.3, xcb",
        platform.python_version(),
        "processor",
        "colours   dark",
        "What went wrong\n---------------\nThat did not work.\n<home>/…: the disk is full.",
        "Ended without being closed\n",
        "a run was under way",
        "train.steps  900",
        "data.folder  <path>",
        "data.size  64",
        "sample_shape  3 x 64 x 64",
        "d/real  0.25",
        "RunStarted  device CPU  threads 2  classes 2",
        "Notice  One file was left out, <path>: it is torn.",
        "step 450  5 s  Failed  BadData <path>: it is broken.",
        'File "<program>/gan_studio/jobs/training_job.py", line 77, in training_events',
        "OSError: '<home>/….png' (<user> on <computer>)",
        "WARNING gan_studio: <runs>/",
        "7 times",
    ):
        assert part in text, text


def test_with_paths_nothing_is_hidden(material, run_dir, home):
    text = report_text(material, with_paths=True)
    assert f"folder  {run_dir}" in text
    assert f"data.folder  {home / 'Bilder'}" in text
    assert "left out, Onkel Karl/kaputt.png: it is torn." in text
    assert f"{run_dir}/checkpoints/000400" in text
    assert "with paths" in text


def test_both_texts_are_those_of_one(material):
    assert report_texts(material) == (report_text(material), report_text(material, True))


def test_a_report_of_nothing(folders):
    text = report_text(Material(folders, NOW))
    assert text.startswith("GAN Studio: report\nmade 2026-11-21 20:15, without paths and names\n\n")
    assert "\nRun\n" not in text
    assert "not asked" in text  # the graphics: nobody let torch be loaded


def test_a_damaged_run_is_told_as_far_as_it_goes(run_dir):
    (run_dir / "manifest.json").write_text("{")
    (run_dir / "run.toml").unlink()
    story = read_story(run_dir, {"model": {"name": "gan"}})
    assert story.config == {"model": {"name": "gan"}}
    assert [problem.partition(" cannot")[0] for problem in story.problems] == [
        "run.toml",
        "manifest.json",
    ]
    assert story.failure.startswith("Traceback")
    assert story.picture.name == "000450.png"


def test_an_empty_folder_tells_nothing(tmp_path):
    story = read_story(tmp_path / "gone")
    assert not story.events
    assert newest_picture(tmp_path / "gone") is None
    assert private_names(RunStory()) == set()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ({"event": "StateChanged", "step": 1, "time": 0.123456789, "state": "paused"},
         "step 1  0.123457 s  StateChanged  state paused"),
        ({"event": "Notice", "message": "{gone}", "values": {"folder": "/a"}},
         "step None  None s  Notice  {gone} folder <path>"),
        ({"event": "Notice", "message": "{note}", "values": {"note": "a\nb"}},
         "step None  None s  Notice  a b"),
        ({"event": "Of tomorrow", "step": 3, "time": 1, "secret": "x"}, "step 3  1 s  Of tomorrow"),
        ({"event": "RunStarted", "info": None}, "step None  None s  RunStarted"),
        ({}, "step None  None s  None"),
    ],
)  # fmt: skip
def test_events_in_one_line(event, line):
    assert event_line(event, with_paths=False) == line


def test_saving(tmp_path):
    save_report(tmp_path / "a.txt", "words …")
    assert (tmp_path / "a.txt").read_text("utf-8") == "words …"
    save_report(tmp_path / "b.zip", "words …", b"PNG")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "b.zip").read_bytes())) as archive:
        assert archive.read("report.txt").decode() == "words …"
        assert archive.read("newest-sample.png") == b"PNG"
        assert len(archive.namelist()) == 2
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskProblem):
        save_report(tmp_path / "file" / "c.txt", "")


# -- the log


def test_the_last_records_are_kept():
    handler = RecentLog()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("x")
    logger.addHandler(handler)
    logger.debug("too small")
    for number in range(KEPT + 5):
        logger.info("%s", number)
    assert len(handler.lines) == KEPT
    assert handler.lines[-1] == f"INFO {KEPT + 4}"


def test_the_end_of_the_file(tmp_path):
    (tmp_path / "gan-studio.log").write_text(
        "2026-01-01 10:00:00,1 WARNING a\n2026-01-01 11:00:00,1 WARNING b\n  more\n"
    )
    assert log_file_tail(tmp_path, 2) == ["2026-01-01 11:00:00,1 WARNING b", "  more"]
    assert log_file_tail(tmp_path, 9, since="2026-01-01 10:30:00")[0].endswith("b")
    assert log_file_tail(tmp_path, 9, since="2026-01-02") == []
    assert log_file_tail(tmp_path / "none", 9) == []
    assert tail(tmp_path / "gan-studio.log", most=12) == "  more\n"


# -- this computer


def test_the_packaged_program_is_no_secret(monkeypatch, folders):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/GAN Studio/_internal", raising=False)
    scrub = Scrubber(person.private_here(folders))
    assert scrub('File "/opt/GAN Studio/_internal/torch/x.py"') == 'File "<program>/torch/x.py"'
    assert scrub('File "/opt/other/x.py"') == 'File "<path>/…"'


def test_names_of_runs_are_private(folders):
    for name in ("Karls Bilder", "2026-11-20_1430_gan_digits", "abc"):
        (folders.runs / name).mkdir(parents=True)
    assert person.run_names(folders.runs) == ["Karls Bilder"]
    scrub = Scrubber(person.private_here(folders))
    assert scrub("of Karls Bilder: x") == "of <run>: x"


def test_names_that_name_nobody_stay(monkeypatch):
    for name in person.USER_VARIABLES:
        monkeypatch.setenv(name, "root")
    assert "root" not in person.user_names()


def test_a_computer_without_users(monkeypatch):
    def gone():
        raise KeyError("uid not found")

    monkeypatch.setattr(person.getpass, "getuser", gone)
    monkeypatch.setattr(person.Path, "home", gone)
    assert isinstance(person.user_names(), set)


def test_a_torch_that_cannot_be_loaded_is_a_fact(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    facts = machine.device_facts(asks_torch=True)
    assert facts["torch"].startswith("cannot be loaded: ")


def test_how_it_was_installed(monkeypatch):
    assert machine.how_installed() == "source tree"
    monkeypatch.setattr(gan_studio, "__file__", "/x/site-packages/gan_studio/__init__.py")
    assert machine.how_installed() == "installed package"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert machine.how_installed() == "packaged program"
    monkeypatch.setitem(sys.modules, "pyqtgraph", None)
    assert machine.version_of("no-such-library") == "not loaded"


# -- the command


@pytest.fixture
def quick(monkeypatch):
    """Torch is not asked: loading it takes longer than all of this."""
    monkeypatch.setattr(machine, "_torch_facts", dict)


@pytest.mark.usefixtures("quick")
def test_the_command_prints_it(run_dir, capsys):
    assert main(["report", str(run_dir)]) == 0
    text = capsys.readouterr().out
    assert "train.steps  900" in text
    assert "erika" not in text.lower()
    assert main(["report", str(run_dir), "--paths"]) == 0
    assert str(run_dir) in capsys.readouterr().out


@pytest.mark.usefixtures("quick", "home")
def test_the_command_writes_it(tmp_path, capsys):
    out = tmp_path / "out.txt"
    assert main(["report", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"The report is in {out}.\n"
    assert out.read_text("utf-8").startswith("GAN Studio: report")
    assert main(["report", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"].startswith("GAN Studio: report")


def test_a_run_that_is_not_there(capsys):
    assert main(["report", "no-such-run"]) == 1
    assert "there is no such folder" in capsys.readouterr().err


@pytest.mark.usefixtures("quick", "home")
def test_the_command_tells_how_the_window_ended(capsys):
    settings = Folders.of_user().settings
    settings.mkdir(parents=True)
    plain = {"started": "2026-11-20 09:00:00", "version": "0.0.9", "run_dir": ""}
    (settings / "window-1.open").write_text(json.dumps(plain))
    (settings / "window-1.stacks").write_text("Fatal Python error: Segmentation fault\n")
    for _again in range(2):
        assert main(["report"]) == 0
        text = capsys.readouterr().out
        assert "started  2026-11-20 09:00:00, GAN Studio 0.0.9" in text
        assert "Segmentation fault" in text
    assert os.listdir(settings) == ["last-end.json"]


@pytest.mark.usefixtures("quick", "home")
def test_of_a_run_it_tells_only_an_end_of_that_run(tmp_path, capsys):
    settings = Folders.of_user().settings
    settings.mkdir(parents=True)
    mine, other = tmp_path / "mine", tmp_path / "other"
    for run in (mine, other):
        run.mkdir()
    plain = {"started": "2026-11-20 09:00:00", "version": "0.0.9", "run_dir": str(other)}
    (settings / "window-1.open").write_text(json.dumps(plain))
    for words, is_told in (([str(mine)], False), ([str(other)], True), ([], True)):
        assert main(["report", *words]) == 0
        text = capsys.readouterr().out
        assert ("Ended without being closed" in text) == is_told
        assert ("under way (see “Run”)" in text) == is_told


@pytest.mark.usefixtures("quick", "home")
def test_the_run_of_the_end_is_not_taken_for_another(material, tmp_path):
    end = UnexpectedEnd("2026-11-20 09:00:00", run_dir=str(tmp_path / "other"))
    text = report_text(replace(material, last_end=end))
    assert "under way (none that is told here)" in text
    assert "see “Run”" not in text
