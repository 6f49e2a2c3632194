"""The models that are compared: the one that was chosen, and those that were added beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.capabilities import can_copy, needs_search
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.widgets.run_picker import checkpoint_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.gui.run_list import RunSummary
    from gan_studio.gui.session import Session
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.principal_model import PrincipalModel

Key = tuple[Path, int | None]


class OtherShape(StudioError):
    """A model that takes points, beside one that takes pictures."""

    message = N_("These models cannot be compared: one takes {one}, the other {other}.")
    hint = N_("Choose a run on pictures of the same size.")


@dataclass(frozen=True, eq=False)
class Added:
    """A column beside the first.

    Attributes:
        bundle: the model, None until it is loaded.
        kept_step: the step that this column stays at; None for a run that moves with the others.
        step: what is shown of a run that moves, None for its newest.
    """

    run_dir: Path
    title: str
    bundle: Any = None
    kept_step: int | None = None
    step: int | None = None

    @property
    def key(self) -> Key:
        """What tells columns apart."""
        return self.run_dir, self.kept_step

    @property
    def wanted(self) -> int | None:
        """The step to load."""
        return self.step if self.kept_step is None else self.kept_step


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
        told: a sentence on an added model that a person has to know.
    """

    changed = Signal()
    added_changed = Signal()
    failed = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        load: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(parent)
        self._load = load or session.load_bundle
        self.first: Bundle | None = None
        self.added: list[Added] = []
        self.live: Path | None = None
        self.baseline: PrincipalModel | None = None

    @property
    def loaded(self) -> tuple[Bundle, ...]:
        """The models in the order of their columns; none without a first one."""
        if self.first is None:
            return ()
        first = self.first
        others = [fitting(item.bundle, first) for item in self.added if item.bundle is not None]
        return (first, *(bundle for bundle in others if bundle is not None))

    @property
    def columns(self) -> tuple[Any, ...]:
        """The models, and at last principal components where they have a column."""
        loaded = self.loaded
        baseline = self.baseline
        return loaded if baseline is None or not loaded else (*loaded, baseline)

    @property
    def titles(self) -> list[str]:
        """The names of `columns`."""
        loaded, columns = self.loaded, self.columns
        beside = [_("PCA, {size}").format(size=item.count) for item in columns[len(loaded) :]]
        return column_titles(loaded) + beside

    @property
    def run_dirs(self) -> set[Path | None]:
        """The runs that have a column."""
        first = {self.first.run_dir} if self.first is not None else set()
        return first | {item.run_dir for item in self.added if item.kept_step is None}

    def set_first(self, bundle: Bundle | None) -> None:
        """Replace the first model."""
        self.first = bundle
        self.changed.emit()

    def set_baseline(self, baseline: PrincipalModel | None) -> None:
        """Show principal components as the last column, or no longer."""
        if baseline is not self.baseline:
            self.baseline = baseline
            self.changed.emit()

    def add(self, run_dir: Path, title: str) -> None:
        """Add a run as another column; `changed` follows once it is loaded."""
        if run_dir not in self.run_dirs:
            self.load(run_dir, title)

    def load(self, run_dir: Path, title: str) -> None:
        """Load the newest checkpoint of an added run, also one that has a column already."""
        item = replace(self._listed(run_dir, title), step=None)
        self._replace(item.key, step=None)
        self._fetch(item)

    def put(self, run_dir: Path, title: str, bundle: Bundle) -> None:
        """Show the newest weights in the column of a run, a new column where it has none.

        A column that was moved to an earlier moment stays there.
        """
        self._take(self._listed(run_dir, title).key, None, bundle)

    def clear(self) -> None:
        """Take all added columns away."""
        self.added, self.live = [], None
        self.added_changed.emit()
        self.changed.emit()

    def keep_first(self) -> None:
        """Add the first model, as it is at its step, as a column that stays there."""
        first = self.first
        if first is None or first.run_dir is None:
            return
        title = column_titles((first,))[0]
        item = Added(first.run_dir, title, bundle=first, kept_step=first.step)
        if item.key not in {other.key for other in self.added}:
            self.added.append(item)
            self.added_changed.emit()
            self.changed.emit()

    def move_to(self, step: int | None) -> None:
        """Move every added run to its moment nearest to `step`, its newest for None."""
        for item in list(self.added):
            if item.kept_step is None:
                steps = checkpoint_steps(item.run_dir) if step is not None else []
                nearest = min(steps, key=lambda one: abs(one - (step or 0)), default=None)
                if nearest != item.step:
                    self._replace(item.key, step=nearest)
                    self._fetch(replace(item, step=nearest))

    def remove(self, key: Key | Path) -> None:
        """Take a column away: by its key, or a run by its folder."""
        key = key if isinstance(key, tuple) else (key, None)
        self.added = [item for item in self.added if item.key != key]
        self.added_changed.emit()
        self.changed.emit()

    def _listed(self, run_dir: Path, title: str) -> Added:
        """The column of a run that moves with the others, a new one where it has none."""
        found = next((item for item in self.added if item.key == (run_dir, None)), None)
        if found is None:
            found = Added(run_dir, title)
            self.added.append(found)
            self.added_changed.emit()
        return found

    def _fetch(self, item: Added) -> None:
        key, wanted = item.key, item.wanted

        def take(bundle: Any) -> None:
            self._take(key, wanted, bundle)

        def give_up(problem: Exception) -> None:
            if self._waiting(key, wanted) is not None:
                self.remove(key)
                self.failed.emit(problem)

        self._load(item.run_dir, wanted, take, give_up)

    def _take(self, key: Key, wanted: int | None, bundle: Bundle) -> None:
        item = self._waiting(key, wanted)
        if item is None:
            return
        first, is_new = self.first, item.bundle is None
        if first is not None and fitting(bundle, first) is None:
            self.remove(key)
            self.failed.emit(OtherShape(one=first.spec.describe(), other=bundle.spec.describe()))
            return
        self._replace(key, bundle=bundle)
        self.changed.emit()
        if first is not None and is_new and (text := difference(item.title, bundle, first)):
            self.told.emit(text)

    def _waiting(self, key: Key, wanted: int | None) -> Added | None:
        """The column that asked for a step; None where it was taken away or moved on meanwhile."""
        return next((item for item in self.added if (item.key, item.wanted) == (key, wanted)), None)

    def _replace(self, key: Key, **changes: Any) -> None:
        self.added = [replace(item, **changes) if item.key == key else item for item in self.added]


