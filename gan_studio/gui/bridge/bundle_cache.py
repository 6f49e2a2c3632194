"""Models that were loaded a moment ago, so that going through a run's epochs waits for no disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.gui.session import Session

MOST_BYTES = 256 * 2**20
Key = tuple[Path, int | None, int]


class BundleCache(QObject):
    """Loads in the background and remembers; the oldest give way.

    Bundles may be handed out twice: nobody may change one.
    """

    def __init__(
        self, session: Session, parent: QObject | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        super().__init__(parent)
        self._session, self._most = session, most_bytes
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._ahead: Task | None = None

    def load(
        self,
        run_dir: Path,
        step: int | None,
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> Task | None:
        """Hand a bundle over: at once where it is known, and then there is no task."""
        key = _key(run_dir, step)
        found = self._find(key)
        if found is not None:
            on_done(found)
            return None
        task = Task(lambda progress, is_cancelled: self._fetch(key), self)
        return task.on_done(on_done).on_error(on_error).start()

    def load_ahead(self, run_dir: Path, steps: Sequence[int | None]) -> None:
        """Load what will be wanted next, while there is room for it; errors wait for `load`."""
        keys = [_key(run_dir, step) for step in steps]
        if (self._ahead is not None and self._ahead.is_running) or all(map(self._find, keys)):
            return

        def job(progress: Any, is_cancelled: Callable[[], bool]) -> None:
            for key in keys:
                if is_cancelled() or self._is_half_full():
                    return
                self._fetch(key)

        self._ahead = Task(job, self).on_error(lambda problem: None).start()

    def stop(self) -> None:
        """Load nothing more ahead."""
        if self._ahead is not None:
            self._ahead.cancel()

    def _fetch(self, key: Key) -> Any:
        """In a thread of the pool."""
        found = self._find(key)
        if found is None:
            found = self._session.engine.load_bundle(key[0], key[1])
            self._keep(key, found)
        return found

    def _find(self, key: Key) -> Any:
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def _keep(self, key: Key, bundle: Any) -> None:
        with self._lock:
            self._known[key] = (bundle, _bytes(bundle))
            while len(self._known) > 1 and self._bytes() > self._most:
                self._known.popitem(last=False)

    def _is_half_full(self) -> bool:
        with self._lock:
            return self._bytes() > self._most // 2

    def _bytes(self) -> int:
        return sum(size for _bundle, size in self._known.values())


def _key(run_dir: Path, step: int | None) -> Key:
    """A run that went on from an earlier step has other weights at the same step."""
    folder = run_dir / "checkpoints"
    path = folder if step is None else folder / f"{step:06d}"
    try:
        return run_dir, step, path.stat().st_mtime_ns
    except OSError:
        return run_dir, step, 0


def _bytes(bundle: Any) -> int:
    return sum(
        item.numel() * item.element_size()
        for net in getattr(bundle, "nets", {}).values()
        for item in net.state_dict().values()
    )
