"""Discovery, duplicates, close matches, and files that do not load."""

import sys

import pytest

from gan_studio.core.errors import Unavailable, UnknownKey
from gan_studio.core.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of plugins; returns a function that adds a module to it."""
    folder = tmp_path / "plugins_under_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("plugins_under_test")]:
        monkeypatch.delitem(sys.modules, name)

    def add(name, text):
        (folder / f"{name}.py").write_text(text)

    yield add
    for name in [name for name in sys.modules if name.startswith("plugins_under_test")]:
        del sys.modules[name]
    Registry._by_kind.pop("thing", None)


def make_registry():
    return Registry("thing", "plugins_under_test", "plugins_under_test.none")


def module(key):
    return (
        "from gan_studio.core.registry import Registry\n"
        f"@Registry.of_kind('thing').register({key!r}, title='T')\n"
        "class Thing: pass\n"
    )


def test_a_new_file_is_all_it_takes(package):
    package("first", module("apple"))
    package("_private", "raise RuntimeError('must not be imported')")
    registry = make_registry()
    assert [entry.key for entry in registry] == ["apple"]
    assert registry.get("apple").module == "plugins_under_test.first"


def test_unknown_keys_list_close_matches(package):
    package("first", module("apple"))
    with pytest.raises(UnknownKey, match="Did you mean apple"):
        make_registry().get("aple")


@pytest.mark.expects_logs
def test_a_broken_module_does_not_stop_the_others(package):
    package("first", module("apple"))
    package("second", "import a_module_that_is_not_there")
    registry = make_registry()
    assert "apple" in registry
    with pytest.raises(Unavailable, match="a_module_that_is_not_there"):
        registry.get("second")


@pytest.mark.expects_logs
def test_a_duplicate_names_both_files(package):
    package("first", module("apple"))
    package("second", module("apple"))
    registry = make_registry()
    (reason,) = registry.broken.values()
    assert "plugins_under_test.first" in reason
    assert "plugins_under_test.second" in reason
