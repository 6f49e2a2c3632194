"""Properties that can be computed from a picture's pixels, and directions along which they grow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import Unsupported
from gan_studio.core.i18n import N_
from gan_studio.inference.directions.boundary import boundary_along, check_sides, held_out_rows
from gan_studio.inference.directions.direction import Direction, make_direction
from gan_studio.inference.directions.watch import Progress, Watch
from gan_studio.inference.planes import check_finite

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle

Pictures = npt.NDArray[np.uint8]
Values = npt.NDArray[np.float64]
_LEAST_INK = 1.0  # full pixels; with less there is nothing whose slant or width could be told
_STRENGTH = 10.0  # penalty on the slopes, small beside thousands of samples
SHOWN = 200  # held-out samples that are moved to see by how much the property changes


@dataclass(frozen=True)
class Property:
    """A number that every picture has.

    Attributes:
        title: marked for translation.
        help: what a high value looks like, marked for translation.
        measure: uint8 pictures ``[N, C, H, W]`` to float ``[N]``; NaN where it means nothing (the
            slant of an empty picture).
        needs_colour: whether grey pictures have none.
    """

    title: str
    help: str
    measure: Callable[[Pictures], Values]
    needs_colour: bool = False


def brightness(pictures: Pictures) -> Values:
    """Mean grey value."""
    return _values(_grey(pictures).mean((1, 2)))


def contrast(pictures: Pictures) -> Values:
    """Standard deviation of the grey values."""
    return _values(_grey(pictures).std((1, 2)))


def thickness(pictures: Pictures) -> Values:
    """Mean width of the strokes in pixels: twice the area over the length of its edge."""
    ink = _ink(pictures)
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    down, across = np.diff(padded, axis=1)[:, :, :-1], np.diff(padded, axis=2)[:, :-1]
    edge = np.hypot(down, across).sum((1, 2))
    return _where_inked(ink, 2 * ink.sum((1, 2)) / np.maximum(edge, 1e-9))


def slant(pictures: Pictures) -> Values:
    """How far it leans to the right, in degrees: the shear of its second moments."""
    ink = _ink(pictures)
    down, across = _moments(ink)
    leaning = -(ink * down * across).sum((1, 2)) / np.maximum((ink * down**2).sum((1, 2)), 1e-9)
    return _where_inked(ink, np.degrees(np.arctan(leaning)))


def width(pictures: Pictures) -> Values:
    """Pixels from left to right: the length of a bar with the same second moment."""
    ink = _ink(pictures)
    return _where_inked(ink, _extent(ink, _moments(ink)[1]))


def height(pictures: Pictures) -> Values:
    """Pixels from top to bottom, as `width`."""
    ink = _ink(pictures)
    return _where_inked(ink, _extent(ink, _moments(ink)[0]))


def saturation(pictures: Pictures) -> Values:
    """Mean difference of the strongest and the weakest of the three colours."""
    return _values((pictures.max(1).astype(np.float64) - pictures.min(1)).mean((1, 2)))


def warmth(pictures: Pictures) -> Values:
    """Mean of red less blue."""
    return _values((pictures[:, 0].astype(np.float64) - pictures[:, 2]).mean((1, 2)))


PROPERTIES: Mapping[str, Property] = {
    "brightness": Property(
        N_("Brightness"), N_("The mean of all pixels: how much light there is."), brightness
    ),
    "contrast": Property(N_("Contrast"), N_("How far light and dark pixels lie apart."), contrast),
    "thickness": Property(
        N_("Thickness"),
        N_("How wide the strokes are, in pixels. For drawings on an even ground."),
        thickness,
    ),
    "slant": Property(
        N_("Slant"),
        N_("How far it leans to the right, in degrees. For drawings on an even ground."),
        slant,
    ),
    "width": Property(
        N_("Width"),
        N_("How wide the drawing is, in pixels. For drawings on an even ground."),
        width,
    ),
    "height": Property(
        N_("Height"),
        N_("How tall the drawing is, in pixels. For drawings on an even ground."),
        height,
    ),
    "saturation": Property(
        N_("Saturation"), N_("How far the colours are from grey."), saturation, needs_colour=True
    ),
    "warmth": Property(
        N_("Warmth"), N_("How much more red than blue there is."), warmth, needs_colour=True
    ),
}


def property_direction(
    bundle: Bundle,
    key: str,
    *,
    samples: int = 10_000,
    seed: int = 0,
    label: int | None = None,
    name: str = "",
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Direction:
    """The way along which a property of the pictures grows, by linear regression on z.

    The slider stands at 0 where the upper half of the samples begins. Facts, on samples that were
    not fitted: ``balanced_accuracy`` (upper against lower half), ``correlation`` of the slider with
    the property, ``change`` of the property from one unit to the next around a sample.

    Args:
        bundle: a model that draws pictures.
        key: of `PROPERTIES`.
        samples: pictures that are measured.
        seed: of their latents.
        label: the class that is drawn, for families that take one.
        name: of the direction; the property's title without.
        progress: is told (samples done, all samples).
        is_cancelled: asked between batches.

    Raises:
        Unsupported: the family draws no pictures from a latent, or no coloured ones.
        TooFewMarks: the samples are alike in it.
        BadCodes: latents are not finite.
        Cancelled: it was.
        KeyError: there is no such property.
    """
    from gan_studio.inference.directions.samples import drawn_latents

    measured = PROPERTIES[key]
    name = name or measured.title
    _check(bundle, measured)
    watch = Watch(progress, is_cancelled, samples + 2 * SHOWN)
    latents = drawn_latents(bundle, samples, seed, "property")
    values = _measured(bundle, latents.numpy(), measured, label, watch)
    made, held_out = _along(bundle, name, latents.numpy(), values)
    change = _change(bundle, made, held_out[:SHOWN], measured, label, watch)
    facts: dict[str, float | int | str] = {**made.facts, "property": key, "change": change}
    if label is not None:
        facts["label"] = label
    return replace(made, facts=facts)


def _along(bundle: Bundle, name: str, latents: Any, values: Values) -> tuple[Direction, Any]:
    """The direction along which `values` ``[N]`` grow, and latents that were not fitted.

    Raises:
        TooFewMarks: the values are alike.
        BadCodes: latents are not finite.
    """
    usable = np.isfinite(values)
    latents, values = latents[usable], values[usable]
    check_finite(latents)
    upper = values > np.median(values) if len(values) else np.zeros(0, bool)
    check_sides(upper, name)
    held = held_out_rows(upper)
    way = _slopes(latents[~held], values[~held], bundle.latent_range()[1].numpy())
    found = boundary_along(latents, upper, way)
    facts: dict[str, float | int | str] = {
        "balanced_accuracy": found.balanced_accuracy,
        "correlation": float(np.corrcoef(latents[held] @ found.normal, values[held])[0, 1]),
        "held_out": found.held_out,
        "samples": len(values),
    }
    return make_direction(bundle, name, "property", way, facts, found.offset), latents[held]


def _check(bundle: Bundle, measured: Property) -> None:
    from gan_studio.inference.directions.samples import check_draws_pictures

    check_draws_pictures(bundle, "A direction of a property")
    if measured.needs_colour and bundle.spec.shape[0] != 3:
        raise Unsupported(
            what=f"“{measured.title}”", need="draws coloured pictures", family=bundle.family_key
        )


def _measured(
    bundle: Bundle, latents: Any, measured: Property, label: int | None, watch: Watch
) -> Values:
    import torch

    from gan_studio.inference.directions.samples import looked_at
    from gan_studio.training.sampling import to_bytes

    def look(_latents: Any, pictures: Any) -> Values:
        return measured.measure(to_bytes(pictures))

    given = torch.from_numpy(np.asarray(latents, np.float32))
    values: Values = looked_at(bundle, given, look, label, watch)
    return values


def _slopes(latents: Any, values: Values, spread: Any) -> Values:
    """The way ``[dim]`` along which `values` grow, outliers cut off."""
    from sklearn.linear_model import Ridge

    scale = np.maximum(spread.astype(np.float64), 1e-6)
    cut = np.clip(values, *np.quantile(values, (0.01, 0.99)))
    slopes: Values = Ridge(_STRENGTH).fit(latents / scale, cut).coef_ / scale
    return slopes if slopes.any() else np.ones_like(slopes)


def _change(
    bundle: Bundle,
    direction: Direction,
    latents: Any,
    measured: Property,
    label: int | None,
    watch: Watch,
) -> float:
    """By how much the property changes per unit: from one below to one above, halved."""
    moved = [direction.moved(latents, delta) for delta in (-1.0, 1.0)]
    below, above = (_measured(bundle, each, measured, label, watch) for each in moved)
    both = np.isfinite(below) & np.isfinite(above)
    return float((above - below)[both].mean() / 2) if both.any() else float("nan")


def _values(values: Any) -> Values:
    return np.asarray(values, np.float64)


def _grey(pictures: Pictures) -> Values:
    grey: Values = pictures.mean(1, dtype=np.float64)
    return grey


def _ink(pictures: Pictures) -> Values:
    """How much each pixel differs from the ground (the median of the rim), in [0, 1]."""
    grey = _grey(pictures)
    rim = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], 1)
    ink: Values = np.abs(grey - np.median(rim, 1)[:, None, None]) / 255
    return ink


def _moments(ink: Values) -> tuple[Values, Values]:
    """Each pixel's place from the middle of the ink, down and across ``[N, H, W]`` or as wide."""
    total = np.maximum(ink.sum((1, 2)), 1e-9)[:, None, None]
    down = np.arange(ink.shape[1], dtype=np.float64)[None, :, None]
    across = np.arange(ink.shape[2], dtype=np.float64)[None, None, :]
    middles = [(ink * way).sum((1, 2), keepdims=True) / total for way in (down, across)]
    return down - middles[0], across - middles[1]


def _extent(ink: Values, way: Values) -> Values:
    total = np.maximum(ink.sum((1, 2)), 1e-9)
    extent: Values = np.sqrt(12 * (ink * way**2).sum((1, 2)) / total)
    return extent


def _where_inked(ink: Values, values: Values) -> Values:
    return np.where(ink.sum((1, 2)) >= _LEAST_INK, values, np.nan)
