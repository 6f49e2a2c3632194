"""The bench of the packaged program: how it reads what it is told."""

import json
import sys

import pytest

from gan_studio.cli.bench import GROUPS, packaged


def report(step, time):
    return {"event": "ScalarsReady", "step": step, "time": time}


def test_it_is_a_group():
    assert "packaged" in GROUPS


def test_the_start_and_the_warm_up_do_not_count():
    events = [
        {"event": "RunStarted", "step": 0, "time": 0.0},
        report(10, 5.0),  # the first second of training is slow
        report(20, 6.5),
        report(120, 7.5),
        report(220, 8.5),
        {"event": "Finished", "step": 220, "time": 60.0},
    ]
    assert packaged.rate(events) == pytest.approx(100)


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_without_the_program_is_refused(tmp_path, make):
    folder = tmp_path if make else None
    with pytest.raises(packaged.NoPackage, match="--program" if folder is None else tmp_path.name):
        packaged.packaged_program(folder)


def test_a_training_is_timed_by_its_own_events(tmp_path):
    script = tmp_path / "told.py"
    lines = [json.dumps(each) for each in (report(0, 0.0), report(100, 2.0), report(300, 4.0))]
    script.write_text(f"print({chr(10).join(lines)!r})", "utf-8")
    speed = packaged.steps_per_second([sys.executable, str(script)], "gan", 300)
    assert speed == pytest.approx(100)
