"""Tripwires for every test: unexpected logs, leaked threads, the network, user folders."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

ROOT = Path(__file__).parents[1]
# A distribution with a family of its own, as `pip install` would lay it on the path.
sys.path.insert(0, str(ROOT / "tests" / "plugins"))
SHARED_DATA = ROOT.parent / "shared" / "data"
# Helpers of libraries that live as long as the process.
KNOWN_THREADS = ("pytest_timeout", "ThreadPoolExecutor", "QThread", "Dummy", "asyncio")


@pytest.fixture(autouse=True)
def user_folders_below_tmp(monkeypatch, tmp_path_factory):
    """No test may touch the runs, downloads or settings of a person."""
    monkeypatch.setenv("GAN_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Only addresses of this machine may be reached."""
    connect = socket.socket.connect

    def guarded(self, address):
        local = isinstance(address, (str, bytes)) or address[0] in ("127.0.0.1", "::1", "localhost")
        if not local:
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def denormals_as_python_has_them():
    """A run makes denormal numbers zero in its thread; in a test that may be the main thread."""
    _keep_denormals()
    yield
    _keep_denormals()


def _keep_denormals():
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_flush_denormal(False)


@pytest.fixture(autouse=True)
def no_leaked_threads():
    """A thread that outlives its test is named."""
    before = set(threading.enumerate())
    yield
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if any(name in thread.name for name in KNOWN_THREADS):
            continue
        thread.join(5)
        if thread.is_alive():
            leaked.append(thread.name)
    assert not leaked, f"threads still run: {leaked}"


@pytest.fixture(autouse=True)
def no_unexpected_logs(caplog, request):
    """A log record of WARNING or above fails the test, unless it is marked ``expects_logs``."""
    yield
    if request.node.get_closest_marker("expects_logs"):
        return
    unexpected = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING and record.name.startswith("gan_studio")
    ]
    assert not unexpected, f"unexpected log: {unexpected}"


@pytest.fixture
def mnist_dir():
    """The real MNIST files, where they are."""
    folder = SHARED_DATA / "mnist"
    if not folder.is_dir():
        pytest.skip("the MNIST files are not on this machine (../shared/data/mnist)")
    return folder


@pytest.fixture
def fashion_dir():
    """The real Fashion-MNIST files, where they are."""
    folder = SHARED_DATA / "fashion-mnist"
    if not folder.is_dir():
        pytest.skip("the Fashion-MNIST files are not on this machine (../shared/data)")
    return folder
