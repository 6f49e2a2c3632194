"""The judges of the smoke test: each of them must be able to say no."""

import io
import json
import os
import random
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", autouse=True)
def beside_the_script():
    """Its parts are found beside it, as when it is started as a program."""
    sys.path.insert(0, str(ROOT / "packaging"))
    yield
    sys.path.remove(str(ROOT / "packaging"))


@pytest.fixture
def judges():
    from smoke import judges

    return judges


@pytest.fixture
def pictures():
    from smoke import pictures

    return pictures


@pytest.fixture
def programs():
    from smoke import program

    return program


@pytest.fixture
def places():
    from smoke import place

    return place


@pytest.fixture
def done(places):
    def make(code=0, out="", err=""):
        return places.Done(code, out, err, 1.0)

    return make


# --- what was said --------------------------------------------------------------------------------


def test_a_command_that_went_well(judges, done):
    assert judges.judge_done(done()) == []


@pytest.mark.parametrize(
    ("code", "err", "problem"),
    [
        (1, "gan-studio: no.", "exit code 1 and not 0: gan-studio: no."),
        (None, "", "it had not ended after 1 s"),
        (0, "Traceback (most recent call last)\n  x\nKeyError: 1", "a traceback: KeyError: 1"),
        (0, "12:00 WARNING gan_studio.qt: no such slot", "it said: WARNING gan_studio.qt"),
    ],
)
def test_a_command_that_did_not(judges, done, code, err, problem):
    assert judges.judge_done(done(code, err=err))[0].startswith(problem)


def test_what_is_said_often_is_told_once(judges):
    text = "2026-01-02 10:00:01,5 ERROR x: no\n2026-01-02 10:00:02,7 ERROR x: no\n"
    assert judges.judge_words(text) == ["it said: ERROR x: no (2 times)"]


def test_what_qt_says_without_a_screen_is_harmless(judges):
    line = "WARNING gan_studio.qt: This plugin does not support propagateSizeHints()"
    assert judges.judge_words(line) == []


def test_a_refusal_is_one_sentence(judges, done):
    assert judges.judge_refusal(done(1, err="gan-studio: weights: it is damaged.\n")) == []


@pytest.mark.parametrize(
    ("code", "err"),
    [
        (0, ""),
        (1, ""),
        (2, "gan-studio: damaged."),
        (1, "gan-studio: damaged.\nand more"),
        (1, 'Traceback (most recent call last)\n  File "x"\nValueError: damaged'),
    ],
)
def test_anything_else_is_no_refusal(judges, done, code, err):
    assert judges.judge_refusal(done(code, err=err)) != []


def lines(*events):
    return "\n".join(json.dumps({"event": name, "step": step}) for name, step in events)


GOOD = (
    ("RunStarted", 0),
    ("ScalarsReady", 1),
    ("SamplesReady", 5),
    ("CheckpointSaved", 5),
)


def finished(step, reason="done"):
    return "\n" + json.dumps({"event": "Finished", "step": step, "reason": reason})


def test_events_in_order(judges):
    assert judges.judge_events(lines(*GOOD) + finished(5), 5) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no json", "a line is not JSON"),
        (lines(*GOOD), "events missing: Finished"),
        (lines(*GOOD[:2], *GOOD[3:]) + finished(5), "events missing: SamplesReady"),
        (lines(GOOD[1], GOOD[0], *GOOD[2:]) + finished(5), "events out of order"),
        (lines(*GOOD) + finished(4), "steps go back"),
        (lines(*GOOD) + finished(5, "stopped"), "it ended at step 5 (stopped)"),
    ],
)
def test_events_that_are_not_as_they_should_be(judges, text, problem):
    assert judges.judge_events(text, 5)[0].startswith(problem)


@pytest.mark.parametrize(
    ("processes", "times", "is_fine"), [(2, 1, True), (1, 1, False), (2, 2, False)]
)
def test_processes_that_train_together(judges, processes, times, is_fine):
    line = json.dumps({"event": "RunStarted", "step": 0, "info": {"processes": processes}})
    assert (judges.judge_together("\n".join([line] * times), 2) == []) == is_fine


