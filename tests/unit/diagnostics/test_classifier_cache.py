"""A classifier is trained once for a data set."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from gan_studio.core.samples import SampleSpec
from gan_studio.diagnostics import classifier_cache
from gan_studio.diagnostics.classifier import Classifier
from gan_studio.diagnostics.classifier_cache import known_classifier


@pytest.fixture
def trained(monkeypatch):
    """How often a classifier was trained; it is only made here."""
    made = []

    def train(prepared, *, progress=None):
        with torch.random.fork_rng():
            torch.manual_seed(len(made))
            made.append(Classifier(prepared.spec.shape, len(prepared.spec.class_names)))
        return made[-1].eval().requires_grad_(False)

    monkeypatch.setattr(classifier_cache, "train_classifier", train)
    return made


def some_data(fingerprint="a" * 64, names=("one", "two")):
    spec = SampleSpec((1, 8, 8), names)
    labels = np.zeros(4, np.int64)
    return SimpleNamespace(
        spec=spec, fingerprint=fingerprint, train=SimpleNamespace(labels=labels), title="Some"
    )


def test_the_second_time_it_is_read(tmp_path, trained):
    first = known_classifier(some_data(), tmp_path)
    state = torch.get_rng_state()
    second = known_classifier(some_data(), tmp_path)
    assert len(trained) == 1
    assert torch.equal(torch.get_rng_state(), state)  # looking draws nothing
    pictures = torch.rand(3, 1, 8, 8)
    assert torch.equal(first(pictures), second(pictures))
    assert not any(parameter.requires_grad for parameter in second.parameters())


def test_other_data_and_other_classes_are_learned(tmp_path, trained):
    known_classifier(some_data(), tmp_path)
    known_classifier(some_data("b" * 64), tmp_path)
    known_classifier(some_data(names=("one", "two", "three")), tmp_path)
    known_classifier(some_data(), None)
    assert len(trained) == 4


def test_a_damaged_file_is_trained_anew(tmp_path, trained):
    known_classifier(some_data(), tmp_path)
    (file,) = tmp_path.rglob("*.safetensors")
    file.write_bytes(file.read_bytes()[:40])
    known_classifier(some_data(), tmp_path)
    known_classifier(some_data(), tmp_path)
    assert len(trained) == 2


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path, trained):
    (tmp_path / "classifiers").write_text("a file in its place")
    known_classifier(some_data(), tmp_path)
    assert len(trained) == 1
