"""What gets into the packaged program. Building it is left to the build and its smoke test."""

import importlib.util
import sys
import types
from pathlib import Path

import pytest

from gan_studio.core.registry import REGISTRY_HOMES, Registry

ROOT = Path(__file__).parents[3]
SPEC = ROOT / "packaging" / "gan_studio.spec"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def contents():
    return loaded("contents")


@pytest.mark.parametrize(
    "place",
    [
        "torch/lib/libtorch_cpu.so",
        "torch/bin/torch_shm_manager",
        "torch/nn/functional.py",
        "torch/_dynamo/config.py",
        "sklearn/datasets/data/digits.csv.gz",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "gan_studio/resources/help/explore.md",
    ],
)
def test_what_the_program_needs_stays(contents, place):
    assert contents.is_kept(place)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/test_api",
        "torch\\\\test\\\\op_registration_test.exe".replace("\\\\", "\\"),
        "torch/include/ATen/ATen.h",
        "torch/_dynamo/symbolic_convert.py",
        "sklearn/datasets/data/iris.csv",
        "torchvision/_C.so",
        "PySide6/plugins/tls/qopensslbackend.dll",
        "PySide6/Qt/translations/qt_de.qm",
        "libstdc++.so.6",
    ],
)
def test_what_it_does_not_need_goes(contents, place):
    assert not contents.is_kept(place)


def test_libraries_of_what_goes_go_with_it(contents, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    asks = {
        "/e/_imaging.so": ["libjpeg.so.8", "libc.so.6"],
        "/e/libjpeg.so.8": ["libz.so.1"],
        "/e/libgtk.so.3": ["libgdk.so.3"],
    }
    monkeypatch.setattr(contents, "_imports_of", lambda file: asks.get(file, []))
    table = [
        ("PIL/_imaging.so", "/e/_imaging.so", "EXTENSION"),
        ("pillow.libs/libjpeg.so.8", "/e/libjpeg.so.8", "BINARY"),
        ("libjpeg.so.8", "pillow.libs/libjpeg.so.8", "SYMLINK"),
        ("libz.so.1", "/e/libz.so.1", "BINARY"),
        ("libgtk.so.3", "/e/libgtk.so.3", "BINARY"),
        ("libgdk.so.3", "/e/libgdk.so.3", "BINARY"),
        ("libpython3.11.so.1.0", "/e/libpython3.11.so.1.0", "BINARY"),
    ]
    places = [row[0] for row in contents.without_orphans(table)]
    assert places == [
        "PIL/_imaging.so",
        "pillow.libs/libjpeg.so.8",
        "libjpeg.so.8",
        "libz.so.1",
        "libpython3.11.so.1.0",
    ]


def test_links_to_what_is_not_there_go(contents):
    there = [("PySide6/Qt/lib/libQt6Core.so.6", "/e", "BINARY")]
    links = [
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
        ("gan_studio/resources/icons/app.svg", "/r/app.svg", "DATA"),
    ]
    assert contents.without_loose_links(links, there) == [links[0], links[2]]


def test_every_registered_module_is_packaged_without_anyone_naming_it(contents):
    packaged = set(contents.hidden_imports())
    for folder in ("models", "losses", "data", "exporters", "exporters/films", "diagnostics"):
        own = (ROOT / "gan_studio" / folder).glob("[!_]*.py")
        assert {f"gan_studio.{folder.replace('/', '.')}.{path.stem}" for path in own} <= packaged
    assert set(contents.registered()) <= packaged
    commands = (ROOT / "gan_studio" / "cli").glob("[!_]*.py")
    assert {f"gan_studio.cli.{path.stem}" for path in commands} <= packaged


def test_a_registered_module_that_is_not_in_the_package_stops_the_build(contents, monkeypatch):
    monkeypatch.setattr(contents, "registered", lambda: ["elsewhere.family"])
    with pytest.raises(SystemExit, match=r"elsewhere\.family cannot be found"):
        contents.hidden_imports()


class Recorder:
    """Stands in for PyInstaller's classes while the spec is read."""

    def __init__(self):
        self.calls = []

    def __getitem__(self, name):
        def build(*args, **words):
            self.calls.append((name, args, words))
            made = types.SimpleNamespace(
                binaries=[("gan_studio/x.so", "/x.so", "EXTENSION")],
                datas=[("torch/test/a", "/a", "DATA"), ("b", "/b", "DATA")],
                pure=[],
                scripts=[],
                name=words.get("name"),
                console=True,
            )
            made.table = made
            return made

        return build

    def of(self, name):
        return [(args, words) for called, args, words in self.calls if called == name]


@pytest.fixture
def evaluated(monkeypatch):
    """Reads the spec as PyInstaller would on another system."""
    for kind in REGISTRY_HOMES:
        Registry.of_kind(kind)  # loads torch, which must not see the other system

    def read(platform):
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(sys, "path", list(sys.path))
        for name in ("contents", "macos", "macos.info_plist"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        bindepend = types.SimpleNamespace(get_imports=lambda file: [])
        monkeypatch.setitem(sys.modules, "PyInstaller.depend.bindepend", bindepend)
        for name in ("PyInstaller", "PyInstaller.depend"):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        recorder = Recorder()
        names = {n: recorder[n] for n in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
        code = compile(SPEC.read_text("utf-8"), str(SPEC), "exec")
        exec(code, {"SPECPATH": str(SPEC.parent), **names})
        return recorder

    yield read
    for name in ("contents", "macos", "macos.info_plist"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("platform", "executables"),
    [
        ("linux", [("gan-studio", True)]),
        ("win32", [("GAN Studio", False), ("gan-studio", True)]),
        ("darwin", [("GAN Studio", False), ("gan-studio", True)]),
    ],
)
def test_the_spec_makes_both_executables_on_every_system(evaluated, platform, executables):
    found = evaluated(platform)
    made = [(words["name"], words["console"]) for _, words in found.of("EXE")]
    assert made == executables  # on Linux the build adds a link with the other name
    ((parts, words),) = found.of("COLLECT")
    assert words["name"] == "GAN Studio"
    assert parts[-1] == [("b", "/b", "DATA")]
    ((_, analysis),) = found.of("Analysis")
    assert "gan_studio.models.gan" in analysis["hiddenimports"]
    assert {"av", "readline"} <= set(analysis["excludes"])
    assert (str(ROOT / "resources"), "gan_studio/resources") in analysis["datas"]


def test_macos_gets_a_bundle_that_knows_our_files(evaluated):
    found = evaluated("darwin")
    ((_, words),) = found.of("BUNDLE")
    assert words["name"] == "GAN Studio.app"
    assert words["bundle_identifier"] == "io.github.gan_studio.GanStudio"
    told = str(words["info_plist"])
    ((folder,), _words) = found.of("BUNDLE")[0]
    assert folder.console is False  # else it would have no window in the Dock
    first, *_others = found.of("COLLECT")[0][0]
    assert first.name == "GAN Studio"  # the one that the bundle starts
    assert "ganlesson" in told
    assert "ganrun" in told
