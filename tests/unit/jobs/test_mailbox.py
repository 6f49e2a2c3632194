"""Delivery rules, credit, and latest-wins."""

from __future__ import annotations

import threading

import pytest

from gan_studio.core.events import (
    Finished,
    Notice,
    ProbeReady,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
)
from gan_studio.jobs.latest import LatestWorker
from gan_studio.jobs.mailbox import MAX_BATCH, Mailbox


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_each_class_by_its_own_rule():
    box = Mailbox()
    for step in range(3):
        box.put(ScalarsReady(step, 0.0, values={"a": float(step)}))
        box.put(SamplesReady(step, 0.0, images=step))
        box.put(Notice(step, 0.0, message="m"))
        box.put(ProbeReady(step, 0.0, name=f"probe{step % 2}"))
    box.put(Finished(3, 0.0))
    delivered = box.drain()
    assert [event.step for event in delivered.scalars] == [0, 1, 2]
    assert [type(event).__name__ for event in delivered.events] == ["Notice"] * 3 + ["Finished"]
    latest = {(type(event).__name__, event.kind): event.step for event in delivered.latest}
    assert latest == {
        ("SamplesReady", "fixed"): 2,
        ("ProbeReady", "probe0"): 2,
        ("ProbeReady", "probe1"): 1,
    }
    assert not box.drain()


def test_milestones_do_not_replace_each_other():
    box = Mailbox()
    for step in (1, 2):
        box.put(SamplesReady(step, 0.0, is_milestone=True))
    assert [event.step for event in box.drain().latest] == [1, 2]


def test_a_view_that_never_looks_costs_bounded_memory():
    box = Mailbox()
    for step in range(MAX_BATCH + 10):
        box.put(ScalarsReady(step, 0.0))
    scalars = box.drain().scalars
    assert len(scalars) == MAX_BATCH
    assert scalars[-1].step == MAX_BATCH + 9


def test_credit_for_pictures():
    clock = Clock()
    box = Mailbox(picture_interval_s=0.25, clock=clock)
    assert box.wants(SamplesReady, 0)
    assert not box.wants(SamplesReady, 1)  # too soon
    clock.now = 0.3
    assert box.wants(SamplesReady, 2)
    box.put(SamplesReady(2, 0.0))
    clock.now = 9.0
    assert not box.wants(SamplesReady, 3)  # not collected yet
    box.drain()
    assert box.wants(SamplesReady, 4)


def test_interest_is_said_aloud():
    box = Mailbox()
    assert not box.wants(SnapshotReady, 0)
    box.set_interest(SnapshotReady, True)
    assert box.wants(SnapshotReady, 0)
    box.set_interest(SnapshotReady, False)
    assert not box.wants(SnapshotReady, 0)


def test_latest_wins_without_a_queue():
    gate, started = threading.Event(), threading.Event()
    done, answers = threading.Event(), []

    def work(request):
        started.set()
        gate.wait(5)
        return request * 10

    def on_answer(answer):
        answers.append(answer)
        if answer.request == 200:
            done.set()

    worker = LatestWorker(work, on_answer, "latest-test")
    worker.ask(1)
    assert started.wait(5)
    tickets = [worker.ask(number) for number in range(2, 201)]
    gate.set()
    assert done.wait(5)
    worker.close()
    assert [answer.result for answer in answers] == [10, 2000]
    assert answers[-1].ticket == tickets[-1] == 200


def test_an_error_is_an_answer():
    done, answers = threading.Event(), []

    def work(request):
        raise ValueError("no")

    worker = LatestWorker(work, lambda answer: (answers.append(answer), done.set()), "latest-test")
    worker.ask(1)
    assert done.wait(5)
    worker.close()
    with pytest.raises(ValueError, match="no"):
        raise answers[0].error
