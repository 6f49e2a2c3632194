"""Points on the plane from a distribution with a known density: the lab's plane."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.i18n import N_
from gan_studio.core.samples import SampleSpec
from gan_studio.data._named_points import count_field, draw, shape_field, width_field
from gan_studio.data.base import DATASETS, DataContext, DataSource, Prepared
from gan_studio.data.distributions import ON_PLANE, Distribution


@dataclass(frozen=True)
class Points2dOptions:
    """Which distribution, and how many points of it."""

    shape: str = shape_field("ring", ON_PLANE)
    count: int = count_field()
    width: float = width_field()


@DATASETS.register(
    "points_2d",
    title=N_("Points on a plane"),
    options=Points2dOptions,
    help=N_("Pairs of numbers from a known distribution; for the lab, nothing to download."),
    paper="https://arxiv.org/abs/1705.07761",
    order=21,
)
class Points2d(DataSource):
    """Samples of shape ``(2,)`` in about [-1, 1], always the same."""

    options_type = Points2dOptions

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return SampleSpec((2,))

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        return draw(ON_PLANE[self.options.shape], self.options.count, self.options.width)

    def density(self, prepared: Prepared) -> Distribution:
        """The named distribution itself."""
        return ON_PLANE[self.options.shape].make(self.options.width)
