"""What the program says that it holds."""

from __future__ import annotations

import json

import gan_studio
from gan_studio.cli import main
from gan_studio.core.registry import REGISTRY_HOMES, Registry


def held(capsys, *words):
    assert main(["inventory", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_registry_is_told_with_what_is_broken(capsys):
    found = held(capsys)
    assert found["version"] == gan_studio.__version__
    assert found["is_frozen"] is False
    assert set(found["registries"]) == set(REGISTRY_HOMES)
    for kind, facts in found["registries"].items():
        assert facts["entries"] == [entry.key for entry in Registry.of_kind(kind)]
        assert facts["unavailable"] == {}
    assert found["registries"]["exporter"]["endings"]["sheet"] == ".png"


def test_a_broken_entry_is_told(capsys, monkeypatch):
    registry = Registry.of_kind("loss")
    registry.discover()
    monkeypatch.setitem(registry._broken, "gan_studio.losses.odd", "ImportError: gone")
    unavailable = held(capsys)["registries"]["loss"]["unavailable"]
    assert unavailable == {"gan_studio.losses.odd": "ImportError: gone"}


def test_commands_and_resources(capsys):
    found = held(capsys)
    assert found["commands"]["train"] == ""
    assert set(found["commands"].values()) == {""}
    assert {"help/train.md", "icons/app.svg", "lessons/1_idea.json"} <= set(found["resources"])


def test_modules_are_imported_by_name(capsys, tmp_path):
    names = tmp_path / "modules.txt"
    names.write_text("json\njson:dumps\nxml:dom\nno_such_module\njson:no_such_name\n", "utf-8")
    found = held(capsys, "--modules", str(names))["modules"]
    assert [found[name] for name in ("json", "json:dumps", "xml:dom")] == ["", "", ""]
    assert "No module named 'no_such_module'" in found["no_such_module"]
    assert "ModuleNotFoundError" in found["json:no_such_name"]
