"""Pictures, sheets and folders of samples: the same pixels again, and how they were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.errors import (
    AlreadyThere,
    BadConfig,
    BadLatents,
    Cancelled,
    DiskProblem,
    NoNumbers,
    Unsupported,
)
from gan_studio.exporters import _tables
from gan_studio.exporters._drawing import Plan, drawn, drawn_places
from gan_studio.exporters.base import EXPORTERS, Watch
from gan_studio.exporters.png import laid_out, places_of_png
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.places import Place, Places, read_places
from gan_studio.training.sampling import to_bytes
from tests.unit.exporters.making import (
    NAMES,
    about,
    cancelling_after,
    export,
    filling_disk,
    left_over,
    model,
    pixels,
    table,
)

DRAWN = ("samples", "sheet", "picture")


def draw(bundle, places):
    return np.concatenate([part.pictures for part in drawn_places(bundle, places, Watch())])


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 6, 9)])
@pytest.mark.parametrize("psi", [1.0, 0.6])
def test_a_picture_comes_back_pixel_for_pixel_with_its_place(tmp_path, shape, psi):
    bundle, path = model("autoencoder", shape), tmp_path / "one.png"
    place = Place(np.linspace(-2, 2, 5, dtype=np.float32), psi=psi, name="mine")
    export("picture", bundle, path, places=Places((place,)))
    back = places_of_png(path, 5)
    assert back.items[0].z.tobytes() == place.z.tobytes()
    assert (back.items[0].psi, back.items[0].name) == (psi, "mine")
    assert (back.facts["family"], back.facts["step"]) == ("autoencoder", 100)
    assert np.array_equal(pixels(path), draw(bundle, back)[0])


def test_truncation_brings_pictures_towards_the_mean(tmp_path):
    bundle = model("autoencoder")
    mean, _spread = bundle.latent_range()
    assert mean.abs().max() > 0.01
    export("picture", bundle, tmp_path / "mean.png", psi=0.0)
    assert np.array_equal(pixels(tmp_path / "mean.png"), to_bytes(bundle.generate(mean[None]))[0])


def test_enlarged_pixels_become_squares(tmp_path):
    export("picture", model(), tmp_path / "small.png")
    export("picture", model(), tmp_path / "large.png", multiple=3)
    small, large = pixels(tmp_path / "small.png"), pixels(tmp_path / "large.png")
    assert np.array_equal(large, small.repeat(3, 1).repeat(3, 2))


@pytest.mark.parametrize("count", [1, 70, 130])
def test_a_sheet_comes_back_pixel_for_pixel_with_all_places(tmp_path, count):
    bundle, path = model(), tmp_path / "sheet.png"
    export("sheet", bundle, path, count=count, seed=3, psi=0.7, columns=9)
    back = places_of_png(path, 5)
    assert len(back.items) == count
    assert np.array_equal(pixels(path), laid_out(draw(bundle, back), 9))
    wanted = latents_from_seed(bundle, 3, count).numpy()
    assert np.array_equal(np.stack([place.z for place in back.items]), wanted)


def test_long_latents_survive_in_a_picture(tmp_path):
    """More than Pillow unpacks from one compressed chunk."""
    bundle = model(words=("latent_dim=512",))
    export("sheet", bundle, tmp_path / "sheet.png", count=300)
    back = places_of_png(tmp_path / "sheet.png", 512)
    assert np.array_equal(back.items[299].z, latents_from_seed(bundle, 1, 1, 299).numpy()[0])


def test_pictures_without_latents_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "plain.png"
    with pytest.raises(BadLatents, match="No such file"):
        places_of_png(path, 5)
    path.write_text("no picture")
    with pytest.raises(BadLatents, match="not a PNG"):
        places_of_png(path, 5)
    Image.new("L", (4, 4)).save(path)
    with pytest.raises(BadLatents, match="says nothing of its latents"):
        places_of_png(path, 5)
    export("picture", model(), tmp_path / "five.png")
    with pytest.raises(BadLatents, match="5 numbers where the model takes 6"):
        places_of_png(tmp_path / "five.png", 6)


def test_a_damaged_picture_is_refused_in_a_sentence(tmp_path):
    export("sheet", model(), tmp_path / "whole.png", count=9)
    whole = (tmp_path / "whole.png").read_bytes()
    for length in range(8, len(whole), 97):
        (tmp_path / "part.png").write_bytes(whole[:length])
        try:
            found = places_of_png(tmp_path / "part.png", 5)
        except BadLatents:
            continue
        assert len(found.items) == 9  # the text stood before the damage


def test_a_wide_sheet_has_no_empty_columns(tmp_path):
    export("sheet", model(), tmp_path / "sheet.png", count=3, columns=1024, multiple=32)
    assert pixels(tmp_path / "sheet.png").shape == (1, 256, 3 * 256)


@pytest.mark.parametrize("key", ["picture", "sheet", "samples"])
def test_a_broken_model_is_told(tmp_path, key):
    bundle = model()
    bundle.nets["generator"][0].weight.fill_(float("nan"))
    with pytest.raises(NoNumbers):
        export(key, bundle, tmp_path / "out.png")
    assert left_over(tmp_path) == []


def test_a_sheet_that_nothing_could_open_is_refused(tmp_path):
    with pytest.raises(BadConfig, match="are too many"):
        export("sheet", model(shape=(3, 64, 64)), tmp_path / "s.png", count=1024, multiple=32)
    assert left_over(tmp_path) == []


def test_samples_come_with_a_table_and_can_be_drawn_again(tmp_path):
    bundle, out = model(), tmp_path / "samples"
    exported = export("samples", bundle, out, count=150, seed=4, psi=0.8)
    assert exported.facts["count"] == 150
    rows = table(out / "samples.csv")
    assert [row["file"] for row in rows] == [f"{at:06d}.png" for at in range(150)]
    assert {(row["seed"], row["psi"], row["class"]) for row in rows} == {("4", "0.8", "")}
    z = np.array([[row[f"z{at}"] for at in range(5)] for row in rows], np.float32)
    assert np.array_equal(z, latents_from_seed(bundle, 4, 150).numpy())
    saved = np.stack([pixels(out / row["file"]) for row in rows])
    again = read_places(out / "latents.json", 5)
    assert np.array_equal(draw(bundle, again), saved)
    facts = about(out)
    assert facts["settings"] == {"count": 150, "seed": 4, "psi": 0.8, "class_name": ""}
    assert (facts["family"], facts["data"], facts["step"]) == ("gan", "Stripes", 100)


def test_classes_come_in_turn_or_one_alone(tmp_path):
    bundle = model("conditional_gan")
    export("samples", bundle, tmp_path / "all", count=7)
    rows = table(tmp_path / "all" / "samples.csv")
    assert [row["class"] for row in rows] == [*NAMES, *NAMES, "top"]
    export("samples", bundle, tmp_path / "one", count=3, class_name="middle")
    assert {row["class"] for row in table(tmp_path / "one" / "samples.csv")} == {"middle"}
    places = read_places(tmp_path / "one" / "latents.json", 5, 3)
    assert [place.label for place in places.items] == [1, 1, 1]
    first = pixels(tmp_path / "all" / "000000.png"), pixels(tmp_path / "one" / "000000.png")
    assert not np.array_equal(*first)
    with pytest.raises(BadConfig, match="“left” is not one of top, middle, bottom"):
        export("samples", bundle, tmp_path / "none", class_name="left")
    with pytest.raises(BadConfig, match="takes no class"):
        export("samples", model(), tmp_path / "none", class_name="top")
    assert left_over(tmp_path) == ["all", "one"]


def test_many_latents_become_several_files(tmp_path, monkeypatch):
    monkeypatch.setattr(_tables, "LONGEST_FILE", 2 * 300 * 64)
    bundle = model()
    exported = export("samples", bundle, tmp_path / "samples", count=300)
    assert exported.facts["latents"] == [f"latents-{at:03d}.json" for at in (1, 2, 3, 4, 5)]
    parts = [read_places(tmp_path / "samples" / name, 5) for name in exported.facts["latents"]]
    assert sum(len(part.items) for part in parts) == 300
    assert np.array_equal(draw(bundle, parts[4])[-1], pixels(tmp_path / "samples" / "000299.png"))


def test_batches_are_drawn_one_by_one(tmp_path):
    """Memory does not grow with the count: what was drawn is not kept."""
    alive, most = [], 0
    import weakref

    for batch in drawn(model(), Plan(640), Watch()):
        alive.append(weakref.ref(batch.pictures))
        most = max(most, sum(item() is not None for item in alive))
    assert len(alive) == 10
    assert most <= 2


@pytest.mark.parametrize("key", DRAWN)
def test_nothing_is_overwritten(tmp_path, key):
    out = tmp_path / f"there{EXPORTERS.get(key).target.ending}"
    out.write_text("precious")
    with pytest.raises(AlreadyThere, match="exists already"):
        export(key, model(), out)
    assert out.read_text() == "precious"
    assert left_over(tmp_path) == [out.name]


def test_what_appeared_meanwhile_is_not_overwritten(tmp_path):
    out = tmp_path / "samples"

    def appear(done, total, what):
        if done:
            out.mkdir(exist_ok=True)
            (out / "precious").touch()

    with pytest.raises(AlreadyThere):
        export("samples", model(), out, count=100, watch=Watch(appear))
    assert left_over(tmp_path) == ["samples"]
    assert left_over(out) == ["precious"]


@pytest.mark.parametrize("key", DRAWN)
def test_cancelled_work_leaves_nothing(tmp_path, key):
    calls = 0 if key == "picture" else 1
    with pytest.raises(Cancelled):
        export(
            key,
            model(),
            tmp_path / "out.png",
            watch=cancelling_after(calls),
            **{} if key == "picture" else {"count": 200},
        )
    assert left_over(tmp_path) == []


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    filling_disk(monkeypatch, after=80)
    with pytest.raises(DiskProblem, match="samples cannot be written: the disk is full"):
        export("samples", model(), tmp_path / "samples", count=200)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("key", [entry.key for entry in EXPORTERS])
def test_points_are_refused(tmp_path, key):
    bundle = model("small_gan", (2,), ())
    with pytest.raises(Unsupported, match="draws pictures"):
        export(key, bundle, tmp_path / "out")
    assert left_over(tmp_path) == []


def test_formats_explain_themselves():
    for entry in EXPORTERS:
        assert entry.title
        assert len(entry.help) > 40
        assert entry.extra["group"] in ("model", "samples", "dataset")
    assert EXPORTERS.broken == {}
