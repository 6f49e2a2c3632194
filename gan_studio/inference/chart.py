"""The latent space as a map: encoded pictures on a plane, what is near, and the way back to z."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from gan_studio.inference.density import (
    Density,
    Ellipse,
    density_of,
    normal_on_plane,
    share_in_holes,
)
from gan_studio.inference.planes import (
    Codes,
    Plane,
    plane_of_most_variance,
    plane_of_one,
    plane_of_two,
)

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.planes import Floats

OWN, PRINCIPAL, NEIGHBOURS = "own", "principal", "neighbours"
"""Ways to see a latent in two numbers: two of its own, principal components, t-SNE."""
IDLE = 0.05  # nats; a number that tells less is not used
PRIOR_DRAWS = 1000
MIXED = 5  # neighbours that a place between the points of a bent map is the mean of


@dataclass(frozen=True, eq=False)
class Chart:
    """A set of pictures as places on a plane.

    Attributes:
        codes: the encoded pictures.
        plane: where they lie.
        way: how the plane was found.
        density: of the points, None where there are too few.
        prior: where random z are drawn, None where the plane has no straight way back, or where
            they are not drawn from a normal distribution.
        holes: the share of random z that fall where no picture was encoded to, in all numbers of z.
    """

    codes: Codes
    plane: Plane
    way: str
    density: Density | None = None
    prior: Ellipse | None = None
    holes: float | None = None

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self.plane.points)

    @cached_property
    def centres(self) -> dict[int, tuple[float, float]]:
        """The median place of each class, where its name may stand; empty without labels."""
        points, labels = self.plane.points, self.codes.labels
        found = {}
        for label in () if labels is None else np.unique(labels):
            middle = np.median(points[labels == label], axis=0)
            found[int(label)] = (float(middle[0]), float(middle[1]))
        return found

    def nearest(
        self, place: tuple[float, float], per_pixel: tuple[float, float]
    ) -> tuple[int, float]:
        """The point (its number on the map) nearest to a place and how far, in pixels.

        Args:
            place: two numbers of the plane.
            per_pixel: how much of each number one pixel is; they may differ.
        """
        reach = 40.0
        found = self._tree.query_ball_point(place, reach * max(per_pixel))
        if not found:
            return -1, float("inf")
        apart = (self.plane.points[found] - place) / per_pixel
        distances = np.hypot(apart[:, 0], apart[:, 1])
        best = int(distances.argmin())
        return int(found[best]), float(distances[best])

    def nearest_many(self, place: tuple[float, float], count: int) -> npt.NDArray[np.intp]:
        """The `count` points nearest to a place, the nearest first."""
        _far, found = self._tree.query(place, min(count, len(self.codes)))
        return np.atleast_1d(found)

    def latents_at(self, places: Floats) -> Floats:
        """The latents of places ``[M, 2]``: ``[M, dim]``, float32.

        Where no straight way leads back (t-SNE), they are means of the nearest points' latents,
        weighted by closeness.
        """
        if self.plane.origin is not None:
            return self.plane.latents_at(places).astype(np.float32)
        return _mixed(self._tree, self.codes.latents, places)

    def places_of(self, latents: Floats) -> Floats:
        """Where latents ``[M, dim]`` lie on the plane ``[M, 2]``; what points off it is lost."""
        if self.plane.origin is not None:
            return self.plane.points_of(latents)
        return _mixed(self.codes.tree, self.plane.points, latents)


def _mixed(tree: KDTree, values: Floats, places: Floats) -> Floats:
    count = min(MIXED, len(values))
    distances, found = tree.query(places, count)
    distances, found = distances.reshape(-1, count), found.reshape(-1, count)
    weights = 1 / np.maximum(distances, 1e-9)
    weights /= weights.sum(1, keepdims=True)
    mixed: Floats = (values[found] * weights[..., None]).sum(1)
    return mixed.astype(np.float32)


def chart_of(bundle: Bundle, codes: Codes, way: str, dims: tuple[int, int] = (0, 1)) -> Chart:
    """See codes on two of their own numbers (`dims`) or on their principal plane.

    A latent of one number lies on a line.

    Raises:
        BadCodes: some are not finite.
        ValueError: another way.
    """
    codes.check()
    if way not in (OWN, PRINCIPAL):
        raise ValueError(f"no such way: {way}")
    if codes.latents.shape[1] == 1:
        plane = plane_of_one(codes)
    elif way == OWN:
        plane = plane_of_two(codes, *dims)
    else:
        plane = plane_of_most_variance(codes)
    return _finished(bundle, codes, plane, way)


def bent_chart(bundle: Bundle, codes: Codes, points: Floats) -> Chart:
    """See codes at places that a method found which knows no way back, such as t-SNE."""
    _ = codes.tree  # made here, beside the window, as what `_finished` makes
    return _finished(bundle, codes, Plane(points, None, None, None), NEIGHBOURS)


def _finished(bundle: Bundle, codes: Codes, plane: Plane, way: str) -> Chart:
    density = density_of(plane.points)
    prior = holes = None
    back = plane.back()
    if back is not None and plane.origin is not None and _is_normal(bundle):
        mean, spread = (part.numpy() for part in bundle.latent_range())
        if np.isfinite(mean).all() and np.isfinite(spread).all():
            prior = normal_on_plane(mean, spread, plane.origin, back)
            noise = np.random.default_rng(0).standard_normal((PRIOR_DRAWS, len(mean)))
            used = used_numbers(bundle)
            holes = share_in_holes(codes.latents[:, used], (mean + spread * noise)[:, used])
    chart = Chart(codes, plane, way, density, prior, holes)
    # Made here, beside the window, where they are asked for.
    _ = chart._tree, chart.centres, codes.spread
    return chart


def used_numbers(bundle: Bundle) -> npt.NDArray[np.intp]:
    """The latent's numbers that tell something of a picture, the most telling first.

    All in their own order where the family does not know how much they tell.
    """
    information = bundle.latent_information()
    if information is None:
        return np.arange(bundle.latent.dim if bundle.latent is not None else 0)
    nats = information.numpy()
    order = np.argsort(-nats)
    return order[nats[order] > IDLE] if (nats > IDLE).any() else order


def _is_normal(bundle: Bundle) -> bool:
    return bundle.latent is not None and bundle.latent.prior != "uniform"
