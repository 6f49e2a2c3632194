"""A folder of pictures, as people have them."""

import errno
import json
import os

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.errors import BadConfig, BadData, Cancelled, DiskProblem
from gan_studio.data.base import DATASETS, DataContext, choose_source
from gan_studio.data.kinds import image_folder
from gan_studio.data.kinds.image_folder import ImageFolder, ImageFolderOptions
from tests.unit.data.making import picture, save_pictures


def prepare(folder, context, **options):
    return ImageFolder(ImageFolderOptions(path=str(folder), **options)).prepare(context)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my pictures"


def test_a_folder_is_recognised_and_read(folder, context):
    save_pictures(folder, count=20)
    key, options = choose_source(folder)
    assert key == "folder"
    prepared = DATASETS.get(key).target(options).prepare(context)
    assert prepared.title == "my pictures"
    assert prepared.spec.shape == (3, 32, 32)
    assert prepared.spec.class_names == ()
    assert prepared.train.labels is None
    assert (len(prepared.train), len(prepared.held_out)) == (18, 2)
    assert (prepared.refused, prepared.notes, prepared.flip) == ((), (), False)


@pytest.mark.parametrize("content", [None, "notes.txt", ".hidden.png"])
def test_a_folder_without_pictures(folder, context, content):
    folder.mkdir()
    if content:
        (folder / content).write_bytes(b"x")
    with pytest.raises(BadData, match=r"no pictures in it.*Choose a folder"):
        prepare(folder, context)


def test_a_folder_that_is_not_there(folder, context):
    with pytest.raises(BadData, match="no such folder"):
        prepare(folder, context)
    with pytest.raises(BadData, match="no folder is chosen"):
        prepare("", context)


def test_one_picture_is_too_few(folder, context):
    save_pictures(folder, count=1)
    with pytest.raises(BadData, match=r"only 1 usable picture\. .*at least two"):
        prepare(folder, context)


def test_one_usable_picture_is_too_few(folder, context):
    save_pictures(folder, count=1)
    (folder / "list.png").write_text("milk, bread")
    with pytest.raises(BadData, match="only 1 usable picture besides 1 that cannot be used"):
        prepare(folder, context)


def test_no_usable_picture(folder, context):
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_text("milk, bread")
    with pytest.raises(BadData, match=r"none of its 2 pictures.*a\.png: it is not a picture"):
        prepare(folder, context)


def test_no_picture_that_decodes(folder, context):
    save_pictures(folder, count=3, width=200, height=200)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(BadData, match="none of its 3 pictures"):
        prepare(folder, context)


def test_two_pictures_are_enough(folder, context):
    prepared = prepare(save_pictures(folder, count=2), context, held_out=0.5)
    assert (len(prepared.train), len(prepared.held_out)) == (2, 0)


