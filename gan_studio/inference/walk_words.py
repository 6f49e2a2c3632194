"""What walks are called: ways, easings. Nothing heavy, for help texts and forms."""

from __future__ import annotations

from gan_studio.core.i18n import N_

STRAIGHT, SPHERE = "straight", "sphere"
SPLINE, SPHERE_SPLINE = "spline", "sphere-spline"
WAYS = {
    STRAIGHT: N_("straight"),
    SPHERE: N_("around the sphere"),
    SPLINE: N_("smooth curve"),
    SPHERE_SPLINE: N_("smooth curve around the sphere"),
}
EASINGS: dict[str, str] = {
    "none": N_("none"),
    "smooth": N_("smooth in and out"),
    "smoother": N_("very smooth in and out"),
    "in": N_("slow start"),
    "out": N_("slow end"),
}


def usual_way(prior: str) -> str:
    """What suits a prior: typical z of a normal one lie near a sphere, others do not."""
    return SPHERE if prior == "normal" else STRAIGHT
