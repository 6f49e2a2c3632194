"""Starts the program as a person would, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 100

# Importing torch takes seconds, so commands that need no process of their own share one.
MANY = """
import contextlib, io, json, resource, sys
from gan_studio.cli import main

for line in sys.stdin:
    job = json.loads(line)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if job["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["largest_file"], limits[1]))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(job["words"])
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Studio:
    """The program with folders of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            **os.environ,
            "GAN_STUDIO_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])
            ),
        }

    def run(self, *words: object, before: tuple[str, ...] = ()) -> Done:
        """One command in one process."""
        arguments = [*(before or ("-m", "gan_studio")), *map(str, words)]
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            env=self.environment,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def many(self, *commands: tuple[object, ...], largest_file: int = 0) -> list[Done]:
        """Several commands in one process.

        In those that begin with "full" no file may grow above `largest_file` bytes, which stands
        for a disk without space.
        """
        pytest.importorskip("resource")
        jobs = [
            {
                "words": [str(word) for word in words if word != "full"],
                "largest_file": largest_file if words[0] == "full" else 0,
            }
            for words in commands
        ]
        done = subprocess.run(
            [sys.executable, "-c", MANY],
            input="".join(json.dumps(job) + "\n" for job in jobs),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            env=self.environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [Done(*json.loads(line)) for line in done.stdout.splitlines()]

    @contextmanager
    def started(self, *words: object) -> Iterator[subprocess.Popen[str]]:
        """A command that is still running; it is killed at the end if need be."""
        process = subprocess.Popen(
            [sys.executable, "-m", "gan_studio", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()


def wait_for(process: subprocess.Popen[str], event: str, step: int = 0):
    """Read events until one of this class at this step or later."""
    assert process.stdout is not None
    for line in process.stdout:
        plain = json.loads(line)
        if plain["event"] == event and plain["step"] >= step:
            return plain
    assert process.stderr is not None
    raise AssertionError(f"the program ended without {event}: {process.stderr.read()}")


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path / "home")