# --- what it holds --------------------------------------------------------------------------------


def held(**changes):
    plain = {
        "version": "1.2",
        "registries": {"family": {"entries": ["gan", "vae"], "unavailable": {}}},
        "resources": ["help/home.md"],
        "commands": {"train": ""},
        "modules": {"torch": "", "av": ""},
    }
    return {**plain, **changes}


def test_the_same_inventory(judges):
    assert judges.judge_inventory(held(), held()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"registries": {"family": {"entries": ["gan"], "unavailable": {}}}},
            "family missing: vae (1)",
        ),
        (
            {"registries": {"family": {"entries": ["gan", "vae"], "unavailable": {"x": "why"}}}},
            "family x cannot be used: why",
        ),
        ({"registries": {}}, "family missing: gan, vae (2)"),
        ({"resources": []}, "resource missing: help/home.md (1)"),
        ({"resources": ["help/home.md", "a"]}, "resource too many: a"),
        ({"modules": {"torch": "", "av": "gone"}}, "module av: gone"),
        ({"modules": {"torch": ""}}, "module av: it is not there"),
        ({"commands": {}}, "command train: it is not there"),
        ({"version": "1.1"}, "version 1.1 and not 1.2"),
    ],
)
def test_an_inventory_that_lacks_something(judges, changes, problem):
    assert judges.judge_inventory(held(), held(**changes)) == [problem]


def test_what_the_source_cannot_import_either_is_no_fault(judges):
    without = held(modules={"torch": "", "av": "not installed"})
    assert judges.judge_inventory(without, without) == []


def test_modules_of_the_source_tree(judges):
    found = judges.modules_of(ROOT)
    assert {"gan_studio", "gan_studio.gui.pages.lab.page", "gan_studio.cli.inventory"} <= set(found)
    assert "PySide6.QtCore:QTimer" in found
    assert "torch" in found
    assert not [name for name in found if name.startswith(("json", "collections"))]
    assert not {"av", "onnxruntime"} & set(found)  # extras, which are not shipped


def test_imports_for_types_alone_are_not_asked_for(judges):
    import ast

    text = "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    from c import d\nimport os\n"
    assert judges.foreign_imports(ast.parse(text)) == {"a", "c:d"}


def test_nothing_is_compiled_at_run_time():
    """Packaged, torch.compile would start this program over and over as its compiler."""
    sources = (ROOT / "gan_studio").rglob("*.py")
    called = [path.name for path in sources if "torch.compile(" in path.read_text("utf-8")]
    assert called == []


# --- files ----------------------------------------------------------------------------------------


def test_changed_weights_are_told_apart(judges, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"weights 1")
    other.write_bytes(b"weights 2")
    assert judges.judge_same_bytes(one, other) == ["one differs from byte 8 on (9 and 9 bytes)"]
    other.write_bytes(b"weights")
    assert judges.judge_same_bytes(one, other) == ["one differs from byte 7 on (9 and 7 bytes)"]
    other.write_bytes(b"weights 1")
    assert judges.judge_same_bytes(one, other) == []
    assert judges.judge_same_bytes(one, tmp_path / "none")[0].startswith("missing")


def test_files_that_must_be_there(judges, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"GIF89a")
    assert judges.judge_file(tmp_path / "file") == []
    assert judges.judge_file(tmp_path / "file", 100) == ["file is only 6 bytes"]
    assert judges.judge_file(tmp_path / "folder") == ["folder is an empty folder"]
    assert judges.judge_file(tmp_path / "none") == ["none was not written"]
    assert judges.judge_start(b"GIF8", tmp_path / "file") == []
    assert judges.judge_start(b"RIFF", tmp_path / "file") != []


