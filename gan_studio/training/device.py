"""Devices and CPU threads: which there are, which to take, how much memory is in use."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import torch

from gan_studio.core import safe_mode
from gan_studio.core.errors import DeviceUnavailable

Clock = Callable[[], float]
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>


def pick_device(wanted: str) -> torch.device:
    """The device for ``auto``, ``cpu``, ``cuda`` or ``mps``; in safe mode there is only the CPU.

    Raises:
        DeviceUnavailable: this machine or this build of torch lacks it.
    """
    may_use_gpu = not safe_mode.is_on()
    has_cuda = may_use_gpu and torch.cuda.is_available()
    has_mps = may_use_gpu and torch.backends.mps.is_available()
    if wanted == "auto":
        return torch.device("cuda" if has_cuda else "mps" if has_mps else "cpu")
    if (wanted == "cuda" and not has_cuda) or (wanted == "mps" and not has_mps):
        raise DeviceUnavailable(device=wanted)
    return torch.device(wanted)


def describe_device(device: torch.device) -> str:
    """``CPU`` or the GPU's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "CPU" if device.type == "cpu" else "Apple GPU"


def use_threads(count: int) -> None:
    """Let torch compute with `count` threads in the calling thread.

    The read-back matters: torch re-reads the global value at a thread's first parallel operation,
    so without it a later `use_threads` elsewhere would win (measured).

    Denormal numbers become zero: the moments of weights whose gradient has vanished (the border of
    a digit is always black) shrink into their range and stay there, and a CPU needs many times as
    long for them (measured: twice the time of an optimiser's step after some thousand steps).
    """
    _keep_freed_memory()
    torch.set_flush_denormal(True)
    torch.set_num_threads(count)
    torch.get_num_threads()


@cache
def _keep_freed_memory() -> None:
    """Ask glibc to keep the memory of freed tensors for the next step.

    By default it hands large blocks back to the system, and a step of a small net gets them again
    page by page (measured: up to 600 page faults a step, a tenth of its time). Blocks above 32 MiB
    still go back at once, and so does what lies idle beyond 512 MiB. Elsewhere nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, 32 << 20)
        mallopt(_M_TRIM_THRESHOLD, 512 << 20)


def candidate_threads(cores: int | None = None) -> list[int]:
    """Thread counts worth trying: 1, 2, 4 ... up to the cores of this machine.

    In safe mode that is one.
    """
    available = 1 if safe_mode.is_on() else cores or _usable_cores()
    counts = [1]
    while counts[-1] * 2 <= min(available, 16):
        counts.append(counts[-1] * 2)
    return counts


@dataclass(frozen=True)
class Compute:
    """How a step is computed on a CPU."""

    threads: int
    precision: str


def fastest(
    options: Sequence[Compute],
    work: Callable[[Compute], None],
    *,
    budget_s: float = 1.0,
    gain: float = 1.15,
    clock: Clock = time.perf_counter,
) -> Compute:
    """The option with which `work` runs fastest, tried for about `budget_s` seconds.

    A later option must be `gain` times faster than an earlier one to be taken, so options go from
    modest to greedy: cores that are not needed stay free for the window. Rounds alternate, so that
    a busy moment on the machine hits every option.
    """
    best = dict.fromkeys(options, float("inf"))
    if len(options) == 1:
        return options[0]
    for option in options:  # first touch: allocations and kernels are set up outside the timing
        work(option)
    start = clock()
    while clock() - start < budget_s:
        for option in options:
            before = clock()
            work(option)
            best[option] = min(best[option], clock() - before)
    chosen = options[0]
    for option in options[1:]:
        if best[option] * gain < best[chosen]:
            chosen = option
    return chosen


def memory_bytes(device: torch.device) -> int:
    """Memory in use: of the GPU's allocator, or of this process (0 where it cannot be read)."""
    if device.type == "cuda":
        return int(torch.cuda.memory_allocated(device))
    return process_memory_bytes()


def process_memory_bytes() -> int:
    """Resident memory of this process, 0 where it cannot be read cheaply."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError), open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return 0


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
