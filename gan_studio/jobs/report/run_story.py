"""What a run's folder tells of its last moments. Knows no torch: the folder is read as it is."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.jobs.report.log_tail import tail

if TYPE_CHECKING:
    from gan_studio.jobs.open_mark import UnexpectedEnd

# As in training/run_folder.py, which cannot be imported without torch.
CONFIG, MANIFEST, EVENTS, SAMPLES = "run.toml", "manifest.json", "events.jsonl", "samples"
FREQUENT = ("SamplesReady", "ProbeReady")
EVENT_BYTES, LAST_EVENTS = 400_000, 25
# Class names, titles and lists of files are the person's; these are not.
TOLD_OF_MANIFEST = (
    "created",
    "state",
    "step",
    "total_steps",
    "device",
    "threads",
    "precision",
    "processes",
    "sample_shape",
    "train_count",
    "held_out_count",
    "parameters",
    "failure",
    "versions",
)
TOLD_OF_START = ("device", "threads", "precision", "processes", "resumed_from", "total_steps")
PATH_WORDS = ("path", "folder", "file", "source", "dir")


@dataclass(frozen=True)
class RunStory:
    """A run as plain values, newest last.

    Attributes:
        problems: what could not be read, and why.
    """

    path: Path | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[Mapping[str, Any]] = ()
    problems: Sequence[str] = ()

    @property
    def picture(self) -> Path | None:
        """The newest sample grid."""
        return None if self.path is None else newest_picture(self.path)

    @property
    def failure(self) -> str:
        """The traceback of the run's last failure."""
        failed = [event for event in self.events if event.get("event") == "Failed"]
        return str(failed[-1].get("details", "")) if failed else ""


def newest_picture(run_dir: Path) -> Path | None:
    """The newest sample grid of a run, or None."""
    try:
        return max((run_dir / SAMPLES).glob("*.png"), default=None)
    except OSError:
        return None


def read_story(path: Path, config: Mapping[str, Any] | None = None) -> RunStory:
    """What is in a run's folder; what is damaged or missing is named and left out.

    Args:
        path: the run's folder.
        config: its settings, for a run that has not written them yet.
    """
    problems: list[str] = []
    found = _read(path / CONFIG, tomllib.loads, problems) or dict(config or {})
    manifest = _read(path / MANIFEST, json.loads, problems)
    events = list(_events(path / EVENTS))
    return RunStory(path, found, manifest, events, problems)


def run_of(end: UnexpectedEnd | None) -> RunStory | None:
    """The run that was under way when the window ended; None without one."""
    if end is None or not end.run_dir or not Path(end.run_dir).is_dir():
        return None
    return read_story(Path(end.run_dir))


def is_about(end: UnexpectedEnd, run_dir: Path | None) -> bool:
    """Whether this run was under way when the window ended."""
    if not end.run_dir or run_dir is None:
        return False
    return Path(end.run_dir).resolve() == run_dir.resolve()


