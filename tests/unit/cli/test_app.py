"""Words, help and exit codes, without any training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gan_studio
from gan_studio.cli import app, main
from gan_studio.core.errors import BadConfig, BadFile, Cancelled, UnknownKey

ROOT = Path(__file__).parents[3]

HELP_WITHOUT_TORCH = """
import contextlib, io, json, sys
from gan_studio.cli import main
from gan_studio.cli.app import COMMANDS

texts = {}
for words in ([], *([name] for name in COMMANDS)):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*words, "--help"]) == 0, words
    texts[" ".join(words)] = out.getvalue()
heavy = {"torch", "numpy", "PIL", "PySide6", "sklearn"} & set(sys.modules)
print(json.dumps([texts, sorted(heavy)]))
"""


@pytest.fixture(scope="module")
def helps():
    done = subprocess.run(
        [sys.executable, "-c", HELP_WITHOUT_TORCH],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def test_help_loads_nothing_heavy(helps):
    assert helps[1] == []


@pytest.mark.parametrize("command", app.COMMANDS)
def test_help_of_a_command(helps, command):
    text = helps[0][command]
    assert text.startswith(f"usage: gan-studio {command}")
    assert ("--json" in text) == (command != "lab")  # which opens a window
    if command != "bench":  # its groups are its examples
        assert "examples:" in text


def test_help_names_every_command_but_the_hidden(helps):
    text = helps[0][""]
    assert all(f"\n    {name} " in text for name in app.COMMANDS)
    assert "worker" not in text


def test_every_field_of_the_training_is_in_the_help(helps):
    assert "train.batch_size = 64  [1 … 8192]" in helps[0]["train"]
    assert "one of constant, linear, cosine" in helps[0]["train"]


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"gan-studio {gan_studio.__version__}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["trian"], "there is no command “trian”: did you mean train? See --help."),
        ([], "COMMAND"),
        (["train", "--steps", "many"], "invalid int value"),
        (["train", "--device", "tpu"], "invalid choice"),
        (["train", "--step", "3"], "unrecognized arguments"),  # no guessing of flags
        (["train", "--famliy", "gan"], "--famliy gan, did you mean --family? See --help."),
        (["sample"], "RUN"),
        (["sample", "run", "--count", "0"], "“0” is not a whole number above 0"),
    ],
)
def test_bad_words(capsys, words, sentence):
    assert main(words) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


def test_other_formats_than_png_are_refused(capsys):
    assert main(["sample", "run", "--out", "grid.jpg"]) == 2
    assert "does not end in .png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (BadConfig("train.steps: 0 is below 1"), 2, "train.steps: 0 is below 1."),
        (
            UnknownKey(kind="family", key="x", suggestion="Known: gan."),
            2,
            "There is no family called “x”. Known: gan.",
        ),
        (BadFile(path="a.png", reason="is cut off"), 1, "a.png: is cut off."),
        (Cancelled(), 130, "Cancelled."),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (PermissionError(13, "Permission denied", "a.png"), 1, "a.png: Permission denied."),
        (RuntimeError("oh"), 1, "RuntimeError: oh. Set GAN_STUDIO_DEBUG=1 to see where."),
    ],
)
def test_errors_are_one_sentence_and_a_code(capsys, monkeypatch, error, code, sentence):
    from gan_studio.cli import presets

    def fail(args):
        raise error

    monkeypatch.delenv("GAN_STUDIO_DEBUG", raising=False)
    monkeypatch.setattr(presets, "run", fail)
    assert main(["presets"]) == code
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


def test_errors_for_machines(capsys, monkeypatch):
    monkeypatch.setenv("GAN_STUDIO_DEBUG", "1")
    assert main(["presets", "nothing", "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"] == "UnknownKey"
    assert "Traceback" in captured.err


def test_a_command_that_is_not_installed(capsys, monkeypatch):
    monkeypatch.setitem(app.COMMANDS, "dance", "dance")
    assert main(["dance"]) == 1
    assert "no command “dance”" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_failure():
    code = "import sys; from gan_studio.cli import main; sys.exit(main(['train', '--help']))"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=buffered,
    ) as process:
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""
