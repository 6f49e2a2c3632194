"""IDX files: what is read, and what is refused, naming the file."""

import contextlib
import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gan_studio.core.errors import BadData, BadFile, Cancelled
from gan_studio.data.base import DATASETS, DataContext, choose_source
from gan_studio.data.idx_format import find_idx_files, read_idx
from gan_studio.data.idx_sets import CLOTHING_NAMES, DIGIT_NAMES
from gan_studio.data.kinds.idx import IdxFolder, IdxOptions
from tests.unit.data.making import encode_idx, idx_contents, write_idx_folder


@given(
    array=arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3, max_side=7)),
    packed=st.booleans(),
)
def test_what_was_written_is_read(tmp_path_factory, array, packed):
    path = tmp_path_factory.mktemp("idx") / "file"
    content = encode_idx(array)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert np.array_equal(read_idx(path, array.ndim), array)


@given(cut=st.integers(min_value=0, max_value=39), packed=st.booleans())
def test_no_file_that_was_cut_off_is_taken(tmp_path_factory, cut, packed):
    path = tmp_path_factory.mktemp("idx") / "file"
    content = encode_idx(np.arange(24).reshape(2, 3, 4))[:cut]
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(BadFile, match="file"):
        read_idx(path, 3)


@given(content=st.binary(max_size=64))
def test_any_bytes_are_an_array_or_a_bad_file(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(content)
    # Any other error would fail the test.
    with contextlib.suppress(BadFile):
        assert read_idx(path, 1).ndim == 1


IMAGES = encode_idx(np.zeros((2, 3, 3)))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX file"),
        (b"hello world", "not an IDX file"),
        (b"\0\0\x0d\x03" + IMAGES[4:], "not unsigned bytes"),
        (b"\0\0\x08\x01" + IMAGES[4:], "1 dimension instead of 3"),
        (IMAGES[:9], "within its header"),
        (IMAGES[:-1], "after 17 of 18 bytes"),
        (IMAGES + b"x", "goes on after"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 2**31, 2**31), "too many"),
        (gzip.compress(IMAGES)[:-9], "packed file"),
        (gzip.compress(IMAGES)[:-8] + b"\0" * 8, "packed file is damaged"),
        (b"\x1f\x8b" + b"\xff" * 30, "packed file is damaged"),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(tmp_path, content, reason):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=reason) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)


def test_reading_can_be_cancelled(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(IMAGES)
    with pytest.raises(Cancelled):
        read_idx(path, 3, lambda: True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dots", [False, True])
def test_a_folder_is_recognised_as_it_stands(tmp_path, context, packed, dots):
    folder = write_idx_folder(tmp_path / "my digits", packed=packed, dots=dots)
    key, options = choose_source(folder)
    assert (key, options) == ("idx", IdxOptions(str(folder)))
    prepared = DATASETS.get(key).target(options).prepare(context)
    assert prepared.spec.shape == (1, 28, 28)
    assert prepared.spec.class_names == DIGIT_NAMES
    assert prepared.title == "my digits"
    assert prepared.train.samples.shape == (20, 1, 28, 28)
    assert prepared.held_out.samples.shape == (6, 1, 28, 28)
    assert prepared.train.labels.dtype == np.int64


def test_a_plain_file_wins_over_its_packed_twin(tmp_path):
    folder = write_idx_folder(tmp_path)
    write_idx_folder(tmp_path, packed=True)
    assert {path.suffix for path in find_idx_files(folder).values()} == {""}


def test_other_folders_are_left_to_others(tmp_path):
    assert IdxFolder.recognise(tmp_path) is None
    assert IdxFolder.recognise(tmp_path / "missing") is None


def test_a_missing_file_is_named(tmp_path, context):
    folder = write_idx_folder(tmp_path)
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(BadData, match="t10k-labels"):
        IdxFolder(IdxOptions(str(folder))).prepare(context)


def test_labels_have_to_fit_the_pictures(tmp_path, context):
    folder = write_idx_folder(tmp_path)
    (folder / "train-labels-idx1-ubyte").write_bytes(idx_contents(train=19)["train-labels"])
    with pytest.raises(BadFile, match="differ in number: 19 and 20"):
        IdxFolder(IdxOptions(str(folder))).prepare(context)


def test_held_out_pictures_have_the_size_of_the_others(tmp_path, context):
    folder = write_idx_folder(tmp_path)
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx_contents(size=16)["test-images"])
    with pytest.raises(BadFile, match="another size"):
        IdxFolder(IdxOptions(str(folder))).prepare(context)


@pytest.mark.parametrize(("train", "reason"), [(0, "fewer than two"), (1, "fewer than two")])
def test_one_picture_is_too_few(tmp_path, context, train, reason):
    folder = write_idx_folder(tmp_path, train=train)
    with pytest.raises(BadData, match=reason):
        IdxFolder(IdxOptions(str(folder))).prepare(context)


@pytest.mark.parametrize("path", ["", "/there/is/no/such/folder"])
def test_a_folder_has_to_be_there(context, path):
    with pytest.raises(BadData, match="folder"):
        IdxFolder(IdxOptions(path)).prepare(context)


def test_more_than_ten_labels_are_more_than_ten_classes(tmp_path, context):
    folder = write_idx_folder(tmp_path)
    labels = encode_idx(np.arange(20))
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    prepared = IdxFolder(IdxOptions(str(folder))).prepare(context)
    assert prepared.spec.class_names == tuple(str(number) for number in range(20))


def test_clothes_are_named_by_the_folder(tmp_path, context):
    folder = write_idx_folder(tmp_path / "fashion-mnist")
    prepared = IdxFolder(IdxOptions(str(folder))).prepare(context)
    assert prepared.spec.class_names == CLOTHING_NAMES


@pytest.mark.data
def test_the_real_mnist(mnist_dir, tmp_path):
    prepared = IdxFolder(IdxOptions(str(mnist_dir))).prepare(DataContext(tmp_path))
    assert (len(prepared.train), len(prepared.held_out)) == (60_000, 10_000)
    assert prepared.spec.class_names == DIGIT_NAMES
    assert prepared.train.labels[:5].tolist() == [5, 0, 4, 1, 9]


@pytest.mark.data
def test_the_real_clothes_are_known_whatever_their_folder_is_called(fashion_dir, tmp_path):
    other = tmp_path / "copied"
    other.mkdir()
    for path in find_idx_files(fashion_dir).values():
        (other / path.name).symlink_to(path.resolve())
    prepared = IdxFolder(IdxOptions(str(other))).prepare(DataContext(tmp_path))
    assert prepared.spec.class_names == CLOTHING_NAMES
