"""Downloads, from a server on this machine: whole and verified, or nothing at all."""

import errno
import gzip
import hashlib
import io
import tarfile

import numpy as np
import pytest

from gan_studio.core.errors import BadData, BadFile, Cancelled, DiskProblem, DownloadFailed
from gan_studio.data.base import DataContext, choose_source
from gan_studio.data.downloads import Remote, fetch
from gan_studio.data.idx_sets import DIGIT_NAMES, DownloadOptions
from gan_studio.data.kinds.cifar10 import Cifar10
from gan_studio.data.kinds.fashion_mnist import FashionMnist
from gan_studio.data.kinds.mnist import Mnist
from tests.unit.data.making import NAMES, idx_contents, write_idx_folder

CONTENT = bytes(range(256)) * 1000


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def remote(server, content=CONTENT, name="file.bin", **files) -> Remote:
    server.files = {"/good/file.bin": content, **files}
    urls = (f"{server.url}/missing/{name}", f"{server.url}/good/{name}")
    return Remote(name, urls, md5(CONTENT))


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_next_mirror_is_asked_and_progress_is_told(server, tmp_path):
    told = []
    context = DataContext(tmp_path, progress=lambda *what: told.append(what))
    fetch([remote(server)], tmp_path / "to", context, "Things", len(CONTENT))
    assert (tmp_path / "to" / "file.bin").read_bytes() == CONTENT
    assert names(tmp_path / "to") == ["file.bin"]
    assert server.asked == ["/missing/file.bin", "/good/file.bin"]
    assert told[0] == (0, len(CONTENT), "download")
    assert told[-1] == (len(CONTENT), len(CONTENT), "download")
    assert len(told) > 3


def test_what_is_there_already_is_not_fetched_again(server, context, tmp_path):
    (tmp_path / "file.bin").write_bytes(CONTENT)
    fetch([remote(server)], tmp_path, context, "Things")
    assert server.asked == []


def test_a_damaged_file_is_replaced(server, context, tmp_path):
    (tmp_path / "file.bin").write_bytes(CONTENT[:-1])
    fetch([remote(server)], tmp_path, context, "Things")
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], b"<html>please log in</html>", b""])
def test_what_does_not_match_its_checksum_leaves_nothing(server, context, tmp_path, content):
    with pytest.raises(DownloadFailed, match=r"Things \(file.bin\).*404.*checksum"):
        fetch([remote(server, content)], tmp_path / "to", context, "Things")
    assert names(tmp_path / "to") == []


def test_what_was_there_before_survives_a_failed_download(server, context, tmp_path):
    (tmp_path / "file.bin").write_bytes(b"old")
    with pytest.raises(DownloadFailed):
        fetch([remote(server, b"wrong")], tmp_path, context, "Things")
    assert (tmp_path / "file.bin").read_bytes() == b"old"


def test_cancelling_leaves_nothing(server, tmp_path):
    told = []
    context = DataContext(
        tmp_path, lambda done, _total, _what: told.append(done), lambda: max(told) > 0
    )
    with pytest.raises(Cancelled):
        fetch([remote(server)], tmp_path / "to", context, "Things")
    assert names(tmp_path / "to") == []


def test_no_server(context, tmp_path):
    # Port 9 of this machine discards, where anything listens there at all.
    nowhere = Remote("file.bin", ("http://127.0.0.1:9/file.bin",), md5(CONTENT))
    with pytest.raises(DownloadFailed, match="cannot be reached"):
        fetch([nowhere], tmp_path / "to", context, "Things")


@pytest.mark.parametrize(
    ("error", "reason"), [(TimeoutError(), "stopped answering"), (OSError(), "broke off")]
)
def test_a_connection_that_breaks_off(context, tmp_path, error, reason):
    class Breaking(io.BytesIO):
        def read(self, size=-1):
            return super().read(100) or self.fail()

        def fail(self):
            raise error

    source = Remote("file.bin", ("http://somewhere",), md5(CONTENT))
    with pytest.raises(DownloadFailed, match=reason):
        fetch([source], tmp_path / "to", context, "Things", open_url=lambda _: Breaking(b"x" * 250))
    assert names(tmp_path / "to") == []


def test_a_folder_that_cannot_be_written(server, context, tmp_path):
    (tmp_path / "to").write_text("a file stands where the folder should be")
    with pytest.raises(DiskProblem):
        fetch([remote(server)], tmp_path / "to", context, "Things")


