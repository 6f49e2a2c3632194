"""What the outputs of D say about the game: only what the loss lets them say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from torch.nn.functional import logsigmoid

from gan_studio.losses.base import Output, as_probability

if TYPE_CHECKING:
    from torch import Tensor

_SURE = 0.01  # outputs of kind PROBABILITY count as at most this close to 0 and 1 inside log


def read_outs(output: Output, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """Named scalars from D's outputs on real and on generated samples, both ``[N]``.

    Losses whose D holds a probability give ``d/real``, ``d/fake``, ``value`` and ``jsd``. All
    others give ``critic/real``, ``critic/fake`` and ``critic/gap``, the means of what D puts out
    and their difference; the hinge loss also ``tv``, a lower bound of the total variation.
    """
    if output is Output.LOGIT:
        return game_scalars(real, fake)
    if output is Output.LEVEL:
        return game_scalars(*with_absolute_level(real, fake))
    if output is Output.PROBABILITY:
        return _from_probabilities(real, fake)
    scalars = {"critic/real": real.mean(), "critic/fake": fake.mean()}
    scalars["critic/gap"] = scalars["critic/real"] - scalars["critic/fake"]
    if output is Output.SIDE:
        # Whatever D is, the set where it says "real" bounds the total variation from below.
        scalars["tv"] = (real > 0).float().mean() - (fake > 0).float().mean()
    return scalars


def _from_probabilities(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """As `game_scalars`, of a D without a sigmoid, cut to [0, 1].

    Inside the logarithms it is cut to [0.01, 0.99]: one output beside [0, 1] would make V minus
    infinity. Every D gives a lower bound of the divergence, so the cut one does too.
    """
    logits = [values.clamp(_SURE, 1 - _SURE).logit() for values in (real, fake)]
    believed = [as_probability(Output.PROBABILITY, values) for values in (real, fake)]
    assert believed[0] is not None
    assert believed[1] is not None
    means = {"d/real": believed[0].mean(), "d/fake": believed[1].mean()}
    return game_scalars(*logits) | means


def with_absolute_level(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """Logits ``[N]`` of a pairing loss, shifted so that their sigmoid is a probability."""
    level = absolute_level(real, fake)
    return real - level, fake - level


def absolute_level(real: Tensor, fake: Tensor) -> Tensor:
    """The level c of a pairing loss, a scalar: D's output minus c is a logit.

    The loss sees differences only. Its best D is ``log p / q + c`` with any c: telling the pair
    (x, G(z)) from (G(z), x) has that optimum. We take the c that makes V(D, G) greatest, from the
    middle of both means by two steps of ascent; V curves by at most 1/2, so none overshoots.
    """
    level = (real.mean() + fake.mean()) / 2
    for _step in range(2):
        level = level + 2 * ((fake - level).sigmoid().mean() - (level - real).sigmoid().mean())
    return level


def game_scalars(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """D(x), D(G(z)), V(D,G) and the Jensen-Shannon estimate from logits ``[N]``.

    At the optimal D, ``V = 2 JSD - 2 ln 2`` (Goodfellow 2014, theorem 1), so ``(V + 2 ln 2) / 2``
    estimates the divergence in nats from below; it is 0 at the equilibrium and at most ln 2.
    """
    value = logsigmoid(real).mean() + logsigmoid(-fake).mean()
    return {
        "d/real": real.sigmoid().mean(),
        "d/fake": fake.sigmoid().mean(),
        "value": value,
        "jsd": (value + 2 * math.log(2)) / 2,
    }
