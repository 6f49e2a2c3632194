"""Small pieces, by budget: what grows beyond it is split, not allowed for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "gan_studio").rglob("*.py"))
FUNCTION_LINES, CLASS_LINES, FILE_LINES = 60, 300, 600


def length(node):
    return node.end_lineno - node.lineno + 1


@pytest.fixture(scope="module")
def trees():
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in SOURCES}


def too_long(trees, kinds, most):
    return [
        f"{path}:{node.lineno} {node.name} ({length(node)})"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, kinds) and length(node) > most
    ]


def test_functions_are_short(trees):
    assert too_long(trees, (ast.FunctionDef, ast.AsyncFunctionDef), FUNCTION_LINES) == []


def test_classes_are_short(trees):
    assert too_long(trees, ast.ClassDef, CLASS_LINES) == []


def test_files_are_short():
    lines = {path: path.read_text("utf-8").count("\n") for path in SOURCES}
    assert {str(path): count for path, count in lines.items() if count > FILE_LINES} == {}


def test_nothing_is_unpickled(trees):
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [getattr(node, "module", None) or "", *[item.name for item in node.names]]
        if name.partition(".")[0] in ("pickle", "dill", "cloudpickle", "shelve", "joblib")
    ]
    assert found == []


def test_no_family_is_special(trees):
    """The trainer knows phases and pages know capabilities; nobody asks for a family by name."""
    pattern = re.compile(r"(family(_key)?|model\.key)\s*==\s*[\"']")
    found = [f"{path}" for path in SOURCES if pattern.search(path.read_text("utf-8")) is not None]
    assert found == []


def test_the_window_has_no_domain_words():
    text = (ROOT / "gan_studio" / "gui" / "main_window.py").read_text("utf-8").lower()
    assert not re.search(r"\b(latent|discriminator|generator_|epoch|gan\b(?! studio))", text)
