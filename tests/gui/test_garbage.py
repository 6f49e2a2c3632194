"""Cycles are collected in the main thread, and nowhere else."""

import gc
import threading
import weakref

import pytest

from gan_studio.gui.garbage import MainThreadCollector

pytestmark = pytest.mark.gui


class Node:
    """Something that holds itself."""

    def __init__(self):
        self.own = self


def test_garbage_waits_for_the_main_thread(qtbot):
    collector = MainThreadCollector()
    gc.enable()  # as a program begins
    died_in = []
    collector.start()
    try:
        weakref.finalize(Node(), lambda: died_in.append(threading.current_thread()))

        kept = []

        def allocate():
            kept.extend([] for _ in range(20_000))

        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert not died_in
        qtbot.waitUntil(lambda: bool(died_in), timeout=5000)
        assert died_in == [threading.main_thread()]
    finally:
        collector.stop()
    assert gc.isenabled()
    gc.disable()  # as these tests have it


def test_what_is_frozen_is_left_alone():
    collector = MainThreadCollector()
    before = gc.get_freeze_count()
    collector.freeze()
    assert gc.get_freeze_count() > before
    gc.unfreeze()


def test_a_library_that_was_loaded_is_frozen_not_looked_through(monkeypatch):
    collector = MainThreadCollector()
    monkeypatch.setattr(gc, "get_count", lambda: (10_000, 100, 0))
    collected = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    before = gc.get_freeze_count()
    collector.collect()
    assert collected == [0, 1]
    assert gc.get_freeze_count() == before
    collector._modules -= 1  # as if one had been loaded since
    collector.collect()
    assert gc.get_freeze_count() > before
    gc.unfreeze()
