"""The parts of the set-up that decide something; the set-up itself is run by whoever runs these."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(bootstrap, tmp_path, monkeypatch):
    """A repository that is not this one, for what writes."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "build" / "bootstrap.log")
    return tmp_path


@pytest.fixture
def commands(bootstrap, folder, monkeypatch):
    """The names of what would have been run, in order."""
    noted = []

    def run_logged(what, command, **environment):
        noted.append(what)

    monkeypatch.setattr(bootstrap, "run_logged", run_logged)
    return noted


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_supported_pythons_will_do(bootstrap, minor):
    assert bootstrap.will_do((3, minor))


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14)])
def test_another_python_is_refused_in_one_sentence_that_says_what_to_do(bootstrap, version):
    problem = bootstrap.version_sentence(version, [])
    assert not bootstrap.will_do(version)
    assert "needs Python 3.11 to 3.13" in problem
    assert f"this is Python {version[0]}.{version[1]}." in problem
    assert "Install one of them" in problem


def test_a_suitable_python_beside_it_is_named(bootstrap):
    assert "with python3.12" in bootstrap.version_sentence((3, 9), ["python3.12", "python3.11"])


def test_a_refused_python_stops_before_anything_is_written(bootstrap, folder, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    assert bootstrap.main(["setup"]) == 1
    assert capsys.readouterr().out.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_packages_take_their_new_name_only_where_it_is_known(bootstrap):
    libraries = ["libEGL.so.1", "libglib-2.0.so.0"]
    old = bootstrap.debian_packages(libraries, set())
    new = bootstrap.debian_packages(libraries, {"libglib2.0-0t64"})
    assert old == ["libegl1", "libglib2.0-0"]
    assert new == ["libegl1", "libglib2.0-0t64"]


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt-get install libegl1 libxcb-cursor0"),
        ("dnf", "sudo dnf install 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        ("", "use your system's package manager"),
    ],
)
def test_missing_libraries_are_named_with_a_way_to_get_them(bootstrap, manager, command):
    sentence = bootstrap.libraries_sentence(["libEGL.so.1", "libxcb-cursor.so.0"], manager)
    assert "libEGL.so.1, libxcb-cursor.so.0" in sentence
    assert sentence.endswith(command)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks system libraries of Qt")
def test_libraries_that_do_not_load_are_missing(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "can_load", lambda name: "xcb" not in name)
    missing = bootstrap.missing_libraries()
    assert "libxcb-shape.so.0" in missing
    assert "libEGL.so.1" not in missing


def test_missing_libraries_stop_nothing(bootstrap, commands, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: ["libEGL.so.1"])
    monkeypatch.setattr(bootstrap, "is_root", lambda: False)
    bootstrap.provide_system_libraries()
    assert commands == []
    assert "libEGL.so.1" in capsys.readouterr().out


