"""A synthetic labelled data set: right labels, told doubts, and folders that others can read."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from gan_studio.core.errors import AlreadyThere, Cancelled, DiskProblem
from gan_studio.data.base import DataContext
from gan_studio.data.kinds.image_folder import ImageFolder, ImageFolderOptions
from gan_studio.data.vision import load_torchvision
from gan_studio.diagnostics import classifier, classifier_cache
from gan_studio.diagnostics.classifier import Classifier
from gan_studio.exporters import image_folder
from gan_studio.exporters._drawing import Plan, draw, places_at
from gan_studio.exporters.image_folder import NoClasses, NothingSure, OtherClasses, folder_names
from tests.unit.exporters.making import (
    NAMES,
    about,
    cancelling_after,
    export,
    filling_disk,
    left_over,
    model,
    pixels,
    stripes,
    table,
)


class ByBrightness(Classifier):
    """Class and sureness from the mean pixel, so that tests know them."""

    def __init__(self):
        super().__init__((1, 8, 8), 3)

    def classes(self, pictures):
        means = pictures.flatten(1).mean(1)
        scaled = ((means - means.min()) / (means.max() - means.min() + 1e-9)).clamp(0, 0.999)
        return (scaled * 3).long(), (scaled * 30) % 1


@pytest.fixture
def brightness(monkeypatch):
    """A classifier that needs no training."""

    def train(prepared, *, progress=None, **more):
        progress(0, 1)
        return ByBrightness()

    monkeypatch.setattr("gan_studio.diagnostics.classifier_cache.train_classifier", train)


def prepare(watch):
    return stripes()


def read_back(folder):
    datasets = load_torchvision().datasets
    return datasets.ImageFolder(str(folder))


def test_a_conditional_model_draws_its_classes(tmp_path):
    bundle, out = model("conditional_gan"), tmp_path / "set"
    exported = export("dataset", bundle, out, count=7, seed=3)
    assert exported.facts["counts"] == {"top": 3, "middle": 2, "bottom": 2}
    assert exported.facts["labelled_by"] == "model"
    assert exported.notes == ()
    rows = table(out / "dataset.csv")
    assert [row["class"] for row in rows] == [*NAMES, *NAMES, "top"]
    assert rows[3]["file"] == "train/0-top/000002.png"
    assert {row["sureness"] for row in rows} == {""}
    wanted = draw(bundle, places_at(bundle, Plan(7, 3), 0, 7))
    for row in rows:
        assert np.array_equal(pixels(out / row["file"]), wanted[int(row["index"])])
    assert about(out)["settings"]["seed"] == 3


def test_torchvision_and_gan_studio_read_it(tmp_path):
    """With the classes in the order of the model, though “bottom” sorts before “top”."""
    out = tmp_path / "set"
    export("dataset", model("conditional_gan"), out, count=60)
    found = read_back(out / "train")
    assert found.classes == ["0-top", "1-middle", "2-bottom"]
    assert len(found) == 60
    assert np.bincount(found.targets).tolist() == [20, 20, 20]
    options = ImageFolderOptions(path=str(out / "train"), size=0, held_out=0.0)
    own = ImageFolder(options).prepare(DataContext(tmp_path / "cache"))
    assert own.spec.class_names == ("0-top", "1-middle", "2-bottom")
    assert len(own.train) == 60
    assert own.refused == ()


@pytest.mark.usefixtures("brightness")
def test_doubtful_pictures_are_left_out_and_counted(tmp_path):
    out = tmp_path / "set"
    exported = export("dataset", model(), out, prepare=prepare, count=100, sureness=0.5)
    rows = table(out / "dataset.csv")
    assert len(rows) == exported.facts["count"] == 100
    assert all(float(row["sureness"]) >= 0.5 for row in rows)
    assert exported.facts["doubtful"] > 20
    assert exported.facts["drawn"] == 100 + exported.facts["doubtful"]
    assert f"{exported.facts['doubtful']} doubtful pictures were left out." in exported.notes
    assert exported.facts["labelled_by"] == "classifier"
    assert 0 <= exported.facts["classifier_accuracy"] <= 1
    drawn = draw(model(), places_at(model(), Plan(64), 0, 64))
    for row in rows:
        if int(row["index"]) < 64:
            assert np.array_equal(pixels(out / row["file"]), drawn[int(row["index"])])


@pytest.mark.usefixtures("brightness")
def test_balanced_on_request(tmp_path):
    own = export("dataset", model(), tmp_path / "own", prepare=prepare, count=60, sureness=0.0)
    assert len(set(own.facts["counts"].values())) > 1
    even = export(
        "dataset",
        model(),
        tmp_path / "even",
        prepare=prepare,
        count=61,
        sureness=0.0,
        is_balanced=True,
    )
    assert even.facts["counts"] == {"top": 21, "middle": 20, "bottom": 20}
    assert even.facts["surplus"] > 0


@pytest.mark.usefixtures("brightness")
def test_what_cannot_be_filled_ends_and_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(
        ByBrightness,
        "classes",
        lambda self, pictures: (
            torch.zeros(len(pictures), dtype=torch.int64),
            torch.ones(len(pictures)),
        ),
    )
    exported = export(
        "dataset", model(), tmp_path / "set", prepare=prepare, count=60, is_balanced=True
    )
    assert exported.facts["count"] == 20
    assert exported.facts["drawn"] == 60 * image_folder.TRIES
    assert "Only 20 of 60 pictures came together." in exported.notes
    assert "Without a single picture: middle, bottom." in exported.notes
    assert read_back(tmp_path / "set" / "train").classes == ["0-top"]  # no empty class folders


@pytest.mark.usefixtures("brightness")
def test_nothing_sure_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(
        ByBrightness,
        "classes",
        lambda self, pictures: (
            torch.zeros(len(pictures), dtype=torch.int64),
            torch.full((len(pictures),), float("nan")),
        ),
    )
    with pytest.raises(NothingSure, match="None of 1280 pictures"):
        export("dataset", model(), tmp_path / "set", prepare=prepare, count=64, sureness=0.0)
    assert left_over(tmp_path) == []


def test_a_real_classifier_labels(tmp_path, monkeypatch):
    """A decoder that paints stripes: which third is bright follows from z, so labels are known."""
    bundle = model("autoencoder", words=("latent_dim=3", "depth=0"))
    linear = bundle.nets["decoder"][0]
    linear.weight.zero_()
    linear.bias.fill_(-3.0)
    quick = partial(classifier.train_classifier, min_steps=300)
    monkeypatch.setattr(classifier_cache, "train_classifier", quick)
    for label in range(3):
        rows = torch.zeros(1, 8, 8)
        rows[:, label * 8 // 3 : (label + 1) * 8 // 3] = 1
        linear.weight[:, label] = 4 * rows.flatten()
    out = tmp_path / "set"
    exported = export("dataset", bundle, out, prepare=prepare, count=60, sureness=0.98)
    assert exported.facts["classifier_accuracy"] == 1.0
    assert exported.facts["doubtful"] > 0
    plain = 0
    for row in table(out / "dataset.csv"):
        picture = pixels(out / row["file"])[0].astype(float)
        thirds = [picture[at * 8 // 3 : (at + 1) * 8 // 3].mean() for at in range(3)]
        if sorted(thirds)[1] < 60 < 150 < max(thirds):  # one stripe, as in the data
            plain += 1
            assert thirds[int(row["label"])] == max(thirds)
    assert plain > 5


def test_data_that_has_changed_since_labels_nothing(tmp_path):
    """Its classifier would call pictures by classes that the model does not have."""
    bundle = model(names=("top", "bottom"))
    with pytest.raises(OtherClasses, match="no longer has the classes"):
        export("dataset", bundle, tmp_path / "set", prepare=prepare)
    assert left_over(tmp_path) == []


def test_without_classes_nobody_can_label(tmp_path):
    with pytest.raises(NoClasses, match="has no classes"):
        export("dataset", model(names=()), tmp_path / "set", prepare=prepare)
    with pytest.raises(NoClasses):
        export("dataset", model(), tmp_path / "set")
    assert left_over(tmp_path) == []


def test_cancelled_while_the_classifier_learns_leaves_nothing(tmp_path):
    watch = cancelling_after(2, "learn")
    with pytest.raises(Cancelled):
        export("dataset", model(), tmp_path / "set", prepare=prepare, watch=watch)
    assert left_over(tmp_path) == []


@pytest.mark.usefixtures("brightness")
def test_cancelled_while_it_draws_leaves_nothing(tmp_path):
    watch = cancelling_after(2)
    with pytest.raises(Cancelled):
        export("dataset", model(), tmp_path / "set", prepare=prepare, watch=watch)
    assert left_over(tmp_path) == []


def test_a_full_disk_leaves_nothing_and_nothing_is_overwritten(tmp_path, monkeypatch):
    filling_disk(monkeypatch, after=40)
    bundle = model("conditional_gan")
    with pytest.raises(DiskProblem, match="the disk is full"):
        export("dataset", bundle, tmp_path / "set", count=100)
    assert left_over(tmp_path) == []
    (tmp_path / "set").mkdir()
    with pytest.raises(AlreadyThere):
        export("dataset", bundle, tmp_path / "set", count=10)


@pytest.mark.parametrize(
    ("names", "folders"),
    [
        (("0", "1", "2"), ["0", "1", "2"]),
        (("ant", "bee"), ["ant", "bee"]),
        (("bee", "ant"), ["0-bee", "1-ant"]),
        (("T-shirt/top", "Trouser"), ["T-shirt-top", "Trouser"]),
        (("A", "a"), ["0-A", "1-a"]),
        (("con", "x"), ["0-con", "1-x"]),
        (("", "…"), ["0", "1"]),
        (("../up", "b"), ["0-up", "1-b"]),
        (tuple(str(at) for at in range(11)), [f"{at:02d}-{at}" for at in range(11)]),
    ],
)
def test_folders_are_legal_and_sorted_like_the_classes(names, folders):
    assert folder_names(names) == folders
    assert sorted(folders) == folders
