"""A thread that reads the next batches from memory maps while the device computes."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gan_studio.data.base import Array

_DEPTH = 2

Place = tuple[int, int]
"""Epoch and position within it."""


class Prefetcher:
    """Gathers rows of arrays ahead of time, in the order in which they will be asked for.

    The thread starts with the first `take`, and anew when a place is asked for that is not the next
    one (a resumed run). Without arrays there is never a thread.

    Args:
        arrays: what to read from, by name, each ``[N, ...]``.
        rows: the row numbers of an epoch, int64 ``[steps * size]`` on the CPU.
        steps: batches in an epoch.
        pin: whether batches go to page-locked memory, from which a GPU copies asynchronously.
    """

    def __init__(
        self,
        arrays: Mapping[str, Array],
        rows: Callable[[int], Tensor],
        steps: int,
        *,
        pin: bool = False,
    ) -> None:
        self._arrays = dict(arrays)
        self._rows = rows
        self._steps = steps
        self._pin = pin
        self._worker: _Worker | None = None
        self._expected: Place | None = None

    def take(self, epoch: int, position: int) -> dict[str, Tensor]:
        """The rows of one batch by name, waiting for the disk if need be.

        Raises:
            Exception: whatever reading them raised, in the caller's thread.
        """
        place = (epoch, position)
        if self._worker is None or place != self._expected:
            self.close()
            self._worker = _Worker(self._read, self._steps, place)
        result = self._worker.take()
        if isinstance(result, BaseException):
            self.close()
            raise result
        self._expected = _after(place, self._steps)
        return result

    def close(self) -> None:
        """End the thread, and wait for it."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _read(self, epoch: int) -> Callable[[int], dict[str, Tensor]]:
        rows = self._rows(epoch).numpy()
        size = len(rows) // self._steps

        def read(position: int) -> dict[str, Tensor]:
            chosen = rows[position * size : (position + 1) * size]
            tensors = {
                name: torch.from_numpy(np.ascontiguousarray(np.take(array, chosen, axis=0)))
                for name, array in self._arrays.items()
            }
            return {n: t.pin_memory() if self._pin else t for n, t in tensors.items()}

        return read


def _after(place: Place, steps: int) -> Place:
    epoch, position = place
    return (epoch, position + 1) if position + 1 < steps else (epoch + 1, 0)


class _Worker:
    """One thread that runs through the batches from a place on, at most `_DEPTH` ahead."""

    def __init__(
        self, read: Callable[[int], Callable[[int], dict[str, Tensor]]], steps: int, start: Place
    ) -> None:
        self._read = read
        self._steps = steps
        self._start = start
        self._results: queue.SimpleQueue[dict[str, Tensor] | Exception] = queue.SimpleQueue()
        self._slots = threading.Semaphore(_DEPTH)
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="batch-prefetch", daemon=True)
        self._thread.start()

    def take(self) -> dict[str, Tensor] | Exception:
        result = self._results.get()
        self._slots.release()
        return result

    def close(self) -> None:
        self._is_closing.set()
        self._slots.release()
        self._thread.join()

    def _run(self) -> None:
        epoch, position = self._start
        try:
            read = self._read(epoch)
            while True:
                self._slots.acquire()
                if self._is_closing.is_set():
                    return
                self._results.put(read(position))
                following, position = _after((epoch, position), self._steps)
                if following != epoch:
                    epoch, read = following, self._read(following)
        except Exception as error:  # handed over: the trainer's thread is the one to raise it
            self._results.put(error)
