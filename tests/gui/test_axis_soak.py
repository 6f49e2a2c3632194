"""The soak that chose the version of PySide6: some abort while pyqtgraph paints its axes.

With PySide6 6.12.0 on Python 3.11 every call of Qt that returns nothing gave one reference to None
too many away; after some hundred repaints none was left and the process died (`none_dealloc`). From
Python 3.12 on None is immortal, and only the exit code says anything. It runs in a process of its
own, so that an abort is a failed test and not the end of the test run.
"""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.gui

SOAK = """
import json, sys, time
import numpy
import pyqtgraph
from PySide6.QtWidgets import QApplication

repaints, seconds = int(sys.argv[1]), float(sys.argv[2])
application = QApplication(["soak"])
plot = pyqtgraph.PlotWidget()
plot.resize(640, 400)
plot.addLegend()
curve = plot.plot(name="loss")
plot.setLabel("bottom", "step")
plot.show()

def repaint(step):
    # New ranges, so that the axes are drawn anew and not copied from the picture they keep.
    curve.setData(numpy.arange(step + 2.0), numpy.sin(numpy.arange(step + 2.0)) * (step + 1))
    application.processEvents()
    plot.grab()

for step in range(20):
    repaint(step)
before, painted, start = sys.getrefcount(None), 0, time.monotonic()
while painted < repaints or time.monotonic() - start < seconds:
    repaint(painted % 500)
    painted += 1
print(json.dumps({"painted": painted, "lost": before - sys.getrefcount(None)}))
"""


def soak(repaints: int, seconds: float) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", SOAK, str(repaints), str(seconds)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stderr[-2000:]}"
    return json.loads(done.stdout)


def assert_none_is_kept(result: dict[str, int]) -> None:
    if sys.version_info < (3, 12):
        # Caches may let go of a few; a binding that leaks loses dozens with each repaint.
        assert result["lost"] < result["painted"] / 4, result


def test_painting_axes_does_not_use_up_none():
    result = soak(repaints=400, seconds=0)
    assert result["painted"] >= 400
    assert_none_is_kept(result)


@pytest.mark.slow
def test_painting_axes_for_a_minute_does_not_use_up_none():
    assert_none_is_kept(soak(repaints=400, seconds=60))
