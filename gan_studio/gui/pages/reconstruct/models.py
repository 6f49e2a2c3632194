"""The models that are compared: the one that was chosen, and those that were added beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.inference.bundle import Bundle

if TYPE_CHECKING:
    from gan_studio.gui.session import Session


class OtherShape(StudioError):
    """A model that takes other pictures."""

    message = N_("These models cannot be compared: one takes {one}, the other {other}.")
    hint = N_("Choose a run on pictures of the same size.")


@dataclass(frozen=True, eq=False)
class Added:
    """A run beside the first; its bundle is None until it is loaded."""

    run_dir: Path
    title: str
    bundle: Bundle | None = None


class Models(QObject):
    """Loads added runs in the background.

    Attributes:
        first: the model that was chosen.
        added: the runs beside it.
        live: the added run that trains, whose weights are handed over with `put`.

    Signals:
        changed: other models are ready to be compared.
        added_changed: other runs are listed beside the first.
        failed: the exception in place of an added model.
    """

    changed = Signal()
    added_changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.first: Bundle | None = None
        self.added: list[Added] = []
        self.live: Path | None = None

    @property
    def loaded(self) -> tuple[Bundle, ...]:
        """The models in the order of their columns; none without a first one."""
        if self.first is None:
            return ()
        shape = self.first.spec.shape
        others = [item.bundle for item in self.added if item.bundle is not None]
        return (self.first, *(bundle for bundle in others if bundle.spec.shape == shape))

    @property
    def run_dirs(self) -> set[Path | None]:
        """The runs that have a column."""
        first = {self.first.run_dir} if self.first is not None else set()
        return first | {item.run_dir for item in self.added}

    def set_first(self, bundle: Bundle | None) -> None:
        """Replace the first model."""
        self.first = bundle
        self.changed.emit()

    def add(self, run_dir: Path, title: str) -> None:
        """Add a run as another column; `changed` follows once it is loaded."""
        if run_dir not in self.run_dirs:
            self.load(run_dir, title)

    def put(self, run_dir: Path, title: str, bundle: Bundle) -> None:
        """Show these weights in the column of a run, a new column where it has none."""
        self._list(run_dir, title)
        self._take(run_dir, bundle)

    def clear(self) -> None:
        """Take all added columns away."""
        self.added, self.live = [], None
        self.added_changed.emit()
        self.changed.emit()

    def load(self, run_dir: Path, title: str) -> None:
        """Load the newest checkpoint of an added run, also one that has a column already."""
        self._list(run_dir, title)

        def take(bundle: Any) -> None:
            self._take(run_dir, bundle)

        def give_up(problem: Exception) -> None:
            self.remove(run_dir)
            self.failed.emit(problem)

        self._session.load_bundle(run_dir, None, take, give_up)

    def remove(self, run_dir: Path) -> None:
        """Take a column away."""
        self.added = [item for item in self.added if item.run_dir != run_dir]
        self.added_changed.emit()
        self.changed.emit()

    def _list(self, run_dir: Path, title: str) -> None:
        if all(item.run_dir != run_dir for item in self.added):
            self.added.append(Added(run_dir, title))
            self.added_changed.emit()

    def _take(self, run_dir: Path, bundle: Bundle) -> None:
        first = self.first
        if first is not None and bundle.spec.shape != first.spec.shape:
            self.remove(run_dir)
            self.failed.emit(OtherShape(one=first.spec.describe(), other=bundle.spec.describe()))
            return
        self.added = [
            replace(item, bundle=bundle) if item.run_dir == run_dir else item for item in self.added
        ]
        self.changed.emit()


def column_titles(bundles: tuple[Bundle, ...]) -> list[str]:
    """What tells models apart: latent size and step, and the family where there are several."""
    has_several = len({bundle.family_key for bundle in bundles}) > 1
    titles = []
    for bundle in bundles:
        size = _("latent {size}").format(size=bundle.latent.dim) if bundle.latent else ""
        step = _("step {step}").format(step=f"{bundle.step:,}")
        name = _(bundle.title) if has_several or not size else ""
        titles.append(" · ".join(part for part in (name, size, step) if part))
    return titles
