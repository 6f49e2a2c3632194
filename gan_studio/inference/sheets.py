"""Contact sheets: many places of a latent space at once, by a recipe that can be followed again.

Torch is imported only where something is drawn, so that the window may know recipes and sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.inference.again import class_count, where_from
from gan_studio.inference.near import places_near
from gan_studio.inference.places import BATCH, Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
SEEDS, SWEEP, CLASSES, NEAR = "seeds", "sweep", "classes", "near"
COUNTS = (16, 25, 36, 64, 100, 144, 225, 400)
PSIS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)  # the rows of a sweep
FEWEST_COLUMNS = 2


@dataclass(frozen=True, eq=False)
class Recipe:
    """How a sheet comes about.

    Attributes:
        kind: `SEEDS` (one place per seed), `SWEEP` (rows of truncation), `CLASSES` (a row per
            class) or `NEAR` (around chosen places).
        count: how many pictures; sheets of rows take as many whole columns as fit.
        first: the first seed; for `NEAR` the seed of its mixtures and noise.
        psi: truncation, but for sweeps.
        strength: how far from the mean seeds lead, 1 as they are.
        label: the class of all, where a model takes one; `CLASSES` draws every class.
        held: latent numbers that are the same everywhere, by their index.
        chosen: for `NEAR`: what the new ones are like.
        share: for `NEAR`: how much is new, from 0 (mixtures) to 1 (only the class stays).
    """

    kind: str = SEEDS
    count: int = 64
    first: int = 1
    psi: float = 1.0
    strength: float = 1.0
    label: int | None = None
    held: Mapping[int, float] = field(default_factory=dict)
    chosen: tuple[Place, ...] = ()
    share: float = 0.3


@dataclass(frozen=True, eq=False)
class Sheet:
    """Places in the order in which they are drawn, row by row.

    Attributes:
        recipe: how they came about.
        places: one per picture.
        columns: pictures per row, 0 where any number will do.
        rows: what the rows are called, where they mean something.
        seeds: the seed of each column, where rows mean something.
        next_seed: the first one that nothing was drawn from.
        replaced: how many rejected pictures gave way to others.
    """

    recipe: Recipe
    places: tuple[Place, ...]
    columns: int = 0
    rows: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    next_seed: int = 1
    replaced: int = 0


def make_sheet(bundle: Bundle, recipe: Recipe) -> Sheet:
    """Follow a recipe; the same recipe and model give the same sheet.

    Raises:
        Unsupported: the family has no latent space.
    """
    if recipe.kind == NEAR:
        return _near(bundle, recipe)
    if recipe.kind in (SWEEP, CLASSES):
        return _with_columns(bundle, recipe, _seeds(recipe.first, columns_of(bundle, recipe)))
    seeds = _seeds(recipe.first, recipe.count)
    places = tuple(_seeded(bundle, recipe, seed) for seed in seeds)
    return Sheet(recipe, places, next_seed=seeds[-1] + 1)


def with_replaced(bundle: Bundle, sheet: Sheet, indices: Iterable[int]) -> Sheet:
    """The same sheet with other places at these; where rows mean something, whole columns change.

    New seeds follow those that were drawn.
    """
    wanted = sorted(set(indices))
    if not wanted:
        return sheet
    if sheet.seeds:
        return _with_new_columns(bundle, sheet, sorted({index % sheet.columns for index in wanted}))
    recipe, places = sheet.recipe, list(sheet.places)
    if recipe.kind == NEAR:
        made = _near(bundle, replace(recipe, first=sheet.next_seed, count=len(wanted)), alone=True)
        found: Sequence[Place] = made.places
        next_seed = made.next_seed
    else:
        seeds = _seeds(sheet.next_seed, len(wanted))
        found, next_seed = [_seeded(bundle, recipe, seed) for seed in seeds], seeds[-1] + 1
    for index, place in zip(wanted, found, strict=True):
        places[index] = place
    return replace(
        sheet, places=tuple(places), next_seed=next_seed, replaced=sheet.replaced + len(wanted)
    )


def replaced_by(sheet: Sheet, indices: Iterable[int]) -> frozenset[int]:
    """Which places `with_replaced` changes where these are rejected."""
    rejected = frozenset(indices)
    if not sheet.seeds:
        return rejected
    columns = {index % sheet.columns for index in rejected}
    places = range(len(sheet.places))
    return frozenset(index for index in places if index % sheet.columns in columns)


def columns_of(bundle: Bundle, recipe: Recipe) -> int:
    """How many seeds a sheet of rows shows."""
    return max(FEWEST_COLUMNS, recipe.count // max(1, len(_row_names(bundle, recipe))))


def can_show_classes(bundle: Bundle) -> bool:
    """Whether a sheet may have a row per class."""
    return class_count(bundle) > 1


def kept(recipe: Recipe) -> int:
    """How many of the chosen places stay at the head of a `NEAR` sheet: half of it at most."""
    return min(len(recipe.chosen), recipe.count // 2)


def describe(sheet: Sheet, class_names: Sequence[str] = (), step: int | None = None) -> str:
    """``seeds 1-100 · ψ 0.7 · step 1,000``: what makes the sheet again."""
    recipe = sheet.recipe
    words = [_seed_words(sheet)]
    if recipe.kind == SWEEP:
        words.append(_("ψ {low} … {high}").format(low=f"{PSIS[0]:g}", high=f"{PSIS[-1]:g}"))
    elif recipe.psi != 1:
        words.append(f"ψ {recipe.psi:.2g}")
    if recipe.label is not None and recipe.kind != CLASSES and recipe.label < len(class_names):
        words.append(_("class {name}").format(name=class_names[recipe.label]))
    if recipe.strength != 1 and recipe.kind != NEAR:
        words.append(_("strength {value}").format(value=f"{recipe.strength:.2g}"))
    if recipe.held:
        held = len(recipe.held)
        words.append(
            ngettext("{count} number held", "{count} numbers held", held).format(count=held)
        )
    if sheet.replaced:
        words.append(_("{count} replaced").format(count=sheet.replaced))
    if step is not None:
        words.append(_("step {step}").format(step=f"{step:,}"))
    return " · ".join(words)


def _seed_words(sheet: Sheet) -> str:
    recipe = sheet.recipe
    if recipe.kind == NEAR:
        words = _("near {count} chosen · distance {share} · seed {seed}")
        return words.format(
            count=len(recipe.chosen), share=f"{recipe.share:.2f}", seed=recipe.first
        )
    count = len(sheet.seeds) or len(sheet.places)
    last = recipe.first + count - 1
    return _("seeds {first}–{last}").format(first=recipe.first, last=last)


def latents_of(bundle: Bundle, sheet: Sheet, indices: Iterable[int] | None = None) -> Places:
    """The latents file of a sheet, or of some of its places, as ``gan-studio sample`` draws it."""
    chosen = range(len(sheet.places)) if indices is None else sorted(indices)
    words = describe(sheet, bundle.spec.class_names, bundle.step)
    facts = {**where_from(bundle), "sheet": words}
    return Places(tuple(sheet.places[index] for index in chosen), BATCH, facts)


def _seeds(first: int, count: int) -> tuple[int, ...]:
    return tuple(range(first, first + count))


def _seeded(bundle: Bundle, recipe: Recipe, seed: int) -> Place:
    is_plain = not recipe.held and recipe.strength == 1
    return Place(_z(bundle, recipe, seed), recipe.label, recipe.psi, seed if is_plain else None)


def _z(bundle: Bundle, recipe: Recipe, seed: int) -> Floats:
    """As Explore goes to a seed: with its strength and with what is locked there."""
    from gan_studio.inference.latents import latents_from_seed

    z = np.asarray(latents_from_seed(bundle, seed, 1)[0].numpy(), np.float32)
    if recipe.strength != 1:
        mean = np.asarray(bundle.latent_range()[0].numpy(), np.float32)
        z = np.asarray(mean + recipe.strength * (z - mean), np.float32)
    return _held(z, recipe)


def _held(z: Floats, recipe: Recipe) -> Floats:
    if recipe.held:
        z[list(recipe.held)] = list(recipe.held.values())
    return z


def _row_names(bundle: Bundle, recipe: Recipe) -> tuple[str, ...]:
    if recipe.kind == SWEEP:
        return tuple(f"ψ {psi:g}" for psi in PSIS)
    return tuple(bundle.spec.class_names[: recipe.count // FEWEST_COLUMNS])


def _with_columns(bundle: Bundle, recipe: Recipe, seeds: tuple[int, ...]) -> Sheet:
    names = _row_names(bundle, recipe)
    column = [_seeded(bundle, recipe, seed) for seed in seeds]
    if recipe.kind == SWEEP:
        rows = [[replace(place, psi=psi) for place in column] for psi in PSIS]
    else:
        rows = [[replace(place, label=label) for place in column] for label in range(len(names))]
    places = tuple(place for row in rows for place in row)
    return Sheet(recipe, places, len(seeds), names, seeds, max(seeds) + 1)


def _with_new_columns(bundle: Bundle, sheet: Sheet, columns: Sequence[int]) -> Sheet:
    seeds = list(sheet.seeds)
    for column, seed in zip(columns, _seeds(sheet.next_seed, len(columns)), strict=True):
        seeds[column] = seed
    made = _with_columns(bundle, sheet.recipe, tuple(seeds))
    next_seed = sheet.next_seed + len(columns)
    return replace(made, next_seed=next_seed, replaced=sheet.replaced + len(columns))


def _near(bundle: Bundle, recipe: Recipe, *, alone: bool = False) -> Sheet:
    """The chosen ones first, unless new ones are wanted `alone`."""
    mean, spread = (np.asarray(part.numpy(), np.float32) for part in bundle.latent_range())
    prior = bundle.latent.prior if bundle.latent is not None else "normal"
    head = () if alone else recipe.chosen[: kept(recipe)]
    count = recipe.count - len(head)
    made = places_near(recipe.chosen, count, recipe.share, recipe.first, mean, spread, prior)
    tail = tuple(replace(place, z=_held(place.z, recipe)) for place in made)
    return Sheet(recipe, (*head, *tail), next_seed=recipe.first + 1)


KINDS = {
    SEEDS: N_("Random samples"),
    SWEEP: N_("Truncation sweep"),
    CLASSES: N_("Every class"),
}
