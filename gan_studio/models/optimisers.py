"""What a family may ask of its optimiser; `gan_studio.training.optimisers` makes torch's of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Adam:
    """Steps of about the rate's size whatever the gradient's (Kingma and Ba 2015).

    https://arxiv.org/abs/1412.6980

    Attributes:
        betas: decay rates of the first and the second moment, each in [0, 1).
    """

    betas: tuple[float, float] = (0.9, 0.999)


@dataclass(frozen=True)
class Sgd:
    """Gradient descent with heavy-ball momentum (Polyak 1964), steps as long as the gradient.

    Attributes:
        momentum: share of the last step's direction that is kept, in (-1, 1). Below zero it damps
            the circling of two players (Gidel et al. 2019, https://arxiv.org/abs/1807.04740).
    """

    momentum: float = 0.0


@dataclass(frozen=True)
class RmsProp:
    """Gradients divided by their running size, without momentum (Tieleman and Hinton 2012).

    The choice of WGAN, https://arxiv.org/abs/1701.07875. Beside Adam without β1 it lacks the
    correction for a memory that begins at zero, so that the first steps are long.

    Attributes:
        alpha: decay rate of the mean square, in [0, 1).
    """

    alpha: float = 0.99


Optimiser = Adam | Sgd | RmsProp
