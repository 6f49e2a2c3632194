"""The Lab's curves, from the readings of its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.events import ScalarsReady
from gan_studio.core.i18n import _
from gan_studio.gui.plots.series import History
from gan_studio.gui.plots.spec import Band, Curve, PlotSpec, Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.jobs.lab.frame import LabFrame
    from gan_studio.lab.divergence import Estimate


def divergence(*, is_exact: bool, estimate: Estimate | None = None) -> PlotSpec:
    """The Jensen-Shannon divergence, an estimate with what the data itself would score."""
    if is_exact:
        tooltip = _(
            "Jensen-Shannon divergence of both densities in nats, by quadrature: 0 where they are "
            "equal, ln 2 = 0.693 where they never meet. It knows the densities; D does not."
        )
    else:
        tooltip = _(
            "Jensen-Shannon divergence of 20,000 generated points from the data, counted in "
            "64 × 64 cells. A perfect generator scores the floor (dashed), not 0, because points "
            "are few, and 99 times of 100 lies in the shaded band."
        )
    title = _("Jensen–Shannon, exact") if is_exact else _("Jensen–Shannon ≈")
    return PlotSpec(
        title,
        (Curve("jsd", _("nats"), "text", ""),),
        () if estimate is None else (Reference(estimate.floor, _("floor")),),
        None if estimate is None else Band(estimate.low, estimate.high),
        hint=_("How far the generated points are from the data, whatever D thinks."),
        tooltip=tooltip,
    )


def critic() -> PlotSpec:
    """What D puts out, for losses whose D holds no probability."""
    return PlotSpec(
        _("What D puts out"),
        (
            Curve("critic/real", _("real"), "real", "x"),
            Curve("critic/fake", _("generated"), "generated", "G(z)"),
        ),
        hint=_("The mean output of D; under this loss it is no probability."),
        tooltip=_(
            "Mean output of D on real and on generated points. Only their distance means anything: "
            "with the Wasserstein loss and a penalty it estimates how far points have to move."
        ),
    )


class Recorder:
    """Keeps the readings of pictures as a history; going back in steps rewrites it."""

    def __init__(self) -> None:
        self.history = History()
        self._chapter = -1
        self._newest = -1

    def take(self, frame: LabFrame) -> bool:
        """Note a picture; whether the curves have changed."""
        first = frame.games[0]
        if frame.chapter != self._chapter:
            self._chapter, self._newest = frame.chapter, -1
            if first.step == 0 or frame.way:
                self.history = History()
                self.history.add([_scalars(at.step, at.readings) for at in frame.way])
        if frame.is_past or not frame.is_exact or first.step < self._newest:
            return False
        self._newest = first.step
        readings = dict(first.readings)
        if first.plane is not None and first.plane.estimate is not None:
            readings["jsd"] = first.plane.estimate.value
        self.history.add([_scalars(first.step, readings)])
        return True


def _scalars(step: int, readings: Mapping[str, float]) -> ScalarsReady:
    return ScalarsReady(step, 0.0, values=dict(readings))
