"""Versions and the device, as far as they can be asked without loading anything."""

from __future__ import annotations

import contextlib
import locale
import os
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import gan_studio
from gan_studio.core.paths import is_frozen

LIBRARIES = ("torch", "torchvision", "numpy", "scipy", "sklearn", "PIL", "onnx", "pyqtgraph")
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}


def versions(qt: str = "") -> dict[str, str]:
    """What runs here; `qt` is given by those who know Qt."""
    found = {
        "GAN Studio": f"{gan_studio.__version__} ({how_installed()})",
        "Python": f"{platform.python_version()} ({'64' if sys.maxsize > 2**32 else '32'} bit)",
    }
    if qt:
        found["Qt"] = qt
    found |= {name: version_of(name) for name in LIBRARIES}
    found["system"] = platform.platform()
    return found


def version_of(library: str) -> str:
    """The version of a library: of the one that is loaded, else of the one that would be."""
    version = getattr(sys.modules.get(library), "__version__", None)
    if version is not None:
        return str(version)
    try:
        return f"{metadata.version(DISTRIBUTIONS.get(library, library))} (not loaded)"
    except (metadata.PackageNotFoundError, ValueError):
        return "not loaded" if is_frozen() else "not installed"


def how_installed() -> str:
    """Packaged, installed as a package, or started from its source."""
    if is_frozen():
        return "packaged program"
    folder = Path(gan_studio.__file__).parent.parent
    if folder.name in ("site-packages", "dist-packages"):
        return "installed package"
    return "source tree"


def device_facts(asks_torch: bool) -> dict[str, str]:
    """Processor, memory and graphics.

    Args:
        asks_torch: whether torch may be asked, which loads it and the graphics driver.
    """
    facts = {
        "processor": processor(),
        "cores": f"{_usable_cores()} of {os.cpu_count() or '?'}",
        "memory": _memory(),
    }
    return {**facts, **(_torch_facts() if asks_torch else {"graphics": "not asked"})}


def language() -> str:
    """The language and the encoding of this system."""
    with contextlib.suppress(ValueError, locale.Error):
        return " ".join(part for part in locale.getlocale() if part) or "C"
    return "unknown"


def processor() -> str:
    """The name of the processor, where the system tells it."""
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
            lines = (line for line in text.splitlines() if line.startswith("model name"))
            name = next(lines, "").partition(":")[2].strip()
            if name:
                return f"{name} ({platform.machine()})"
        if sys.platform == "darwin":
            import subprocess

            words = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            done = subprocess.run(words, capture_output=True, text=True, timeout=5, check=False)
            if done.stdout.strip():
                return done.stdout.strip()
    return platform.processor() or platform.machine() or "unknown"


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        total = _windows_memory()
    return f"{total / 2**30:.1f} GiB" if total > 0 else "unknown"


def _windows_memory() -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    windll: Any = vars(ctypes)["windll"]
    windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value * 1024


def _torch_facts() -> dict[str, str]:
    """What torch knows of the device; a torch that cannot be loaded is a fact, too."""
    try:
        import torch

        facts = {"graphics": _graphics(torch), "threads of torch": str(torch.get_num_threads())}
        if torch.version.cuda:
            facts["built for"] = f"CUDA {torch.version.cuda}"
        return facts
    except Exception as error:  # a damaged library may raise anything; the report must come
        return {"torch": f"cannot be loaded: {type(error).__name__}: {error}"}


def _graphics(torch: Any) -> str:
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        return ", ".join(torch.cuda.get_device_name(index) for index in range(count))
    return "Apple GPU" if torch.backends.mps.is_available() else "none that torch can use"
