"""Generators that run elsewhere: they draw the same, or are not kept; their scripts run."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_studio.core.errors import (
    AlreadyThere,
    Cancelled,
    DiskProblem,
    MissingLibrary,
    NoNumbers,
    StudioError,
)
from gan_studio.exporters import _programs
from gan_studio.exporters import onnx as onnx_format
from gan_studio.exporters._drawing import Plan, draw, places_at
from gan_studio.exporters._programs import CheckFailed, NotTraceable, drawing_of
from gan_studio.exporters.base import EXPORTERS
from gan_studio.exporters.png import laid_out
from tests.unit.exporters.making import (
    cancelling_after,
    export,
    filling_disk,
    left_over,
    model,
    pixels,
)

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

MODELS = [entry.key for entry in EXPORTERS if entry.extra["group"] == "model"]
FILES = {"onnx": "generator.onnx", "torchscript": "generator.pt", "pt2": "generator.pt2"}
SCRIPTS = {"onnx": "sample_onnx.py", "torchscript": "sample_torchscript.py", "pt2": "sample_pt2.py"}
READERS = ["onnx", "onnxruntime"]

every_model = pytest.mark.parametrize("key", MODELS)


@pytest.fixture(params=READERS)
def reader(request, monkeypatch):
    """ONNX files are read again by the reference, or by what most people run."""
    find = importlib.util.find_spec
    if request.param == "onnx":
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *more: None if name == "onnxruntime" else find(name, *more),
        )
    elif find("onnxruntime") is None:
        pytest.skip("onnxruntime is not installed")
    return request.param


@pytest.mark.parametrize("family", ["gan", "dcgan", "conv_autoencoder", "conditional_gan"])
def test_both_readers_of_onnx_agree_with_torch(tmp_path, reader, family):
    shape = (1, 16, 16) if family == "dcgan" else (1, 9, 9)
    words = ("latent_dim=5", *(["channels=8"] if family in ("dcgan", "conv_autoencoder") else []))
    exported = export("onnx", model(family, shape, words=words), tmp_path / "out")
    assert exported.facts["read_by"] == reader
    assert exported.facts["max_difference"] <= 1e-4
    assert f"Read again by {reader}" in exported.notes[0]


def test_onnx_says_what_it_needs(tmp_path):
    bundle = model("autoencoder")
    export("onnx", bundle, tmp_path / "out")
    read = onnx.load(tmp_path / "out" / "generator.onnx")
    facts = json.loads({item.key: item.value for item in read.metadata_props}["gan_studio"])
    assert (facts["family"], facts["data"], facts["step"]) == ("autoencoder", "Stripes", 100)
    assert (facts["prior"], facts["latent_dim"], facts["takes_class"]) == ("encoded", 5, False)
    assert facts["classes"] == ["top", "middle", "bottom"]
    mean, spread = bundle.latent_range()
    assert torch.tensor(facts["mean"]).equal(mean)
    assert torch.tensor(facts["spread"]).equal(spread)
    shapes = [
        [axis.dim_param or axis.dim_value for axis in item.type.tensor_type.shape.dim]
        for item in (*read.graph.input, *read.graph.output)
    ]
    assert shapes == [["N", 5], ["N", 1, 8, 8]]


@every_model
def test_only_the_nets_that_draw_are_taken(tmp_path, key):
    bundle = model("autoencoder", (1, 8, 8))
    assert set(drawing_of(bundle).nets) == {"decoder"}
    decoder = sum(item.numel() for item in bundle.nets["decoder"].parameters())
    export(key, bundle, tmp_path / "out")
    size = (tmp_path / "out" / FILES[key]).stat().st_size
    assert 4 * decoder < size < 4 * decoder + 100_000


def test_the_model_itself_is_left_alone(tmp_path):
    bundle = model("dcgan", (1, 16, 16), words=("latent_dim=5", "channels=8"))
    before = {key: value.clone() for key, value in bundle.nets["generator"].state_dict().items()}
    stream = torch.random.get_rng_state()
    for key in MODELS:
        export(key, bundle, tmp_path / key)
    after = bundle.nets["generator"].state_dict()
    assert all(value.equal(before[key]) for key, value in after.items())
    assert not bundle.nets["generator"].training
    assert torch.random.get_rng_state().equal(stream)


@every_model
def test_another_drawing_is_an_error_and_leaves_nothing(tmp_path, key, monkeypatch):
    write = EXPORTERS.get(key).target.model_bytes

    def with_other_weights(self, bundle, drawing):
        other = drawing_of(model(seed=2))
        return write(self, bundle, other)

    monkeypatch.setattr(EXPORTERS.get(key).target, "model_bytes", with_other_weights)
    with pytest.raises(CheckFailed, match=r"pixels differ by up to .* where 0\.0001 is allowed"):
        export(key, model(), tmp_path / "out")
    assert left_over(tmp_path) == []


class Batchwise(nn.Module):
    """Looks at the whole batch, which a trace with two pictures cannot know."""

    def forward(self, z):
        return z if len(z) <= 2 else -z


@pytest.mark.parametrize("key", ["onnx", "torchscript"])
def test_a_frozen_batch_size_is_found(tmp_path, key):
    bundle = model()
    bundle.nets["generator"].append(Batchwise())
    with pytest.raises(StudioError, match=r"does not draw what the model draws|cannot be written"):
        export(key, bundle, tmp_path / "out")
    assert left_over(tmp_path) == []


class Untraceable(nn.Module):
    def forward(self, z):
        return torch.linalg.eigvals(z.flatten(1)[:, :4].reshape(-1, 2, 2)).real.mean() + z


def test_a_layer_that_onnx_does_not_have_is_one_sentence(tmp_path):
    bundle = model()
    bundle.nets["generator"].append(Untraceable())
    with pytest.raises(NotTraceable, match="This model cannot be written as ONNX"):
        export("onnx", bundle, tmp_path / "out")
    assert left_over(tmp_path) == []


@every_model
def test_a_broken_model_is_told(tmp_path, key):
    bundle = model()
    bundle.nets["generator"][0].weight.fill_(float("nan"))
    with pytest.raises(NoNumbers):
        export(key, bundle, tmp_path / "out")
    assert left_over(tmp_path) == []


@every_model
@pytest.mark.parametrize("calls", [0, 1, 3])
def test_cancelled_work_leaves_nothing(tmp_path, key, calls):
    with pytest.raises(Cancelled):
        export(key, model(), tmp_path / "out", watch=cancelling_after(calls, "check"))
    assert left_over(tmp_path) == []


@every_model
@pytest.mark.parametrize("after", [0, 1])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, key, after, monkeypatch):
    filling_disk(monkeypatch, after)
    with pytest.raises(DiskProblem, match="the disk is full"):
        export(key, model(), tmp_path / "out")
    assert left_over(tmp_path) == []


@every_model
def test_nothing_is_overwritten(tmp_path, key):
    (tmp_path / "out").mkdir()
    with pytest.raises(AlreadyThere):
        export(key, model(), tmp_path / "out")
    assert left_over(tmp_path / "out") == []


def test_without_the_library_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingLibrary, match="pip install onnx"):
        export("onnx", model(), tmp_path / "out")
    assert left_over(tmp_path) == []


def run_script(folder, name, *words):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(folder / name), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(key):
    if key == "onnx":
        pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def close(left, right):
    return np.abs(left.astype(int) - right.astype(int)).max() <= 1


@every_model
def test_the_script_beside_it_draws_a_grid(tmp_path, key):
    needs(key)
    bundle, out = model("conditional_gan"), tmp_path / "out"
    export(key, bundle, out)
    said = run_script(out, SCRIPTS[key], "--count", "5", "--seed", "7", "--class", "middle")
    assert "5 pictures of conditional_gan, step 100: grid.png" in said
    with Image.open(out / "grid.png") as image:
        assert image.size == (2 * 8, 3 * 8)
    if key != "onnx":  # numpy draws other numbers than torch
        pictures = draw(bundle, places_at(bundle, Plan(5, 7, label=1), 0, 5))
        assert close(pixels(out / "grid.png"), laid_out(pictures))


@every_model
def test_the_script_beside_it_draws_saved_places(tmp_path, key):
    needs(key)
    bundle, out = model("autoencoder", (3, 8, 8)), tmp_path / "out"
    export(key, bundle, out)
    export("samples", bundle, tmp_path / "samples", count=4, psi=0.5)
    run_script(out, SCRIPTS[key], "--latents", str(tmp_path / "samples" / "latents.json"))
    saved = np.stack([pixels(tmp_path / "samples" / f"{at:06d}.png") for at in range(4)])
    assert close(pixels(out / "grid.png"), laid_out(saved))


@every_model
def test_the_script_says_what_it_needs(tmp_path, key):
    export(key, model(), tmp_path / "out")
    text = (tmp_path / "out" / SCRIPTS[key]).read_text("utf-8")
    head = text.split("# ///")[1]
    wanted = set(re.findall(r'"([\w.]+>=[\d.]+)"', head))
    assert wanted
    # The same in the words for people, and nothing else is imported.
    assert wanted == set(re.findall(r'"([\w.]+>=[\d.]+)"', text.split('"""')[1]))
    names = {item.split(">")[0].replace("pillow", "PIL") for item in wanted}
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported - set(sys.stdlib_module_names) == names
    assert "MODEL_FILE" not in text
    assert FILES[key] in text
    if key != "onnx":
        assert "torch>=" + ".".join(torch.__version__.split(".")[:2]) in text


def test_warnings_of_old_formats_stay_inside(tmp_path, recwarn):
    for key in MODELS:
        export(key, model(), tmp_path / key)
    assert not recwarn.list


def test_the_limit_is_the_promised_one():
    assert _programs.LIMIT == 1e-4
    assert onnx_format.SLOW_COUNT >= 4