def test_a_full_disk_leaves_nothing(server, context, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gan_studio.data.downloads.os.fsync", full)
    with pytest.raises(DiskProblem, match="full"):
        fetch([remote(server)], tmp_path / "to", context, "Things")
    assert names(tmp_path / "to") == []


def offer_idx(server, monkeypatch, kind):
    remotes = []
    for part, content in idx_contents().items():
        packed = gzip.compress(content)
        server.files[f"/{NAMES[part]}.gz"] = packed
        url = f"{server.url}/{NAMES[part]}.gz"
        remotes.append(Remote(f"{NAMES[part]}.gz", (url,), md5(packed)))
    monkeypatch.setattr(kind, "remotes", lambda self: tuple(remotes))


@pytest.mark.parametrize("kind", [Mnist, FashionMnist])
def test_idx_sets_are_fetched_once_and_healed(server, context, monkeypatch, kind):
    offer_idx(server, monkeypatch, kind)
    source = kind(DownloadOptions())
    assert not source.is_here(context)
    prepared = source.prepare(context)
    assert prepared.spec.class_names == kind.class_names
    assert source.is_here(context)
    assert len(server.asked) == 4
    assert source.prepare(context).fingerprint == prepared.fingerprint
    assert len(server.asked) == 4
    spoilt = next(context.cache_dir.rglob("train-images*.gz"))
    spoilt.write_bytes(spoilt.read_bytes()[:-20])
    assert source.prepare(context).fingerprint == prepared.fingerprint
    assert len(server.asked) == 5


def test_torchvision_lists_what_is_fetched():
    for kind, host in ((Mnist, "mnist"), (FashionMnist, "fashion-mnist")):
        remotes = kind(DownloadOptions()).remotes()
        assert {item.name for item in remotes} == {f"{name}.gz" for name in NAMES.values()}
        assert all(host in url for item in remotes for url in item.urls)
        assert all(len(item.md5) == 32 for item in remotes)
    [archive] = Cifar10(DownloadOptions()).remotes()
    assert archive.urls == ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",)


def test_a_folder_takes_the_place_of_the_download(context, tmp_path):
    source = Mnist(DownloadOptions(str(write_idx_folder(tmp_path / "mine"))))
    assert source.is_here(context)
    prepared = source.prepare(context)
    assert (prepared.title, prepared.spec.class_names) == ("MNIST", DIGIT_NAMES)


def cifar_records(count, seed=0) -> bytes:
    random = np.random.default_rng(seed)
    records = random.integers(0, 256, (count, 3073), dtype=np.uint8)
    records[:, 0] = np.arange(count) % 10
    return records.tobytes()


def cifar_files() -> dict[str, bytes]:
    files = {f"data_batch_{number}.bin": cifar_records(10, number) for number in range(1, 6)}
    return {**files, "test_batch.bin": cifar_records(10)}


def cifar_archive(files) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def cifar_folder(tmp_path):
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    for name, content in cifar_files().items():
        (folder / name).write_bytes(content)
    return folder


def test_cifar10_is_fetched_and_read_without_unpacking(server, context, monkeypatch):
    archive = cifar_archive(cifar_files())
    server.files["/cifar-10-binary.tar.gz"] = archive
    offered = Remote(
        "cifar-10-binary.tar.gz", (f"{server.url}/cifar-10-binary.tar.gz",), md5(archive)
    )
    monkeypatch.setattr(Cifar10, "remotes", lambda self: (offered,))
    monkeypatch.setattr(Cifar10, "archive_md5", md5(archive))
    source = Cifar10(DownloadOptions())
    assert not source.is_here(context)
    prepared = source.prepare(context)
    assert source.is_here(context)
    assert prepared.spec.shape == (3, 32, 32)
    assert (len(prepared.train), len(prepared.held_out)) == (50, 10)
    first = np.frombuffer(cifar_records(10, 1), np.uint8)[1:3073]
    assert np.array_equal(prepared.train.samples[0].reshape(-1), first)
    assert names(context.cache_dir / "downloads" / "CIFAR10") == ["cifar-10-binary.tar.gz"]


def test_an_unpacked_cifar10_is_recognised(cifar_folder, context):
    key, options = choose_source(cifar_folder)
    assert key == "cifar10"
    assert len(Cifar10(options).prepare(context).train) == 50


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (cifar_records(3)[:-1], "cut off"),
        (b"", "cut off"),
        (b"\x0a" + bytes(3072), "label 10"),
    ],
)
def test_a_damaged_cifar10_file_is_named(cifar_folder, context, content, reason):
    (cifar_folder / "data_batch_3.bin").write_bytes(content)
    with pytest.raises(BadFile, match=f"data_batch_3.*{reason}"):
        Cifar10(DownloadOptions(str(cifar_folder))).prepare(context)


def test_a_missing_cifar10_file_is_named(cifar_folder, context):
    (cifar_folder / "test_batch.bin").unlink()
    with pytest.raises(BadData, match=r"missing: test_batch\.bin"):
        Cifar10(DownloadOptions(str(cifar_folder))).prepare(context)


def test_a_truncated_archive_is_named(tmp_path, context):
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(cifar_archive(cifar_files())[:5000])
    with pytest.raises(BadFile, match="archive is damaged"):
        Cifar10(DownloadOptions(str(tmp_path))).prepare(context)


@pytest.mark.parametrize("name", ["cifar-10-python.tar.gz", "data_batch_1"])
def test_pickles_are_refused_unopened(tmp_path, context, name):
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'touch unpickled'\ntR.")
    key, options = choose_source(tmp_path)
    assert key == "cifar10"
    with pytest.raises(BadData, match="never opened"):
        Cifar10(options).prepare(context)


def test_reading_cifar10_can_be_cancelled(cifar_folder, tmp_path):
    context = DataContext(tmp_path, is_cancelled=lambda: True)
    with pytest.raises(Cancelled):
        Cifar10(DownloadOptions(str(cifar_folder))).prepare(context)