def test_damage_reaches_every_checkpoint(judges, tmp_path):
    for step in ("000010", "000020"):
        folder = tmp_path / "checkpoints" / step
        folder.mkdir(parents=True)
        (folder / "weights.safetensors").write_bytes(b"0123456789")
    file, change = judges.damages()["truncated weights"]
    judges.damage(tmp_path, file, change)
    found = {path.read_bytes() for path in tmp_path.rglob("weights.safetensors")}
    assert found == {b"01234"}


def test_files_in_the_programs_folder_are_watched(programs, tmp_path):
    (tmp_path / "a").write_text("1")
    before = programs.listing(tmp_path)
    assert programs.judge_listing(before, programs.listing(tmp_path)) == []
    (tmp_path / "a").write_text("12")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "log").write_text("")
    problems = programs.judge_listing(before, programs.listing(tmp_path))
    log = os.path.join("b", "log")
    assert problems == [
        f"1 files appeared in the program's folder: {log}",
        "1 files changed in the program's folder: a",
    ]


# --- the window -----------------------------------------------------------------------------------


def trained(where, **changes):
    plain = {"steps": 20, "ended": "Finished", "has_pictures": True, "words": "stopped"}
    return {"what": "trained", "where": where, **plain, **changes}


def told(**changes):
    """What a window says that is well; `changes` replace what it says of one thing."""
    plain = {
        "painted": {"what": "painted", "age_ms": 1, "styled": True},
        "fonts": {"what": "fonts", "families": 3, "family": "x", "letters_differ": True},
        "engine": {"what": "engine", "age_ms": 2},
        "page": {"what": "page", "key": "home", "is_shown": True, "banner": ""},
        "window": trained("window"),
        "process": trained("process"),
        "compiled": {"what": "compiled", "calls": []},
        "closing": {"what": "closing", "at": 1.0, "pages": ["home"]},
    }
    facts = {name: {**fact, **changes.get(name, {})} for name, fact in plain.items()}
    return [fact for name, fact in facts.items() if changes.get(name, "") is not None]


def test_a_window_that_is_well(judges):
    assert judges.judge_window(told()) == []


def none_of(facts, name):
    return [fact for fact in facts if fact["what"] != name and fact.get("where") != name]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("painted", "it never told of “painted”"),
        ("engine", "it never told of “engine”"),
        ("fonts", "letters are not drawn (0 font families)"),
        ("page", "page not shown: home"),
        ("window", "nothing was trained (window)"),
        ("process", "nothing was trained (process)"),
        ("closing", "it did not get to its end"),
    ],
)
def test_a_window_that_keeps_silent(judges, name, problem):
    assert problem in judges.judge_window(none_of(told(), name))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"painted": {"styled": False}}, "the window has no style sheet"),
        ({"fonts": {"letters_differ": False}}, "letters are not drawn (3 font families)"),
        ({"page": {"is_shown": False}}, "page not shown: home"),
        ({"page": {"banner": "error: no engine"}}, "page home: error: no engine"),
        ({"process": {"ended": "Failed"}}, "training (process) ended as Failed at step 20"),
        ({"window": {"steps": 3}}, "training (window) ended as Finished at step 3"),
        ({"window": {"has_pictures": False}}, "training (window) showed no pictures"),
        ({"compiled": {"calls": ["model"]}}, "torch.compile was called: model"),
    ],
)
def test_a_window_that_tells_of_trouble(judges, changes, problem):
    assert judges.judge_window(told(**changes))[0].startswith(problem)


def test_what_took_too_long_is_told(judges):
    late = {"what": "late", "waited_for": "engine", "seconds": 120.0}
    assert judges.judge_window([*told(), late]) == ["“engine” took over 120 s"]


@pytest.mark.parametrize(
    ("seconds", "tolerance", "is_fine"),
    [(0.1, 1.0, True), (2.5, 1.0, False), (2.5, 2.0, True), (None, 9.0, False)],
)
def test_closing(judges, seconds, tolerance, is_fine):
    assert (judges.judge_closing(seconds, tolerance) == []) == is_fine