def test_what_cannot_be_used_is_listed_and_the_rest_goes_on(folder, context):
    save_pictures(folder, count=8)
    (folder / "list.png").write_text("milk, bread")
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    picture(200, 200).save(folder / "broken.png")
    (folder / "broken.png").write_bytes((folder / "broken.png").read_bytes()[:400])
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    frames = [picture(seed=seed) for seed in range(3)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    (folder / "readme.txt").write_text("hello")
    (folder / ".DS_Store").write_bytes(b"x")
    prepared = prepare(folder, context)
    assert [item.path for item in prepared.refused] == [
        "broken.png",
        "dot.png",
        "gone.png",
        "list.png",
        "phone.heic",
    ]
    assert all(item.reason and not item.reason.endswith(".") for item in prepared.refused)
    assert len(prepared.train) + len(prepared.held_out) == 9
    assert prepared.notes == (
        "Animations of which only the first frame is used: 1.",
        "Files that were passed over because they are no pictures: 2.",
    )


def test_mixed_sizes_and_modes_become_one(folder, context):
    folder.mkdir()
    for number, mode in enumerate(("RGB", "L", "P", "RGBA", "CMYK", "I;16")):
        image = picture(30 + 20 * number, 100 - 10 * number, "I" if mode == "I;16" else mode)
        image.convert(mode).save(folder / f"{number}.{'tif' if mode == 'CMYK' else 'png'}")
    prepared = prepare(folder, context)
    assert prepared.train.samples.shape[1:] == prepared.spec.shape == (3, 32, 32)
    assert prepared.refused == ()


def test_subfolders_are_classes_however_deep_their_pictures_lie(folder, context):
    save_pictures(folder / "cats", count=10)
    save_pictures(folder / "dogs" / "large" / "brown", count=20)
    (folder / "empty").mkdir()
    save_pictures(folder / ".thumbnails", count=3)
    prepared = prepare(folder, context, held_out=0.2)
    assert prepared.spec.class_names == ("cats", "dogs")
    assert np.bincount(prepared.train.labels).tolist() == [8, 16]
    assert np.bincount(prepared.held_out.labels).tolist() == [2, 4]


@pytest.mark.parametrize("beside", [True, False])
def test_no_classes_with_pictures_beside_or_a_single_subfolder(folder, context, beside):
    save_pictures(folder / "cats")
    if beside:
        save_pictures(folder / "dogs")
        save_pictures(folder, count=1)
    prepared = prepare(folder, context)
    assert (prepared.spec.class_names, prepared.train.labels) == ((), None)


def test_a_class_without_a_usable_picture_is_none(folder, context):
    for name in ("ants", "cats", "dogs"):
        save_pictures(folder / name)
    for path in (folder / "ants").iterdir():
        path.write_text("milk, bread")
    prepared = prepare(folder, context)
    assert prepared.spec.class_names == ("cats", "dogs")
    assert set(prepared.train.labels.tolist()) == {0, 1}


@pytest.mark.parametrize(
    ("side", "size"), [(12, 28), (28, 28), (31, 28), (40, 32), (72, 64), (127, 64), (300, 128)]
)
def test_the_size_is_chosen_by_the_pictures(folder, context, side, size):
    save_pictures(folder, count=3, width=side, height=side + 5)
    assert prepare(folder, context).spec.shape == (3, size, size)


@pytest.mark.parametrize("size", [28, 16, 48])
def test_the_size_can_be_given(folder, context, size):
    save_pictures(folder)
    assert prepare(folder, context, size=size).spec.shape == (3, size, size)


def test_a_size_that_no_family_takes(folder, context):
    save_pictures(folder)
    with pytest.raises(BadConfig, match=r"data\.size: 30"):
        prepare(folder, context, size=30)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(("channels", "count"), [("auto", 0), ("grey", 1), ("colour", 3)])
def test_channels(folder, context, mode, channels, count):
    save_pictures(folder, mode=mode)
    expected = count or (1 if mode == "L" else 3)
    assert prepare(folder, context, channels=channels).spec.shape[0] == expected


def test_grey_pictures_saved_in_colour_count_as_grey(folder, context):
    folder.mkdir()
    for seed in range(4):
        picture(seed=seed).convert("L").convert("RGB").save(folder / f"{seed}.jpg")
    assert prepare(folder, context).spec.shape[0] == 1


def test_the_cache_is_used_the_second_time(folder, context, monkeypatch):
    save_pictures(folder, count=10)
    first = prepare(folder, context)
    monkeypatch.setattr(image_folder, "_plan", lambda *_: pytest.fail("decoded again"))
    second = prepare(folder, context)
    assert second.fingerprint == first.fingerprint
    assert np.array_equal(second.train.samples, first.train.samples)
    assert prepare(folder, context, flip=True).flip


def test_a_changed_folder_is_decoded_anew(folder, context):
    save_pictures(folder, count=10)
    first = prepare(folder, context)
    picture(seed=99).save(folder / "new.png")
    assert len(prepare(folder, context).train) > len(first.train)
    os.utime(folder / "new.png", ns=(1, 1))
    (folder / "new.png").unlink()
    assert prepare(folder, context).fingerprint == first.fingerprint


def spoil_pixels(cache):
    content = bytearray((cache / "train.u8").read_bytes())
    content[7] ^= 1
    (cache / "train.u8").write_bytes(content)


def spoil_length(cache):
    (cache / "train.u8").write_bytes((cache / "train.u8").read_bytes()[:-1])


def spoil_index(cache):
    (cache / "index.json").write_text("{")


def spoil_version(cache):
    index = json.loads((cache / "index.json").read_text())
    (cache / "index.json").write_text(json.dumps({**index, "format": 99}))


def spoil_kind(cache):
    (cache / "index.json").write_text("[1, 2]")


@pytest.mark.parametrize(
    "spoil", [spoil_pixels, spoil_length, spoil_index, spoil_version, spoil_kind]
)
def test_a_damaged_cache_is_built_again(folder, context, spoil):
    save_pictures(folder / "a", count=5)
    save_pictures(folder / "b", count=5)
    first = prepare(folder, context)
    [index] = context.cache_dir.rglob("index.json")
    spoil(index.parent)
    assert prepare(folder, context).fingerprint == first.fingerprint
    assert json.loads(index.read_text())["fingerprint"] == first.fingerprint


def test_old_caches_are_forgotten(folder, context):
    save_pictures(folder)
    for size in (16, 28, 32, 48, 64):
        prepare(folder, context, size=size)
    assert len([*context.cache_dir.rglob("index.json")]) == 3


def test_a_cache_that_cannot_be_written_is_done_without(folder, tmp_path):
    save_pictures(folder, count=10)
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    prepared = prepare(folder, DataContext(tmp_path / "cache"))
    assert len(prepared.train) == 9
    assert "could not be kept" in prepared.notes[0]
    assert prepared.fingerprint == prepare(folder, DataContext(tmp_path / "other")).fingerprint


def test_a_full_disk_is_done_without(folder, context, monkeypatch):
    save_pictures(folder, count=10)

    def full(_path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gan_studio.core.paths.sync", full)
    assert len(prepare(folder, context).train) == 9
    assert [path for path in context.cache_dir.rglob("*") if path.is_file()] == []


def test_what_does_not_fit_needs_a_cache(folder, tmp_path, monkeypatch):
    save_pictures(folder)
    monkeypatch.setattr(image_folder, "BUDGET_BYTES", 1000)
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    with pytest.raises(DiskProblem):
        prepare(folder, DataContext(tmp_path / "cache"))


def test_what_does_not_fit_stays_on_the_disk(folder, context, monkeypatch):
    save_pictures(folder, count=10)
    whole = prepare(folder, context)
    monkeypatch.setattr(image_folder, "BUDGET_BYTES", 1000)
    prepared = prepare(folder, context)
    assert prepared.train.is_streamed
    assert isinstance(prepared.train.samples, np.memmap)
    assert prepared.fingerprint == whole.fingerprint
    assert np.array_equal(prepared.train.samples, whole.train.samples)


def test_cancelling_leaves_nothing_half_written(folder, tmp_path):
    save_pictures(folder, count=10)
    told = []
    context = DataContext(
        tmp_path / "cache",
        lambda done, _total, what: told.append((what, done)),
        lambda: ("decode", 4) in told,
    )
    with pytest.raises(Cancelled):
        prepare(folder, context)
    assert [path for path in context.cache_dir.rglob("*") if path.is_file()] == []
    assert {what for what, _done in told} == {"scan", "decode"}


def test_held_out_pictures_are_always_the_same_ones_and_no_others(folder, context, tmp_path):
    save_pictures(folder, count=20)
    first = prepare(folder, context, held_out=0.25)
    again = prepare(folder, DataContext(tmp_path / "elsewhere"), held_out=0.25)
    assert np.array_equal(first.held_out.samples, again.held_out.samples)
    assert len(first.held_out) == 5
    train = {sample.tobytes() for sample in first.train.samples}
    assert not train & {sample.tobytes() for sample in first.held_out.samples}


def test_nothing_need_be_held_out(folder, context):
    prepared = prepare(save_pictures(folder), context, held_out=0.0)
    assert (len(prepared.train), len(prepared.held_out)) == (6, 0)
    assert prepared.held_out.samples.shape == (0, 3, 32, 32)
