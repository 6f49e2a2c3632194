"""How strongly each loss pushes the generator, against what D says: why minimax stalls."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from gan_studio.data.distributions import Floats
from gan_studio.losses.base import AdversarialLoss, Output, as_probability

_EDGE = 1e-3
_SCORES = 3.0


@dataclass(frozen=True)
class SlopeCurve:
    """The generator's loss and its slope, for one generated sample.

    Attributes:
        output: what D's output means under this loss.
        outputs: D's last layer ``[K]``, rising.
        believed: the same as probability D(G(z)) ``[K]``; None where D holds none. Plots have this
            (else `outputs`) on the axis below.
        cost: the generator's loss ``[K]``.
        push: minus its derivative by D's output ``[K]``, which is what flows back into G: how hard
            the sample is pushed towards "real".
    """

    output: Output
    outputs: Floats
    believed: Floats | None
    cost: Floats
    push: Floats


def generator_slopes(loss: AdversarialLoss, count: int = 201) -> SlopeCurve:
    """The curve of any loss of the registry.

    D(G(z)) runs evenly from 0.001 to 0.999, or D's output from -3 to 3 where it is no probability.
    Losses that pair a fake with a real sample are shown with D as sure of the real one as it is of
    the fake: D(x) = 1 - D(G(z)).
    """
    outputs = _outputs(loss.output, count)
    real = -outputs if loss.pairs_real_with_fake else None
    costs, slopes = [], []
    for index in range(count):
        fake = outputs[index : index + 1].clone().requires_grad_(True)
        paired = None if real is None else real[index : index + 1]
        cost = loss.generator(fake, paired)
        (slope,) = torch.autograd.grad(cost, fake)
        costs.append(float(cost.detach()))
        slopes.append(float(slope))
    believed = as_probability(loss.output, outputs)
    return SlopeCurve(
        loss.output,
        outputs.numpy(),
        None if believed is None else believed.numpy(),
        torch.tensor(costs, dtype=torch.float64).numpy(),
        -torch.tensor(slopes, dtype=torch.float64).numpy(),
    )


def _outputs(output: Output, count: int) -> torch.Tensor:
    believed = torch.linspace(_EDGE, 1 - _EDGE, count, dtype=torch.float64)
    if output in (Output.LOGIT, Output.LEVEL):
        return believed.logit()
    if output is Output.PROBABILITY:
        return believed
    return torch.linspace(-_SCORES, _SCORES, count, dtype=torch.float64)