def test_the_stamp_changes_with_everything_that_decides_the_setup(bootstrap):
    files = [b"one", b"two"]
    keys = [
        bootstrap.stamp_key(files, Path("here"), (3, 11)),
        bootstrap.stamp_key([b"one", b"three"], Path("here"), (3, 11)),
        bootstrap.stamp_key([b"onet", b"wo"], Path("here"), (3, 11)),
        bootstrap.stamp_key(files, Path("there"), (3, 11)),
        bootstrap.stamp_key(files, Path("here"), (3, 12)),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == bootstrap.stamp_key(files, Path("here"), (3, 11))


def test_a_finished_setup_starts_nothing(bootstrap, commands, monkeypatch):
    program = bootstrap.venv_program("python")
    program.parent.mkdir(parents=True)
    program.touch()
    bootstrap.STAMP.write_text(bootstrap.current_key())
    monkeypatch.setattr(bootstrap, "missing_libraries", list)
    bootstrap.set_up()
    assert commands == []


def test_an_unfinished_environment_is_made_anew(bootstrap, commands, monkeypatch):
    half = bootstrap.VENV / "half-installed"
    half.mkdir(parents=True)
    bootstrap.STAMP.write_text(bootstrap.UNFINISHED)
    monkeypatch.setattr(bootstrap, "is_environment_sound", lambda: True)
    bootstrap.provide_environment()
    assert not half.exists()
    assert commands == ["virtual environment"]
    assert bootstrap.read_stamp() == bootstrap.UNFINISHED


def test_a_sound_environment_without_a_stamp_is_kept(bootstrap, commands, monkeypatch):
    kept = bootstrap.VENV / "kept"
    kept.mkdir(parents=True)
    monkeypatch.setattr(bootstrap, "is_environment_sound", lambda: True)
    bootstrap.provide_environment()
    assert kept.exists()
    assert commands == []


def test_an_environment_without_python_is_not_sound(bootstrap, folder):
    bootstrap.VENV.mkdir()
    assert not bootstrap.is_environment_sound()


def test_what_pip_refused_is_kept_for_the_next_time(bootstrap, folder, monkeypatch):
    def refuse(what, command, **environment):
        raise bootstrap.SetupError("no network")

    bootstrap.VENV.mkdir()
    monkeypatch.setattr(bootstrap, "run_logged", refuse)
    with pytest.raises(bootstrap.SetupError, match="no network"):
        bootstrap.install_packages()
    assert bootstrap.read_stamp() == ""


def test_what_was_interrupted_is_remembered_as_unfinished(bootstrap, folder, monkeypatch):
    def interrupt(what, command, **environment):
        raise KeyboardInterrupt

    bootstrap.VENV.mkdir()
    monkeypatch.setattr(bootstrap, "run_logged", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.install_packages()
    assert bootstrap.read_stamp() == bootstrap.UNFINISHED


def test_a_failed_step_names_the_log_and_the_error(bootstrap, folder):
    command = [sys.executable, "-c", "print('ERROR: no such thing'); print('more'); exit(3)"]
    with pytest.raises(bootstrap.SetupError) as raised:
        bootstrap.run_logged("dependencies", command)
    assert "stopped at: dependencies" in str(raised.value)
    assert "ERROR: no such thing" in str(raised.value)
    assert str(bootstrap.LOG) in str(raised.value)
    assert "more" in bootstrap.LOG.read_text()


def test_a_later_step_is_not_blamed_for_the_words_of_an_earlier_one(bootstrap, folder):
    bootstrap.run_logged("first", [sys.executable, "-c", "print('ERROR: harmless')"])
    with pytest.raises(bootstrap.SetupError) as raised:
        bootstrap.run_logged("second", [sys.executable, "-c", "print('real reason'); exit(1)"])
    assert "real reason" in str(raised.value)
    assert "harmless" not in str(raised.value)


@pytest.mark.parametrize(
    ("on_windows", "end"), [(True, "Scripts/python.exe"), (False, "bin/python")]
)
def test_programs_lie_where_the_system_keeps_them(bootstrap, on_windows, end):
    program = bootstrap.venv_program("python", on_windows=on_windows)
    assert program.as_posix().endswith(end)


def test_openmp_waits_passively_unless_told_otherwise(bootstrap, monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert bootstrap.child_environment()["OMP_WAIT_POLICY"] == "passive"
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    assert bootstrap.child_environment()["OMP_WAIT_POLICY"] == "active"


def test_steps_end_at_the_first_failure_and_every_one_is_summed_up(bootstrap, capsys):
    steps = {
        "good": [sys.executable, "-c", ""],
        "bad": [sys.executable, "-c", "exit(7)"],
        "late": [sys.executable, "-c", "print('never')"],
    }
    assert bootstrap.run_steps(steps, {}) == 7
    summary = capsys.readouterr().out.partition("== summary\n")[2]
    assert re.sub(r"\d+ s", "N s", summary).splitlines() == [
        "good: ok, N s",
        "bad: failed, N s",
        "late: not run",
    ]


@pytest.mark.parametrize("arguments", [[], ["walk"], ["setup", "now"]])
def test_words_it_does_not_know_get_the_help(bootstrap, arguments, capsys):
    assert bootstrap.main(arguments) == 2
    assert "bootstrap.py run" in capsys.readouterr().out


def requirements(name):
    """What pip is told to install by this file and those that it names."""
    lines = (ROOT / "packaging" / name).read_text("utf-8").splitlines()
    more = [line.removeprefix("-r ") for line in lines if line.startswith("-r ")]
    own = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    return [*own, *(each for other in more for each in requirements(other))]


def test_what_is_packaged_has_no_tools_of_developers():
    packaged = {each.name.lower() for each in requirements("requirements-program.txt")}
    assert {"torch", "pyside6-essentials", "onnx"} <= packaged
    assert not packaged & {"pytest", "ruff", "mypy", "hypothesis", "onnxruntime", "av"}
    assert "pyinstaller" in {each.name for each in requirements("requirements-build.txt")}


def test_torch_without_cuda_is_looked_for_where_pypi_has_it_not(bootstrap):
    assert bootstrap.torch_index("cpu", "linux").endswith("/cpu")
    assert bootstrap.torch_index("cpu", "win32") == bootstrap.torch_index("cpu", "darwin") == ""
    assert bootstrap.torch_index("cuda", "linux") == ""
    assert "/cu" in bootstrap.torch_index("cuda", "win32")
    assert [line.partition(">")[0] for line in bootstrap.torch_requirements()] == [
        "torch",
        "torchvision",
    ]


def test_an_environment_of_the_build_is_made_once(bootstrap, folder, commands, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", folder)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    python = bootstrap.provide_build_environment("cpu")
    assert commands == ["environment of the build", "torch", "dependencies"]
    python.parent.mkdir(parents=True)
    python.touch()  # as the first of the commands would have
    assert bootstrap.provide_build_environment("cpu") == python
    assert len(commands) == 3
    assert bootstrap.provide_build_environment("cuda") != python


def test_every_dependency_of_the_project_has_a_version_to_install():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    allowed = {}
    for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        allowed[Requirement(line).name.lower()] = Requirement(line).specifier
    installed = requirements("requirements.txt")
    assert allowed.keys() <= {each.name.lower() for each in installed}
    for each in installed:
        pins = [part.version for part in each.specifier if part.operator == "=="]
        wanted = allowed.get(each.name.lower())
        if wanted is not None:
            assert each.specifier == wanted or wanted.contains(pins[0]), each.name
