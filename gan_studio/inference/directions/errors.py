"""What can be wrong with marks, directions and files of them."""

from __future__ import annotations

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_


class TooFewMarks(StudioError):
    """Labels all on one side, or nearly so: no boundary can be told from them."""

    message = N_("{name}: {yes} samples say yes and {no} say no; each side needs {least} or more.")
    hint = N_("Mark more of the side that is short, or choose another question.")


class NothingLeft(StudioError):
    """A direction that lies in those it is to be made independent of."""

    message = N_("Nothing of “{name}” is left without {others}.")
    hint = N_("Keep it as it is, or choose fewer directions to hold still.")


class BadDirections(StudioError):
    """A text or file of directions that does not fit the model."""

    message = N_("{source}: {reason}.")
    hint = N_("Use directions that were saved from a model with as many latent numbers.")
