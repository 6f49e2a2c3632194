"""A report in plain text, to be read by its sender and mended by its reader.

It is in English in every language of the window: its reader is who mends the program.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from gan_studio.core.paths import write_atomically
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.open_mark import UnexpectedEnd
from gan_studio.jobs.report.machine import device_facts, language, versions
from gan_studio.jobs.report.person import private_here
from gan_studio.jobs.report.run_story import RunStory, is_about, private_names, story_lines
from gan_studio.jobs.report.scrub import NAME, Scrubber

LOG_LINES = 120
LONGEST_LINE = 2_000
TEXT_NAME, PICTURE_NAME = "report.txt", "newest-sample.png"


@dataclass(frozen=True)
class Material:
    """All that a report may tell.

    Attributes:
        fault: what the person was told, with its details.
        faults: tracebacks of what nobody caught since the start, oldest first.
        log: the last lines or records that were logged.
        settings: what of the settings matters.
        qt: versions of Qt and its platform, "" in the terminal.
        run: the run under way, or the one that was asked for.
        last_end: how an earlier window ended.
        asks_torch: whether torch may be asked for the device, which loads it.
    """

    folders: Folders
    now: datetime
    fault: str = ""
    faults: Sequence[str] = ()
    log: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    qt: str = ""
    run: RunStory | None = None
    last_end: UnexpectedEnd | None = None
    asks_torch: bool = False


def report_text(material: Material, with_paths: bool = False) -> str:
    """The whole report.

    Args:
        material: what there is to tell.
        with_paths: leave folders, names of files, of the user and of the computer in; without it
            labels such as ``<home>`` stand in their place.
    """
    text = _text(material, _here(material), with_paths)
    return text if with_paths else _scrubbed(text, material)


def report_texts(material: Material) -> tuple[str, str]:
    """The report without and with paths."""
    here = _here(material)
    scrubbed = _scrubbed(_text(material, here, with_paths=False), material)
    return scrubbed, _text(material, here, with_paths=True)


def report_archive(text: str, picture: bytes) -> bytes:
    """A zip with the report and one picture."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TEXT_NAME, text)
        archive.writestr(PICTURE_NAME, picture)
    return buffer.getvalue()


def save_report(path: Path, text: str, picture: bytes | None = None) -> None:
    """Write the report, or a zip of report and picture, whole or not at all.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    data = text.encode() if picture is None else report_archive(text, picture)
    write_atomically(path, data)


def _here(material: Material) -> list[tuple[str, Sequence[str]]]:
    """What is said of the program and the computer, which takes some asking."""
    device = device_facts(material.asks_torch)  # first: it may load torch
    settings = {**material.settings, "language": language()}
    return [
        ("Versions", _rows(versions(material.qt))),
        ("Device", _rows(device)),
        ("Settings", _rows(settings)),
    ]


def _scrubbed(text: str, material: Material) -> str:
    private = private_here(material.folders)
    if material.run is not None:
        private = private.with_names(private_names(material.run), NAME)
    if material.last_end is not None and material.last_end.run_dir:
        private = private.with_names([Path(material.last_end.run_dir).name], NAME)
    return Scrubber(private)(text)


def _text(material: Material, here: Sequence[tuple[str, Sequence[str]]], with_paths: bool) -> str:
    parts = ["GAN Studio: report", f"made {material.now:%Y-%m-%d %H:%M}"]
    parts[1] += ", with paths" if with_paths else ", without paths and names"
    head = "\n".join(parts)
    run = material.run
    sections: list[tuple[str, Sequence[str]]] = [
        ("What went wrong", material.fault.splitlines()),
        ("Ended without being closed", _end_lines(material.last_end, run)),
        *here,
        ("Run", [] if run is None else story_lines(run, with_paths)),
        ("The run's failure", [] if run is None else run.failure.splitlines()),
        ("Faults since the start", "\n\n".join(material.faults).splitlines()),
        ("Log", "\n".join(material.log).splitlines()[-LOG_LINES:]),
    ]
    told = [_section(title, lines) for title, lines in sections if lines]
    return "\n\n".join([head, *told]) + "\n"


def _end_lines(end: UnexpectedEnd | None, run: RunStory | None) -> list[str]:
    if end is None:
        return []
    is_told = run is not None and is_about(end, run.path)
    which = (
        "a run was under way (see “Run”)"
        if is_told
        else "a run was under way (none that is told here)"
    )
    lines = [f"started  {end.started}, GAN Studio {end.version}"]
    lines += [which] if end.run_dir else []
    lines += ["", "stacks", *(end.stacks.splitlines() or ["(none: no crash was noticed)"])]
    return [*lines, "", "its log", *(end.log or ["(nothing)"])]


def _section(title: str, lines: Sequence[str]) -> str:
    lines = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …" for line in lines]
    return "\n".join([title, "-" * len(title), *lines])


def _rows(table: Mapping[str, str]) -> list[str]:
    width = max(map(len, table), default=0)
    return [f"{name:<{width}}  {value}" for name, value in table.items()]
