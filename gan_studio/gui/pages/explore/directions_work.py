"""What is done with directions in a thread of the pool, where torch may be imported.

Every function here gives a job for a `Task`; nothing of the engine is imported before it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import Cancelled
from gan_studio.core.i18n import N_
from gan_studio.gui.pages.explore.latent_state import Floats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.data.base import Prepared  # noqa: TC004 - only a dataclass's annotation
    from gan_studio.gui.bridge.task import Job, Progress
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions import Direction

    Asked = Callable[[], bool]

DRAWN_AT_ONCE = 16
MOST_ENCODED = 10_000

LEARNING = N_("Learning the classes")
MARKING = N_("Marking samples")
SAMPLING = N_("Drawing samples")
DRAWING = N_("Drawing pictures")


@dataclass
class Teacher:
    """A classifier that has learned the classes of a data set, for several classes in turn.

    Attributes:
        cache: where classifiers stay for the next session.
    """

    cache: Path
    prepared: Prepared | None = None
    net: Any = None

    def learned(self, prepared: Prepared, progress: Progress, is_cancelled: Asked) -> Any:
        """The classifier of these data; it takes a while the first time."""
        from gan_studio.diagnostics.classifier_cache import known_classifier

        def tell(done: int, total: int) -> None:
            if is_cancelled():
                raise Cancelled
            progress(done, total, LEARNING)

        if self.net is None or self.prepared is not prepared:
            net = known_classifier(prepared, self.cache, progress=tell)
            self.net, self.prepared = net, prepared
        return self.net


@dataclass(frozen=True, eq=False)
class Marked:
    """What a person marked: latents ``[N, dim]``, bool ``[N]``, and the class that was drawn."""

    latents: Floats
    marks: Any
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Offered:
    """Pictures to be marked: latents ``[N, dim]`` and uint8 pictures ``[N, C, H, W]``."""

    latents: Floats
    pictures: Any


def finding(
    bundle: Bundle, kind: str, count: int, label: int | None, prepared: Prepared | None
) -> Job:
    """The directions that the model has by itself; encoded `prepared` serve a latent PCA."""

    def job(progress: Progress, is_cancelled: Asked) -> list[Direction]:
        from gan_studio.inference.directions import find_directions

        _alone()
        tell = _telling(progress, SAMPLING)
        codes = None
        if prepared is not None and bundle.can(Capability.ENCODES):
            codes = _codes(bundle, prepared, progress, is_cancelled)
        found = find_directions(
            bundle, kind, count, label=label, codes=codes, progress=tell, is_cancelled=is_cancelled
        )
        return [_dated(direction, bundle) for direction in found]

    return job


def of_classes(
    bundle: Bundle,
    prepared: Prepared,
    indices: Sequence[int],
    label: int | None,
    teacher: Teacher,
    name: str,
) -> Job:
    """A direction towards each of these classes; classes that are hardly ever drawn are left out.

    `name` holds "{name}" where the class is named.
    The job raises what the last class raised where none could be had.
    """

    def job(progress: Progress, is_cancelled: Asked) -> list[Direction]:
        from gan_studio.inference.directions import TooFewMarks, class_direction

        _alone()
        net, found, problem = teacher.learned(prepared, progress, is_cancelled), [], None
        for index in indices:
            if is_cancelled():
                raise Cancelled
            try:
                direction = class_direction(
                    bundle,
                    prepared,
                    index,
                    label=label,
                    name=name.format(name=prepared.spec.class_names[index]),
                    classifier=net,
                    progress=_telling(progress, MARKING),
                    is_cancelled=is_cancelled,
                )
            except TooFewMarks as error:
                problem = error
            else:
                found.append(_dated(direction, bundle))
        if problem is not None and not found:
            raise problem
        return found

    return job


def of_property(bundle: Bundle, key: str, name: str, label: int | None) -> Job:
    """The direction along which a property of the pictures grows."""

    def job(progress: Progress, is_cancelled: Asked) -> list[Direction]:
        from gan_studio.inference.directions import property_direction

        _alone()
        tell = _telling(progress, SAMPLING)
        direction = property_direction(
            bundle, key, label=label, name=name, progress=tell, is_cancelled=is_cancelled
        )
        return [_dated(direction, bundle)]

    return job


def of_marks(bundle: Bundle, marked: Marked, name: str) -> Job:
    """The direction from what was marked no to what was marked yes."""

    def job(progress: Progress, is_cancelled: Asked) -> list[Direction]:
        from gan_studio.inference.directions import marked_direction

        _alone()
        direction = marked_direction(
            bundle,
            marked.latents,
            marked.marks,
            name=name,
            label=marked.label,
            progress=_telling(progress, MARKING),
            is_cancelled=is_cancelled,
        )
        return [_dated(direction, bundle)]

    return job


def apart(direction: Direction, others: Sequence[Direction], name: str) -> Job:
    """A direction without what it shares with others."""

    def job(progress: Progress, is_cancelled: Asked) -> list[Direction]:
        from gan_studio.inference.directions import orthogonalised

        return [replace(orthogonalised(direction, others), name=name)]

    return job


def offering(bundle: Bundle, marked: Marked, count: int, seed: int) -> Job:
    """More pictures to be marked; those first that the marks so far leave in doubt."""

    def job(progress: Progress, is_cancelled: Asked) -> Offered:
        from gan_studio.inference.directions import LEAST_MARKS, candidates, next_candidates

        _alone()
        yes = int(marked.marks.sum())
        if min(yes, len(marked.marks) - yes) >= LEAST_MARKS:
            latents = next_candidates(
                bundle,
                marked.latents,
                marked.marks,
                count,
                seed,
                label=marked.label,
                progress=_telling(progress, SAMPLING),
                is_cancelled=is_cancelled,
            )
        else:
            latents = candidates(bundle, count, seed)
        return Offered(latents, drawn(bundle, latents, marked.label, progress, is_cancelled))

    return job


def drawn(
    bundle: Bundle, latents: Floats, label: int | None, progress: Progress, is_cancelled: Asked
) -> Any:
    """uint8 pictures ``[N, C, H, W]``."""
    from gan_studio.inference.renderer import PicturesAt, Renderer

    render, parts = Renderer(), []
    for start in range(0, len(latents), DRAWN_AT_ONCE):
        if is_cancelled():
            raise Cancelled
        part = latents[start : start + DRAWN_AT_ONCE]
        parts.append(render(bundle, PicturesAt(part, label)).values)
        progress(min(start + DRAWN_AT_ONCE, len(latents)), len(latents), DRAWING)
    return np.concatenate(parts)


def _codes(bundle: Bundle, prepared: Prepared, progress: Progress, is_cancelled: Asked) -> Floats:
    from gan_studio.inference.codes import encode_split

    tell = _telling(progress, "encode")
    codes = encode_split(bundle, prepared.train, MOST_ENCODED, tell, is_cancelled)
    return np.asarray(codes.latents, np.float32)


def _telling(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(done, total, what)


def _dated(direction: Direction, bundle: Bundle) -> Direction:
    """With the step of the weights that it was found from."""
    return replace(direction, facts={**direction.facts, "step": bundle.step})


def _alone() -> None:
    """One thread: the cores belong to training."""
    from gan_studio.training.device import use_threads

    use_threads(1)