# --- pictures -------------------------------------------------------------------------------------


def painting(pictures, width=300, height=240, words=True):
    """A page with colours, a grey ground and, in a rectangle of 80 x 16, what passes for words."""
    chance = random.Random(1)
    pixels = bytearray(b"\xe0" * width * height * 3)
    for at in range(0, 60 * width * 3):
        pixels[at] = chance.randrange(256)
    for row in range(100, 116):
        for column in range(20, 100, 4):
            at = (row * width + column) * 3
            pixels[at : at + 3] = b"\0\0\0" if words else b"\xe0\xe0\xe0"
    return pictures.Picture(width, height, bytes(pixels))


WORDS = [{"text": "Train", "rect": [20, 100, 80, 16]}]


def test_a_painted_window(pictures):
    picture = painting(pictures)
    assert pictures.judge_painting(picture, 40) == []
    assert pictures.judge_texts(picture, WORDS) == []


def test_a_blank_window(pictures):
    blank = pictures.Picture(300, 240, b"\xff" * 300 * 240 * 3)
    problems = pictures.judge_painting(blank, 40)
    assert problems == ["only 1 colours (at least 40)", "blank: 100.0% of it is one colour"]


def test_a_window_of_a_few_pixels(pictures):
    assert pictures.judge_painting(painting(pictures, 100, 120), 2) != []


@pytest.mark.parametrize("ground", [b"\xe0", b"\0"])
def test_words_that_are_not_drawn(pictures, ground):
    picture = pictures.Picture(300, 240, ground * 300 * 240 * 3)
    assert pictures.judge_texts(picture, WORDS) == ["1 of 1 texts are not drawn: Train"]
    bare = painting(pictures, words=False)
    assert pictures.judge_texts(bare, WORDS) == ["1 of 1 texts are not drawn: Train"]


def test_a_window_without_words(pictures):
    assert pictures.judge_texts(painting(pictures), []) == ["there is no text in the window"]


def test_texts_beyond_the_edge_are_not_drawn(pictures):
    words = [{"text": "far", "rect": [900, 900, 10, 10]}]
    assert pictures.judge_texts(painting(pictures), words) != []


def test_a_picture_comes_back_as_it_went(pictures):
    image = pytest.importorskip("PIL.Image")
    picture = painting(pictures)
    head = f"P6\n# of a test\n{picture.width} {picture.height}\n255\n".encode()
    assert pictures.read_ppm(head + picture.pixels) == picture
    with image.open(io.BytesIO(pictures.png_of(picture))) as png:
        assert png.convert("RGB").tobytes() == picture.pixels


@pytest.mark.parametrize("data", [b"", b"P5 1 1 255 x", b"P6 2 2 255 abc"])
def test_what_is_no_picture(pictures, data):
    with pytest.raises(ValueError, match="PPM"):
        pictures.read_ppm(data)


# --- archives and places --------------------------------------------------------------------------


@pytest.fixture
def packaged(programs, tmp_path):
    """A folder with two executables that do nothing."""
    folder = tmp_path / "GAN Studio"
    (folder / "_internal").mkdir(parents=True)
    for name in (programs.WINDOW, programs.CONSOLE):
        (folder / name).write_bytes(b"#" * 2000)
        (folder / name).chmod(0o755)
    (folder / "LICENCES.txt").write_text("free " * 4000)
    return folder


def test_a_complete_folder(programs, packaged):
    program = programs.Program.of_folder(packaged.parent)
    assert program.folder == packaged
    assert programs.judge_layout(program) == []


def test_a_folder_without_one_of_them(programs, packaged):
    (packaged / programs.CONSOLE).unlink()
    with pytest.raises(programs.Unusable, match="not side by side"):
        programs.Program.of_folder(packaged)