def fitting(bundle: Bundle, first: Bundle) -> Bundle | None:
    """`bundle` for the pictures of the first model; None where they cannot be converted."""
    if bundle.spec.shape == first.spec.shape:
        return bundle
    if not (bundle.spec.is_image and first.spec.is_image):
        return None
    from gan_studio.inference.converting import taking

    return taking(bundle, first.spec)


def difference(title: str, bundle: Bundle, first: Bundle) -> str:
    """What a person has to know of a model that learned from other data than the first."""
    parts = []
    if (bundle.config.data.key, bundle.data_title) != (first.config.data.key, first.data_title):
        text = _("“{run}” learned from {data}; here it copies {other}, which it has never seen.")
        parts.append(text.format(run=title, data=bundle.data_title, other=first.data_title))
    if bundle.spec.shape != first.spec.shape:
        text = _(
            "It takes pictures of {inside}: these, of {outside}, are converted on the way in and "
            "its copies on the way back, which costs sharpness of its own."
        )
        parts.append(text.format(inside=bundle.spec.describe(), outside=first.spec.describe()))
    return " ".join(parts)


def column_titles(bundles: Sequence[Bundle]) -> list[str]:
    """What tells models apart: latent size and step, and the family where there are several."""
    has_several = len({bundle.family_key for bundle in bundles}) > 1
    titles = []
    for bundle in bundles:
        size = _("latent {size}").format(size=bundle.latent.dim) if bundle.latent else ""
        step = _("step {step}").format(step=f"{bundle.step:,}")
        name = _(bundle.title) if has_several or not size else ""
        titles.append(" · ".join(part for part in (size, name, step) if part))
    return titles


def is_searched(model: Any) -> bool:
    """Whether the z of pictures has to be searched for: there is no encoder."""
    from gan_studio.models.base import FAMILIES

    if not hasattr(model, "family"):  # principal components
        return False
    return needs_search(FAMILIES.get(model.family_key).capabilities)


def family_copies(family: str) -> bool:
    """Whether models of a family can copy pictures in any way; False where it is not there."""
    from gan_studio.models.base import FAMILIES

    return family in FAMILIES and can_copy(FAMILIES.get(family).capabilities)


def has_pictures(run: RunSummary) -> bool:
    """Whether a run is about pictures; the lab's are about points."""
    return run.cell != (0, 0)
