"""One file that unpacks itself once and then starts the program: a script, an archive behind."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import IO, TYPE_CHECKING, cast

from formats.linux import LINUX
from formats.tars import write_tar

if TYPE_CHECKING:
    from pathlib import Path

    from formats.tree import Entry


# Not zstd, which not every desktop has. Of what all have, measured on 784 MB: xz -1 makes 195 MB,
# which it unpacks in 10 s; gzip -6 makes 252 MB and unpacks in as long; xz -6 makes 165 MB in three
# times the time.
COMPRESS = ("xz", "-1", "-T2", "-c")
UNPACK = "xz -dc -T0"


def write_single_file(path: Path, entries: list[Entry], version: str) -> None:
    """Write the script and `entries`."""
    payload = path.with_name(path.name + ".payload")
    try:
        with payload.open("wb") as file:
            _compress(entries, file)
        head = _script(payload, entries, version)
        with path.open("wb") as file, payload.open("rb") as data:
            file.write(head)
            shutil.copyfileobj(data, file, 1 << 20)
        path.chmod(0o755)
    finally:
        payload.unlink(missing_ok=True)


def _compress(entries: list[Entry], file: IO[bytes]) -> None:
    with (
        subprocess.Popen(COMPRESS, stdin=subprocess.PIPE, stdout=file) as process,
        cast("IO[bytes]", process.stdin) as pipe,
    ):
        write_tar(pipe, entries)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, COMPRESS)


def _script(payload: Path, entries: list[Entry], version: str) -> bytes:
    with payload.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    values = {
        "VERSION": version,
        "SHA256": digest,
        "BYTES": str(payload.stat().st_size),
        "MEGABYTES": str(-(-sum(entry.size for entry in entries) // 1_000_000)),
        "UNPACK": UNPACK,
    }
    text = (LINUX / "single_file.sh").read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return _with_own_length(text).encode()


def _with_own_length(text: str) -> str:
    """`text` with the number of the first byte behind itself, which has digits of its own."""
    mark, first = "@FIRST@", 0
    while first != (length := len(text.replace(mark, str(first)).encode()) + 1):
        first = length
    return text.replace(mark, str(first))
