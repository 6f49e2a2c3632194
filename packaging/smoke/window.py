"""Steps with the windowed executable: it goes through itself, and what it painted is judged."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import time

from smoke import judges, pictures
from smoke.place import IS_LINUX
from smoke.report import Skip

PATIENCE_S = 600.0
SILENCE_S = 60.0  # until it tells that it has been painted
AFTER_CLOSING_S = 30.0
LEAST_COLOURS = 40
TIMES = 5
SCREEN = "1600x1000x24"


class WindowSteps:
    """The window on each platform that there is.

    Args:
        place: where the program is started.
        kept: the folder that pictures are kept in.
        tolerance: by how much closing may be slower than 2 s, on slow machines.
    """

    def __init__(self, place, kept, tolerance):
        self._place, self._kept, self._tolerance = place, kept, tolerance

    def steps(self):
        """Names and work, in order."""
        found = {"window, drawn off screen": lambda: self.try_out("offscreen")}
        if IS_LINUX:
            found["window on an X server"] = self.on_x_server
        else:
            found["window on the screen"] = lambda: self.try_out("")
        return found

    def on_x_server(self):
        if shutil.which("Xvfb") is None:
            raise Skip("there is no Xvfb")
        with x_server() as display:
            return self.try_out("xcb", display)

    def try_out(self, platform, display=""):
        """Let the window go through itself; problems and notes."""
        folder = self._place.out / f"window-{platform or 'native'}"
        variables = {"GAN_STUDIO_SMOKE": str(folder), "QT_QPA_PLATFORM": platform}
        if display:
            variables["DISPLAY"] = display
        started = self._place.start(
            is_window=True, **{name: value for name, value in variables.items() if value}
        )
        ended_after_s = self._wait(started, folder)
        done = started.wait(1.0)
        facts = read_facts(folder)
        problems = judges.judge_window(facts) + judges.judge_closing(ended_after_s, self._tolerance)
        problems += judges.judge_words(done.err)
        if done.code not in (0, None):
            problems.append(f"exit code {done.code}: {done.err.strip()[-300:]}")
        problems += self._judge_pictures(folder, facts)
        return problems, notes_of(facts, ended_after_s)

    def _wait(self, started, folder):
        """Wait for the end; seconds from the request to close to the end, None if it had none."""
        give_up = time.monotonic() + PATIENCE_S
        silent = time.monotonic() + SILENCE_S
        asked_at = None
        while started.is_running and time.monotonic() < give_up:
            if time.monotonic() > silent and not read_facts(folder):
                break
            if asked_at is None:
                asked_at = closing_time(folder)
                if asked_at is not None:
                    give_up = time.monotonic() + AFTER_CLOSING_S
            time.sleep(0.02)
        ended = time.time()
        asked_at = asked_at or closing_time(folder)
        return None if started.is_running or asked_at is None else max(0.0, ended - asked_at)

    def _judge_pictures(self, folder, facts):
        problems = []
        for fact in facts:
            if fact["what"] == "picture":
                found = self._judge_picture(folder / f"{fact['name']}.ppm", fact)
                problems += [f"picture {fact['name']}: {problem}" for problem in found]
        return problems

    def _judge_picture(self, path, fact):
        if not path.is_file():
            return ["it was not written"]
        picture = pictures.read_ppm(path.read_bytes())
        kept = self._kept / folder_name(path)
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{fact['name']}.png").write_bytes(pictures.png_of(picture))
        path.unlink()
        problems = pictures.judge_painting(picture, LEAST_COLOURS)
        if not fact["name"].startswith("screen_"):
            problems += pictures.judge_texts(picture, fact["texts"], fact["ratio"])
        return problems


def folder_name(path):
    return path.parent.name


def read_facts(folder):
    """What the window has written so far."""
    with contextlib.suppress(OSError):
        lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]
    return []


def closing_time(folder):
    """When the window was asked to close, None before that."""
    return next((fact["at"] for fact in read_facts(folder) if fact["what"] == "closing"), None)


def notes_of(facts, ended_after_s):
    """Figures for people."""
    notes = []
    for fact in facts:
        if fact["what"] in ("painted", "engine"):
            notes.append(f"{fact['what']} {fact['age_ms']} ms after the start of the process")
        if fact["what"] == "fonts":
            notes.append(f"font {fact['family']} of {fact['families']} families")
        if fact["what"] == "trained":
            notes.append(f"trained in the {fact['where']}: {fact['steps']} steps")
    if ended_after_s is not None:
        notes.append(f"ended {ended_after_s:.2f} s after the request to close")
    return notes


@contextlib.contextmanager
def x_server():
    """An X server of our own; the name of its display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, pass_fds=[writing], **quiet) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as numbers:
                yield f":{numbers.readline().strip()}"
        finally:
            server.terminate()


# --- how long it takes ----------------------------------------------------------------------------


def measure(place, folder):
    """Milliseconds from the start of the process to the first paint, warm and cold."""
    first_paint(place)
    warm = [first_paint(place) for _ in range(TIMES)]
    lines = [f"first paint, warm: {describe(warm)}"]
    if not hasattr(os, "posix_fadvise"):
        return [], [*lines, "cold: this system cannot be told to forget files"]
    cold = []
    for _ in range(TIMES):
        forget(folder)
        cold.append(first_paint(place))
    return [], [*lines, f"first paint, cold: {describe(cold)}"]


def first_paint(place):
    """Milliseconds, as the program prints them."""
    platform = {"QT_QPA_PLATFORM": "offscreen"} if IS_LINUX else {}
    done = place.run("--measure-first-paint", is_window=True, timeout_s=60.0, **platform)
    return float(done.out)


def describe(values):
    ordered = ", ".join(f"{value:.0f}" for value in sorted(values))
    return f"median {statistics.median(values):.0f} ms of {ordered}"


def forget(folder):
    """Take the files of a folder out of the system's memory."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