def test_a_folder_without_licences(programs, packaged):
    (packaged / "LICENCES.txt").write_text("see the web")
    problems = programs.judge_layout(programs.Program.of_folder(packaged))
    assert problems == ["there is no file LICENCES with the licences of what is shipped"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permission")
def test_a_program_that_cannot_be_executed(programs, packaged):
    (packaged / programs.WINDOW).chmod(0o644)
    problems = programs.judge_layout(programs.Program.of_folder(packaged))
    assert problems == ["GAN Studio cannot be executed"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such permission")
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_keeps_permissions(programs, packaged, tmp_path, kind):
    archive, folder = tmp_path / f"program.{kind}", tmp_path / "unpacked"
    folder.mkdir()
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(packaged.rglob("*")):
                file.write(path, path.relative_to(packaged.parent))
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(packaged, packaged.name)
    programs.unpack(archive, folder)
    assert programs.judge_layout(programs.Program.of_folder(folder)) == []


def test_an_archive_of_another_kind(programs, tmp_path):
    with pytest.raises(programs.Unusable, match=r"not a \.zip"):
        programs.unpack(tmp_path / "program.rar", tmp_path)


def test_the_version_of_the_source(programs):
    import gan_studio

    assert programs.source_version(ROOT) == gan_studio.__version__


@pytest.fixture
def place(places, programs, packaged, tmp_path):
    program = programs.Program.of_folder(packaged)
    return places.Place(program, tmp_path / "work", places.VARIABLES)


def test_nothing_of_this_environment_is_left(place, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "here")
    monkeypatch.setenv("LD_LIBRARY_PATH", "here")
    found = place.environment({"QT_QPA_PLATFORM": "offscreen"})
    assert "here" not in found.values()
    assert found["QT_QPA_PLATFORM"] == "offscreen"
    assert list(Path(found["PATH"]).iterdir()) == []
    assert Path(found["HOME"]).is_relative_to(place.work)
    assert list(Path(found["HOME"]).iterdir()) == []


def test_files_left_behind_are_found(place):
    assert place.strays() == []
    (place.temporary / "left").write_text("")
    assert place.strays() == [str(place.temporary / "left")]


def test_a_place_in_namespaces_hides_and_mounts(places, programs, packaged, tmp_path):
    hidden = tmp_path / "source tree"
    hidden.mkdir()
    program = programs.Program.of_folder(packaged)
    place = places.Place(program, tmp_path / "work", places.USER_NAMESPACE, hidden=[hidden])
    words = place.command(["--version"], is_window=False, has_loopback=False)
    script = words[-1]
    assert "--net" in words
    assert f"none '{hidden}'" in script
    assert "remount,bind,ro" in script
    assert "lo up" not in script
    assert script.splitlines()[-1].endswith("/work/program/GAN Studio/gan-studio' --version")


def test_a_place_never_hides_what_it_works_in(places, programs, packaged, tmp_path):
    program = programs.Program.of_folder(packaged)
    place = places.Place(program, tmp_path / "work", places.USER_NAMESPACE, hidden=[tmp_path])
    assert tmp_path not in place._hidden


# --- the report -----------------------------------------------------------------------------------


@pytest.fixture
def report():
    from smoke.report import Report

    return Report(say=lambda line: None)


def test_a_failure_stops_nothing_and_is_told_by_the_exit_code(report):
    assert not report.step("first", lambda: ["broken"])
    assert report.step("second", lambda: ([], ["3 things"]))
    assert report.failures == ["first"]
    assert report.exit_code == 1


def test_what_a_step_did_not_foresee_is_a_failure(report):
    report.step("first", lambda: {}["none"])
    assert report.results["first"][1][0] == "KeyError: 'none'"
    assert report.exit_code == 1


def test_all_well_and_something_skipped(report):
    from smoke.report import Skip

    def skip():
        raise Skip("no screen")

    report.step("first", list)
    report.step("second", skip)
    assert report.results["second"] == ("skipped", ["no screen"])
    assert report.exit_code == 0


def test_nothing_tried_is_no_success(report):
    assert report.exit_code == 1
