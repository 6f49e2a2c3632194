"""Numbers from a distribution with a known density: the lab's line."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.i18n import N_
from gan_studio.core.samples import SampleSpec
from gan_studio.data._named_points import count_field, draw, shape_field, width_field
from gan_studio.data.base import DATASETS, DataContext, DataSource, Prepared
from gan_studio.data.distributions import ON_LINE, Distribution


@dataclass(frozen=True)
class Points1dOptions:
    """Which distribution, and how many points of it."""

    shape: str = shape_field("gaussian", ON_LINE)
    count: int = count_field()
    width: float = width_field()


@DATASETS.register(
    "points_1d",
    title=N_("Points on a line"),
    options=Points1dOptions,
    help=N_("Single numbers from a known distribution; for the lab, nothing to download."),
    paper="https://arxiv.org/abs/1406.2661",
    order=20,
)
class Points1d(DataSource):
    """Samples of shape ``(1,)`` in about [-1, 1], always the same."""

    options_type = Points1dOptions

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return SampleSpec((1,))

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        return draw(ON_LINE[self.options.shape], self.options.count, self.options.width)

    def density(self, prepared: Prepared) -> Distribution:
        """The named distribution itself."""
        return ON_LINE[self.options.shape].make(self.options.width)