def _read(path: Path, parse: Any, problems: list[str]) -> dict[str, Any]:
    try:
        found = parse(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        problems.append(f"{path.name} cannot be read: {reason}")
        return {}
    return found if isinstance(found, dict) else {}


def _events(path: Path) -> Iterator[dict[str, Any]]:
    for line in tail(path, EVENT_BYTES).splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # a line that a killed process did not finish
            continue
        if isinstance(event, dict):
            yield event


def story_lines(story: RunStory, with_paths: bool) -> list[str]:
    """The story in lines: where it stands, its settings, its last scalars and events."""
    lines = [f"folder  {story.path}"] if with_paths and story.path is not None else []
    lines += [*story.problems]
    manifest = dict(story.manifest)
    lines += _rows({key: manifest[key] for key in TOLD_OF_MANIFEST if key in manifest})
    if story.config:
        lines += ["", "settings", *_rows(_flat(told_config(story.config, with_paths)))]
    if scalars := [event for event in story.events if event.get("event") == "ScalarsReady"]:
        lines += ["", "last scalars", *_rows(_of_scalars(scalars[-1]))]
    if others := _telling(story.events):
        told = [event_line(event, with_paths) for event in others]
        lines += ["", "last events", *(f"  {line}" for line in told)]
    return lines


def _telling(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The last events, of those that come all the time only the last one each."""
    told: list[Mapping[str, Any]] = []
    seen: set[str] = {"ScalarsReady"}  # told by themselves
    for event in reversed(events):
        kind = str(event.get("event"))
        if kind not in seen:
            told.insert(0, event)
        if kind in FREQUENT:
            seen.add(kind)
    return told[-LAST_EVENTS:]


def told_config(config: Mapping[str, Any], with_paths: bool) -> dict[str, Any]:
    """The settings, with ``<path>`` in place of folders and files."""
    told: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            told[key] = told_config(value, with_paths)
        else:
            told[key] = value if with_paths or not _is_path(key, value) else "<path>"
    return told


def event_line(event: Mapping[str, Any], with_paths: bool) -> str:
    """One event in one line; pictures, weights and lists of names are not in it."""
    kind = str(event.get("event"))
    words = f"step {event.get('step')}  {_number(event.get('time'))} s  {kind}"
    return f"{words}  {_detail(kind, event, with_paths)}".rstrip().replace("\n", " ")


def _detail(kind: str, event: Mapping[str, Any], with_paths: bool) -> str:
    if kind == "RunStarted":
        info = _table(event.get("info"))
        told = {key: info[key] for key in TOLD_OF_START if key in info}
        if info.get("class_names"):
            told["classes"] = len(info["class_names"])
        return _pairs(told)
    if kind in ("Notice", "Failed"):
        return f"{event.get('error', '')} {_sentence(event, with_paths)}".strip()
    if kind == "CheckpointSaved":
        return str(event.get("path", "")) if with_paths else ""
    told_keys = ("state", "reason", "name", "previous", "value", "is_milestone", "totals")
    return _pairs({key: event[key] for key in told_keys if key in event})


def _sentence(event: Mapping[str, Any], with_paths: bool) -> str:
    """A template with its values; paths are told by their key, so that none slips through."""
    values = {
        key: value if with_paths or not _is_path(key, value) else "<path>"
        for key, value in _table(event.get("values")).items()
    }
    text = " ".join(str(event.get(key, "")) for key in ("message", "hint") if event.get(key))
    try:
        return text.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        return f"{text} {_pairs(values)}"


def private_names(story: RunStory) -> set[str]:
    """Names that a person gave: of the run, of its data, of the classes of own data."""
    names = {story.path.name} if story.path is not None else set()
    paths = list(_paths(story.config))
    names |= {part for path in paths for part in path.replace("\\", "/").split("/")[-1:]} | {*paths}
    if paths:
        classes = story.manifest.get("class_names")
        names |= {str(name) for name in classes} if isinstance(classes, list) else set()
        names.add(str(story.manifest.get("data_title", "")))
    refused = story.manifest.get("refused")
    for item in refused if isinstance(refused, list) else ():
        names.add(str(_table(item).get("path", "")))
    return {name for name in names if len(name) > 2 and not name.isdigit()}


def _paths(config: Mapping[str, Any]) -> Iterator[str]:
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _paths(value)
        elif isinstance(value, str) and value and _is_path(key, value):
            yield value


def _is_path(key: str, value: Any) -> bool:
    if not isinstance(value, str) or not value:
        return False
    has_word = any(word in key.lower() for word in PATH_WORDS)
    return has_word or "/" in value or "\\" in value


def _of_scalars(event: Mapping[str, Any]) -> dict[str, Any]:
    memory = event.get("memory_bytes")
    return {
        "step": event.get("step"),
        "images per second": event.get("images_per_second"),
        "memory": f"{memory / 2**20:.0f} MiB" if isinstance(memory, (int, float)) else "?",
        **_table(event.get("values")),
    }


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def _rows(table: Mapping[str, Any]) -> list[str]:
    return [f"  {key}  {_told(value)}" for key, value in table.items()]


def _pairs(table: Mapping[str, Any]) -> str:
    return "  ".join(f"{key} {_told(value)}" for key, value in table.items())


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, list):
        return " x ".join(str(item) for item in value[:8])
    return _number(value)


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _table(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
