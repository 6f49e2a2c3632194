"""``gan-studio export``: the words, the formats, and one export of each group."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
import torch

from gan_studio.cli import app, export
from gan_studio.core.config import RunConfig
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.exporters.base import EXPORTERS
from gan_studio.models.base import make_family
from gan_studio.training.run_folder import RunFolder

FACTS = {"data_title": "Digits", "sample_shape": [1, 8, 8], "class_names": ["0", "1"]}


@pytest.fixture
def run_dir(tmp_path):
    """A run whose model was never trained."""
    config = assign(RunConfig(), ["model=conditional_gan", "data=digits", "model.latent_dim=3"])
    folder = RunFolder(tmp_path / "digits-run")
    folder.create(config, FACTS, datetime(2026, 11, 20))
    nets = make_family(
        "conditional_gan", config.model.options, SampleSpec((1, 8, 8), ("0", "1"))
    ).build()
    weights = {
        f"net.generator.{key}": value for key, value in nets["generator"].state_dict().items()
    }
    counters = {
        "step": 7, "images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1
    }  # fmt: skip
    folder.checkpoints.save(weights, {"rng": torch.zeros(1)}, counters)
    folder.update_manifest(step=7, state="done")
    return folder.path


def studio(capsys, *words):
    """The exit code and what was printed."""
    code = app.main([str(word) for word in words])
    return code, capsys.readouterr()


def test_it_is_listed():
    assert "export" in app.COMMANDS


def test_the_formats_are_listed(capsys):
    code, said = studio(capsys, "export")
    assert code == 0
    assert all(entry.key in said.out for entry in EXPORTERS)
    code, said = studio(capsys, "export", "--json")
    assert set(json.loads(said.out)["entries"]) == {entry.key for entry in EXPORTERS}


def test_samples(capsys, run_dir, tmp_path):
    out = tmp_path / "out"
    words = ("export", run_dir, "--as", "samples", "--out", out, "--count", 3, "--class", "1")
    code, said = studio(capsys, *words, "--seed", 5, "--psi", 0.5, "--json")
    assert code == 0, said.err
    facts = json.loads(said.out)
    assert (facts["out"], facts["count"], facts["step"]) == (str(out), 3, 7)
    about = json.loads((out / "about.json").read_text())
    assert about["settings"] == {"count": 3, "seed": 5, "psi": 0.5, "class_name": "1"}
    assert about["run"] == "digits-run"
    code, said = studio(capsys, *words)
    assert code == 1
    assert "exists already" in said.err


def test_places_of_a_file(capsys, run_dir, tmp_path):
    studio(capsys, "export", run_dir, "--as", "samples", "--out", tmp_path / "a", "--count", 4)
    latents, sheet = tmp_path / "a" / "latents.json", tmp_path / "sheet.png"
    words = ("export", run_dir, "--latents", latents, "--out", sheet)
    code, said = studio(capsys, *words, "--as", "sheet", "--json")
    assert code == 0, said.err
    assert json.loads(said.out)["count"] == 4
    code, said = studio(capsys, *words, "--as", "samples")
    assert code == 2
    assert "--latents: the format “samples” draws by seed alone" in said.err
    again = tmp_path / "again.png"
    words = ("export", run_dir, "--as", "sheet", "--latents", sheet, "--out", again)
    for more in (("--psi", 0.5), ("--class", "1"), ("--seed", 2), ("--set", "count=5")):
        code, said = studio(capsys, *words, *more)
        assert (code, "the file of --latents says that already" in said.err) == (2, True)
    assert not again.exists()
    assert studio(capsys, *words)[0] == 0  # a sheet holds its own latents
    assert again.read_bytes() == sheet.read_bytes()
    words = ("export", run_dir, "--as", "picture", "--latents", sheet, "--out", tmp_path / "p.png")
    code, said = studio(capsys, *words)
    assert (code, "it holds 4 places, where 1 are drawn" in said.err) == (2, True)


def test_names_are_made_where_none_is_given(capsys, run_dir, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _turn in range(2):
        code, said = studio(capsys, "export", run_dir, "--as", "picture")
        assert code == 0, said.err
    assert (tmp_path / "digits-run-picture.png").is_file()
    assert (tmp_path / "digits-run-picture-2.png").is_file()
    assert "Written: digits-run-picture-2.png" in said.out


def test_a_data_set_by_its_own_options(capsys, run_dir, tmp_path):
    words = ("export", run_dir, "--as", "dataset", "--count", 4, "--out", tmp_path / "set")
    code, said = studio(capsys, *words, "--set", "is_balanced=true")
    assert code == 0, said.err
    assert len(list((tmp_path / "set" / "train" / "0").iterdir())) == 2


def test_a_model(capsys, run_dir, tmp_path):
    out = tmp_path / "model"
    code, said = studio(capsys, "export", run_dir, "--as", "torchscript", "--out", out)
    assert code == 0, said.err
    assert "pictures differ from the model's by 0 at most" in said.out
    assert (out / "generator.pt").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("RUN",), "--as: choose one of onnx, torchscript"),
        (("--as", "onnx"), "RUN: say which run"),
        (("RUN", "--as", "onxn"), "Did you mean onnx?"),
        (("RUN", "--as", "onnx", "--psi", "0.5"), "--psi: the format “onnx” has no such option"),
        (("RUN", "--as", "samples", "--psi", "9"), "psi: 9.0 is above 2"),
        (("RUN", "--as", "samples", "--count", "200000"), "count: 200000 is above 100000"),
        (("RUN", "--as", "samples", "--set", "cuont=5"), "did you mean count?"),
        (("RUN", "--as", "sheet", "--out", "a.jpg"), "a.jpg does not end in .png"),
        (("RUN", "--as", "samples", "--class", "9"), "“9” is not one of 0, 1"),
    ],
)
def test_bad_words_are_one_sentence(capsys, run_dir, words, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = studio(capsys, "export", *(run_dir if word == "RUN" else word for word in words))
    assert code == 2
    assert sentence in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits-run"]


def test_progress_on_a_terminal(capsys):
    export.tell(64, 100, "draw")
    export.tell(100, 100, "draw")
    export.tell(1, 0, "trace")
    assert capsys.readouterr().err == (
        "\rDrawing pictures: 64 of 100\rDrawing pictures: 100 of 100\n"
    )
