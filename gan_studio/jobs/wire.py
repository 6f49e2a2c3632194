"""What travels between a window and a process that trains: requests, events, commands.

Plain values go as JSON and arrays as safetensors; nothing is ever unpickled.
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.config import RunConfig
from gan_studio.core.events import Event, SamplesReady, SnapshotReady
from gan_studio.core.schema import to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.sinks import event_from_plain, event_to_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.jobs.training_job import RunRequest

PICTURE_BYTES, PICTURE_FILES = 64 * 2**20, 256  # that wait for somebody who looks
WEIGHT_FILES = 2


def request_to_plain(request: RunRequest) -> dict[str, Any]:
    """A request as plain values."""
    folders = {name: str(path.absolute()) for name, path in asdict(request.folders).items()}
    return {
        "config": to_plain(request.config),
        "folders": folders,
        "run_dir": None if request.run_dir is None else str(request.run_dir.absolute()),
        "is_resumed": request.is_resumed,
    }


def request_from_plain(
    plain: dict[str, Any], progress: Callable[[int, int, str], None]
) -> RunRequest:
    """The reverse of `request_to_plain`.

    Raises:
        BadConfig: the config cannot be used.
    """
    from gan_studio.jobs.training_job import RunRequest

    return RunRequest(
        from_plain(RunConfig, plain["config"]),
        Folders(**{name: Path(path) for name, path in plain["folders"].items()}),
        None if plain["run_dir"] is None else Path(plain["run_dir"]),
        plain["is_resumed"],
        progress,
    )


def pack(event: Event, folder: Path, number: int) -> dict[str, Any]:
    """An event as plain values; its arrays go into a file below `folder`.

    Raises:
        OSError: the file cannot be written.
    """
    plain = event_to_plain(event)
    if isinstance(event, SamplesReady) and event.images is not None:
        from safetensors.numpy import save

        plain["file"] = f"{number}.safetensors"
        (folder / plain["file"]).write_bytes(save({"images": event.images}))
    elif isinstance(event, SnapshotReady) and event.weights is not None:
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        plain["file"] = f"{number}.safetensors"
        try:
            save_file(dict(event.weights), folder / plain["file"])
        except SafetensorError as error:  # how it names what the disk says
            raise OSError(str(error)) from error
    return plain


def unpack(plain: dict[str, Any], folder: Path) -> Event:
    """The reverse of `pack`; a file of weights is removed.

    Raises:
        KeyError: an unknown event.
        TypeError: fields are missing or unknown.
        OSError: the file is gone.
    """
    name = plain.pop("file", None)
    if name is None:
        return event_from_plain(plain)
    path = folder / Path(name).name
    if plain["event"] == SamplesReady.__name__:
        from safetensors.numpy import load

        plain["images"] = load(path.read_bytes())["images"]
    else:
        from safetensors.torch import load_file

        plain["weights"] = load_file(path)
        # Windows refuses while the weights are still mapped; the process removes it later.
        with contextlib.suppress(OSError):
            path.unlink()
    return event_from_plain(plain)


class ArrayStore:
    """Keeps the newest files of arrays, because nobody may ever come to read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures: deque[Path] = deque()
        self._weights: deque[Path] = deque()
        self._sizes: dict[Path, int] = {}
        self._refused: list[Path] = []

    def pack(self, event: Event, number: int) -> dict[str, Any]:
        """`pack`, and older files make room.

        Raises:
            OSError: the file cannot be written.
        """
        plain = pack(event, self._folder, number)
        if "file" in plain:
            path = self._folder / plain["file"]
            self._sizes[path] = path.stat().st_size
            (self._pictures if isinstance(event, SamplesReady) else self._weights).append(path)
        return plain

    def make_room(self, kept: frozenset[str]) -> None:
        """Remove what is too much, but for the files named in `kept`."""
        total = sum(self._sizes[path] for path in self._pictures)
        while len(self._pictures) > 1 and (
            total > PICTURE_BYTES or len(self._pictures) > PICTURE_FILES
        ):
            oldest = self._pictures.popleft()
            total -= self._sizes[oldest]
            self._refused.append(oldest)
        while len(self._weights) > WEIGHT_FILES:
            self._refused.append(self._weights.popleft())
        self._refused = [path for path in self._refused if not self._remove(path, kept)]

    def _remove(self, path: Path, kept: frozenset[str]) -> bool:
        """Whether it is gone; a file that is in use may go the next time."""
        if path.name in kept:
            return False
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return False
        self._sizes.pop(path, None)
        return True
