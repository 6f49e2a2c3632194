"""Which plots a run has, from its phases and its scalars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _
from gan_studio.gui.plots.spec import Curve, PlotSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

DISCRIMINATOR, GENERATOR = "discriminator", "generator"
LN2 = math.log(2)


def short_name(phase: str) -> str:
    """``D`` and ``G`` as everybody calls them, other phases by their name."""
    return {DISCRIMINATOR: "D", GENERATOR: "G"}.get(phase, phase)


def losses(phases: Sequence[str]) -> PlotSpec:
    """The loss of every phase."""
    tokens = {DISCRIMINATOR: "discriminator", GENERATOR: "generated"}
    curves = tuple(
        Curve(f"loss/{name}", short_name(name), tokens.get(name, "accent"), short_name(name))
        for name in phases
    )
    return PlotSpec(
        _("Losses"),
        curves,
        hint=_("What each network minimises, step by step."),
        tooltip=_(
            "What each network minimises. In a two-player game neither should win: look for "
            "curves that stay level, not for curves that fall."
        ),
    )


def reconstruction() -> PlotSpec:
    """The error of an autoencoder."""
    return PlotSpec(
        _("What is lost"),
        (Curve("mse", _("mean squared error"), "accent", _("MSE")),),
        is_log=True,
        hint=_("How far copies are from their originals, on a logarithmic scale."),
        tooltip=_(
            "Mean squared distance between copy and original, pixels from 0 to 1. Each straight "
            "stretch downwards is a halving; where it levels out, more steps help little."
        ),
    )


def bound() -> PlotSpec:
    """What a variational autoencoder maximises."""
    return PlotSpec(
        _("ELBO"),
        (Curve("elbo", _("ELBO"), "accent", _("ELBO")),),
        hint=_("The lower bound of the log-likelihood, in nats per picture: higher is better."),
        tooltip=_(
            "Evidence lower bound = −(reconstruction + KL), in nats per picture, with β = 1 "
            "whatever β is. It rises; where it levels out, more steps help little. It compares "
            "models on the same data only."
        ),
    )


def bound_parts() -> PlotSpec:
    """What the bound is made of."""
    return PlotSpec(
        _("Reconstruction and KL"),
        (
            Curve("reconstruction", _("reconstruction"), "real", _("copy")),
            Curve("kl", _("KL"), "generated", "KL"),
        ),
        hint=_("The price of wrong pixels and the price of what z tells, in nats per picture."),
        tooltip=_(
            "Two prices in nats per picture. Reconstruction: what is lost in the copy. KL: how "
            "much z tells of a picture, beyond noise. They pull at each other. A KL near 0 means "
            "that z is ignored: lower β or warm it up."
        ),
    )


def units() -> PlotSpec:
    """How a sparse autoencoder uses its z."""
    return PlotSpec(
        _("Use of z"),
        (
            Curve("used", _("used by a picture"), "accent", _("used")),
            Curve("dead", _("dead"), "generated", _("dead")),
        ),
        y_range=(0.0, 1.0),
        hint=_("The share of z's units that one picture uses, and of those that none uses."),
        tooltip=_(
            "Shares of z's units: used by one picture on average, and dead, which means that none "
            "of the last 10,000 pictures used them. Many dead units: lower the price of z or the "
            "learning rate."
        ),
    )
