"""Which page shows what a person opens, and what is said of what cannot be opened."""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.paths import RUN_FILE
from gan_studio.exporters.png import png_bytes
from gan_studio.gui.opening import CannotOpen, Door, KnownRuns, door_of, doors
from gan_studio.inference.places import Place, Places, to_text
from tests.gui.fake_runs import make_run
from tests.gui.model_runs import write_run

PIXELS = np.zeros((1, 4, 4), np.uint8)


@pytest.fixture
def run(folders):
    return make_run(folders)


@pytest.fixture
def known(folders):
    return KnownRuns(folders.runs)


def explore(run, step=None, **more):
    return Door("explore", {"run_dir": run, "step": step, **more}, run)


def places_of(run_name, step=500):
    facts = {"family": "gan", "run": run_name, "step": step}
    return Places((Place(np.zeros(3, np.float32)),), 1, facts)


def test_lessons(known, tmp_path):
    own, plain = tmp_path / "a.GANLESSON", tmp_path / "b.json"
    own.write_text("damaged, which the Lab says")
    plain.write_text(json.dumps({"schema": 1, "config": {}, "pages": []}))
    assert door_of(own, known) == Door("lab", {"lesson": own})
    assert door_of(plain, known) == Door("lab", {"lesson": plain})


def test_a_run_by_its_folder_and_its_files(known, run):
    (run / RUN_FILE).write_text("{}")
    sample = run / "samples" / "000500.png"
    Image.new("L", (4, 4)).save(sample)
    for path in (run, run / RUN_FILE, run / "run.toml", run / "checkpoints", sample):
        assert door_of(path, known) == explore(run)
    (run / "renamed.ganrun").write_text("whatever it says")
    assert door_of(run / "renamed.ganrun", known) == explore(run)


def test_a_checkpoint_opens_at_its_step(known, run):
    checkpoint = run / "checkpoints" / "000500"
    for path in (checkpoint, checkpoint / "state.json"):
        assert door_of(path, known) == explore(run, 500)


def test_a_run_before_its_first_checkpoint(known, folders):
    run = make_run(folders, saved=False)
    assert door_of(run, known) == Door("runs", {"run_dir": run}, run)


def test_a_run_that_was_copied_and_renamed(known, run, tmp_path):
    copy = tmp_path / "on a stick"
    shutil.copytree(run, copy)
    assert door_of(copy, known) == explore(copy)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_run_has_one_name_whichever_way_it_is_reached(known, run, folders, tmp_path):
    (tmp_path / "link").symlink_to(folders.runs)
    assert door_of(tmp_path / "link" / run.name, known) == explore(run)


def test_a_folder_inside_a_run_that_is_no_part_of_it(known, run):
    folder = run / "exported"
    folder.mkdir()
    assert door_of(folder, known) == Door("data", {"folder": folder})


def test_pictures(known, tmp_path):
    folder = tmp_path / "leaves"
    folder.mkdir()
    Image.new("L", (4, 4)).save(folder / "a.PNG")
    (folder / "b.jpg").write_text("the Data page says what is refused")
    for path in (folder, folder / "a.PNG", folder / "b.jpg"):
        assert door_of(path, known) == Door("data", {"folder": folder})


@pytest.mark.parametrize("name", ["place.png", "latents.json"])
def test_a_saved_place(known, run, tmp_path, name):
    path, places = tmp_path / name, places_of(run.name)
    path.write_bytes(png_bytes(PIXELS, places) if name[-3:] == "png" else to_text(places).encode())
    assert door_of(path, known) == explore(run, 500, file=path)


def test_the_moment_that_drew_it_is_gone(known, run, tmp_path):
    path = tmp_path / "place.png"
    path.write_bytes(png_bytes(PIXELS, places_of(run.name, step=400)))
    assert door_of(path, known) == explore(run, None, file=path)


def test_a_saved_place_of_a_guest(known, run, folders, tmp_path):
    path, guest = tmp_path / "place.png", tmp_path / "guest"
    shutil.copytree(run, guest)
    path.write_bytes(png_bytes(PIXELS, places_of("guest")))
    with pytest.raises(CannotOpen, match=r"\(guest\) is not among the runs here"):
        door_of(path, known)
    assert door_of(path, KnownRuns(folders.runs, (guest,))) == explore(guest, 500, file=path)


@pytest.mark.parametrize("name", ["../runs", "", None, 7, "/"])
def test_names_of_runs_are_not_trusted(known, run, tmp_path, name):
    path = tmp_path / "place.png"
    path.write_bytes(png_bytes(PIXELS, places_of(name)))
    with pytest.raises(CannotOpen):
        door_of(path, known)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.ganrun", "{}", "the folder that it lies in holds no run"),
        ("a.json", "[1]", "this is no lesson, run, picture or folder of pictures"),
        ("b.json", "[" * 100_000, "this is no lesson, run, picture or folder of pictures"),
        ("c.json", '{"format": "other"}', "this is no lesson"),
        ("a.docx", "", "this is no lesson"),
        ("run.toml", "", "this is no lesson"),
    ],
)
def test_what_cannot_be_opened(known, tmp_path, name, content, reason):
    (tmp_path / name).write_text(content)
    with pytest.raises(CannotOpen, match=reason):
        door_of(tmp_path / name, known)


def test_what_is_not_there(known, tmp_path):
    found, problems = doors([tmp_path / "no", tmp_path, tmp_path], known)
    assert found == [Door("data", {"folder": tmp_path})]
    assert [str(item) for item in problems] == [
        f"{tmp_path / 'no'}: there is no such file or folder."
    ]


def test_a_run_of_a_newer_version(known, folders):
    run = make_run(folders, schema=99)
    with pytest.raises(CannotOpen, match="A newer version of GAN Studio wrote it"):
        door_of(run, known)


def test_runs_bring_the_file_that_opens_them(folders):
    run = write_run(folders)
    assert json.loads((run / RUN_FILE).read_text()) == {"gan_studio_run": 1, "name": run.name}
