"""Downloads that show progress, can be cancelled, are verified and leave nothing half-written."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gan_studio.core.errors import Cancelled, DownloadFailed
from gan_studio.core.i18n import N_
from gan_studio.core.paths import naming_disk_problems

if TYPE_CHECKING:
    from gan_studio.data.base import DataContext

_CHUNK_BYTES = 64 * 1024
_TIMEOUT_S = 10.0
# Far more than any file here: a server that never stops sending must not fill the disk.
_MOST_BYTES = 2**30

OpenUrl = Callable[[str], Any]
"""Opens an address for reading, as `urllib.request.urlopen` does."""


@dataclass(frozen=True)
class Remote:
    """One file that can be fetched from any of several addresses."""

    name: str
    urls: tuple[str, ...]
    md5: str


class _Missed(Exception):
    """One address did not give the file; its text says why."""


def open_url(url: str) -> Any:
    """Open `url`; the caller closes what comes back."""
    request = urllib.request.Request(url, headers={"User-Agent": "gan-studio"})
    return urllib.request.urlopen(request, timeout=_TIMEOUT_S)


def is_intact(path: Path, md5: str) -> bool:
    """Whether a file is there and matches its checksum."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    except OSError:
        return False
    return digest.hexdigest() == md5


def fetch(
    remotes: Sequence[Remote],
    folder: Path,
    context: DataContext,
    title: str,
    expected_bytes: int = 0,
    open_url: OpenUrl = open_url,
) -> None:
    """Fetch the files that `folder` lacks; each appears there whole and verified, or not at all.

    Args:
        remotes: what to fetch; the addresses of each are tried in order.
        folder: where the files go; made if missing.
        context: told of the progress, asked for a cancellation.
        title: what is fetched, for messages.
        expected_bytes: how much is to come in all, for the progress; 0 if unknown.
        open_url: how to open an address (tests pass their own).

    Raises:
        DownloadFailed: no address gave a file that matches its checksum.
        DiskProblem: `folder` is full or cannot be written.
        Cancelled: the person cancelled.
    """
    with naming_disk_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
    meter = _Meter(context, expected_bytes)
    meter.show()
    for remote in remotes:
        target = folder / remote.name
        if is_intact(target, remote.md5):
            meter.keep(target.stat().st_size)
        else:
            _fetch_one(remote, target, meter, title, open_url)


class _Meter:
    """Adds up what has arrived; a failed try is taken off again."""

    def __init__(self, context: DataContext, expected_bytes: int) -> None:
        self._context = context
        self._expected = expected_bytes
        self._kept = 0
        self._current = 0

    def start(self) -> None:
        self._current = 0

    def add(self, count: int) -> None:
        if self._context.is_cancelled():
            raise Cancelled()
        self._current += count
        if self._current > _MOST_BYTES:
            raise _Missed(N_("it is far larger than it should be"))
        self.show()

    def keep(self, count: int) -> None:
        self._kept += count
        self._current = 0
        self.show()

    def show(self) -> None:
        done = self._kept + self._current
        # The figure is an estimate: a bar that passes its own end looks broken.
        total = max(done, self._expected) if self._expected else 0
        self._context.progress(done, total, "download")


def _fetch_one(remote: Remote, target: Path, meter: _Meter, title: str, open_url: OpenUrl) -> None:
    reasons = []
    for url in remote.urls:
        try:
            _fetch_from(url, remote.md5, target, meter, open_url)
        except _Missed as error:
            reasons.append(str(error))
        else:
            meter.keep(target.stat().st_size)
            return
    raise DownloadFailed(name=f"{title} ({remote.name})", reason="; ".join(dict.fromkeys(reasons)))


def _fetch_from(url: str, md5: str, target: Path, meter: _Meter, open_url: OpenUrl) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    meter.start()
    with _temporary_beside(target) as (file, temporary):
        for chunk in _chunks(url, open_url):
            meter.add(len(chunk))
            digest.update(chunk)
            with naming_disk_problems(target.parent):
                file.write(chunk)
        if digest.hexdigest() != md5:
            raise _Missed(N_("what arrived does not match its checksum"))
        with naming_disk_problems(target.parent):
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows renames no file that is open
            os.replace(temporary, target)


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[tuple[IO[bytes], Path]]:
    with naming_disk_problems(target.parent):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        # Closed by hand: what a full disk refused would be written, and fail, once more on closing.
        file = os.fdopen(handle, "wb", buffering=0)
        try:
            yield file, temporary
        finally:
            file.close()
    finally:
        temporary.unlink(missing_ok=True)


def _chunks(url: str, open_url: OpenUrl) -> Iterator[bytes]:
    with _naming_network_problems():
        response = open_url(url)
    with contextlib.closing(response):
        while True:
            with _naming_network_problems():
                chunk = response.read(_CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


@contextlib.contextmanager
def _naming_network_problems() -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        raise _Missed(f"the server answered {error.code}") from error
    except urllib.error.URLError as error:
        raise _Missed(f"the server cannot be reached ({error.reason})") from error
    except TimeoutError as error:
        raise _Missed(N_("the server stopped answering")) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Missed(N_("the connection broke off")) from error
