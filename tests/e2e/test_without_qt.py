"""Deleting the window must leave a working product: all the rest loads where there is no Qt."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

IMPORT_ALL = """
import importlib, importlib.util, pkgutil, sys
import gan_studio

assert importlib.util.find_spec("PySide6") is None, "Qt is not hidden"

def import_below(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name == "gan_studio.gui":
            continue
        imported = importlib.import_module(module.name)
        if module.ispkg:
            import_below(imported)

import_below(gan_studio)
print(sum(name.startswith("gan_studio.") for name in sys.modules))
"""


def test_every_module_but_the_window_loads_without_qt():
    hiding = os.pathsep.join([str(ROOT / "tests" / "without_qt"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": hiding},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10
