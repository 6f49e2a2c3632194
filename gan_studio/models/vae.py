"""The variational autoencoder: an autoencoder whose z one can draw from a normal distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.samples import LatentSpec
from gan_studio.core.schema import param
from gan_studio.models._coders import (
    FOR_MLP,
    CoderOptions,
    check_pictures,
    coders_field,
    decoder_layers,
    depth_field,
    encoder_layers,
    width_field,
)
from gan_studio.models._copying import (
    AUTOENCODER,
    DECODER,
    ENCODER,
    code_size_field,
    copy_rate_field,
    decode,
    squared_error,
    to_pixels,
    weight_decay_field,
)
from gan_studio.models.base import FAMILIES, Family, Nets, Phase, PhaseOutput, StepContext

if TYPE_CHECKING:
    from gan_studio.models.draws import Draws

MOST_LOG_VARIANCE = 14.0  # of the posterior, either way: keeps exp finite
ERROR_INTERVAL = 8  # steps: the squared error is for the eye, and costs a pass over all pixels


@dataclass(frozen=True)
class VaeNets(CoderOptions):
    """The nets of the paper: one hidden layer each."""

    depth: int = depth_field(1, visible_when=FOR_MLP)
    width: int = width_field(400, visible_when=FOR_MLP)


@dataclass(frozen=True)
class VaeOptions:
    """The latent space, what it costs, and the nets."""

    latent_dim: int = code_size_field(20)
    beta: float = param(
        1.0,
        label=N_("β"),
        help=N_(
            "What the information in z costs. 1 is the VAE of the paper; below it copies are "
            "sharper, but z drawn at random decodes to nonsense; above it z gets simpler and each "
            "number more of a meaning of its own, and copies blur until z says nothing."
        ),
        lo=0.0,
        hi=1000.0,
        step=0.5,
    )
    warmup: float = param(
        0.0,
        label=N_("KL warm-up"),
        help=N_(
            "Share of the run over which β rises from zero. Without it some numbers of z are "
            "given up early and never come back; with a long one z first becomes a plain "
            "autoencoder's and has to be tidied up later."
        ),
        lo=0.0,
        hi=1.0,
        step=0.05,
        advanced=True,
    )
    likelihood: str = param(
        "bernoulli",
        label=N_("Likelihood"),
        help=N_(
            "What a pixel is taken for. Bernoulli (cross-entropy) suits black and white pictures "
            "such as digits; Gaussian (squared error) suits photographs and colours."
        ),
        choices=("bernoulli", "gaussian"),
        choice_labels=(N_("Bernoulli"), N_("Gaussian")),
    )
    spread: float = param(
        0.1,
        label=N_("Spread of a pixel"),
        help=N_(
            "Standard deviation of the Gaussian around each pixel, from 0 to 1. Small values ask "
            "for sharp copies and leave drawing at random behind; large ones make every picture "
            "the average."
        ),
        lo=0.01,
        hi=1.0,
        step=0.01,
        visible_when=("likelihood", ("gaussian",)),
    )
    rate: float = copy_rate_field()
    nets: VaeNets = coders_field(VaeNets)
    weight_decay: float = weight_decay_field()


class Information(nn.Module):
    """Running mean of each latent number's KL divergence, in nats; what passes is unchanged.

    The estimate forgets with a momentum of 0.01 per batch.
    """

    nats: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("nats", torch.zeros(dim))

    def forward(self, posterior: Tensor) -> Tensor:
        """Return ``[N, 2 dim]`` as it is."""
        return posterior

    @torch.no_grad()
    def note(self, divergence: Tensor) -> None:
        """Learn from the divergences ``[dim]`` of a batch."""
        self.nats.lerp_(divergence.detach(), 0.01)


@FAMILIES.register(
    "vae",
    title=N_("Variational autoencoder (VAE)"),
    help=N_(
        "Encodes each picture as a small cloud instead of a point, and all clouds together fill a "
        "normal distribution. So it copies pictures and draws new ones from noise."
    ),
    options=VaeOptions,
    capabilities={Capability.ENCODES, Capability.GENERATES, Capability.VARIATIONAL},
    paper="https://arxiv.org/abs/1312.6114",
    order=7,
)
class Vae(Family):
    """``q(z|x)`` normal with a diagonal covariance, ``p(z)`` standard normal; maximises the ELBO.

    Minimised is ``-log p(x|z) + beta KL(q(z|x) || p(z))``, summed over pixels and numbers of z,
    averaged over pictures, with one z per picture.

    Deviations from Kingma and Welling 2014: Adam for Adagrad, ReLU for tanh, beta (Higgins et al.
    2017, https://openreview.net/forum?id=Sy2fzU9gl) and its warm-up (Sønderby et al. 2016,
    https://arxiv.org/abs/1602.02282). Grey pixels in [0, 1] take the place of black and white ones
    in the Bernoulli likelihood, as usual; its nats are then no probabilities of pictures and
    compare only with those of the same data.
    """

    picture_nets = (ENCODER, DECODER)
    code_parts = ("μ", "log σ²")

    def check(self) -> None:
        """Only pictures, from 2 × 2 pixels on."""
        check_pictures("vae", self.spec)

    @property
    def latent(self) -> LatentSpec:
        """Standard normal numbers."""
        return LatentSpec(self.options.latent_dim, "normal")

    def build(self) -> dict[str, nn.Module]:
        """An encoder to means and log variances, and a decoder to logits of pixels."""
        options: VaeOptions = self.options
        dim = options.latent_dim
        encoder = encoder_layers(options.nets, self.spec, 2 * dim)
        return {
            ENCODER: nn.Sequential(*encoder, Information(dim)),
            DECODER: nn.Sequential(*decoder_layers(options.nets, self.spec, dim)),
        }

    def phases(self) -> tuple[Phase, ...]:
        """One phase that moves both nets."""
        options: VaeOptions = self.options
        nets, decay = (ENCODER, DECODER), options.weight_decay
        return (Phase(AUTOENCODER, nets, options.rate, weight_decay=decay),)

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """The negative ELBO in nats, its KL weighed by beta.

        Reports ``reconstruction``, ``kl`` and ``elbo`` (with beta = 1 whatever beta is), all in
        nats per picture, and every few steps the copies' ``mse``.
        """
        pixels = to_pixels(context.batch.images)
        reconstruction, divergence, logits = self.terms(context.nets, pixels, context.draws)
        context.nets[ENCODER][-1].note(divergence)  # type: ignore[index]
        kl = divergence.sum()
        scalars = {"reconstruction": reconstruction.detach(), "kl": kl.detach()}
        scalars["elbo"] = -(scalars["reconstruction"] + scalars["kl"])
        if context.step % ERROR_INTERVAL == 0:
            scalars["mse"] = squared_error(logits, pixels)
        return PhaseOutput(reconstruction + self.beta(context.progress) * kl, scalars)

    def beta(self, progress: float) -> float:
        """The weight of the KL after a share of the run."""
        options: VaeOptions = self.options
        risen = min(1.0, progress / options.warmup) if options.warmup > 0 else 1.0
        return options.beta * risen

    def terms(self, nets: Nets, pixels: Tensor, draws: Draws) -> tuple[Tensor, Tensor, Tensor]:
        """The parts of the bound for pixels ``[N, C, H, W]`` in [0, 1], with one z per picture.

        Returns:
            ``-log p(x|z)``, a scalar, and the KL of each number of z, ``[dim]``, both in nats and
            averaged over pictures; the logits of the copies.
        """
        mean, log_variance = self.posterior(nets, pixels)
        z = mean + (log_variance * 0.5).exp() * draws.normal(tuple(mean.shape))
        logits: Tensor = nets[DECODER](z)
        divergence = normal_divergence(mean, log_variance).mean(0)
        return self.cost(logits, pixels), divergence, logits

    def posterior(self, nets: Nets, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each float32 ``[N, dim]``."""
        both: Tensor = nets[ENCODER](pixels)
        mean, log_variance = both.float().chunk(2, 1)
        return mean, log_variance.clamp(-MOST_LOG_VARIANCE, MOST_LOG_VARIANCE)

    def cost(self, logits: Tensor, pixels: Tensor) -> Tensor:
        """``-log p(x|z)`` in nats, summed over pixels and averaged over pictures, a scalar."""
        options: VaeOptions = self.options
        if options.likelihood == "bernoulli":
            total = binary_cross_entropy_with_logits(logits.float(), pixels, reduction="sum")
            return total / len(pixels)
        total = mse_loss(logits.sigmoid().float(), pixels, reduction="sum")
        constant = 0.5 * math.log(2 * math.pi * options.spread**2) * self.spec.size
        return total / (2 * options.spread**2 * len(pixels)) + constant

    def encode(self, nets: Nets, images: Tensor) -> Tensor:
        """Pictures in [-1, 1] to the means of q(z|x), ``[N, dim]``."""
        return self.posterior(nets, to_pixels(images))[0]

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Decode z ``[N, dim]`` to pictures in [-1, 1], each pixel the mean of its distribution."""
        return decode(nets, latents)

    def latent_information(self, nets: Nets) -> Tensor | None:
        """Nats ``[dim]`` that each number of z tells of a picture, averaged over training."""
        nats: Tensor = nets[ENCODER][-1].nats  # type: ignore[index]
        return nats


def normal_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """``KL(N(mean, variance) || N(0, 1))`` in nats for each number, the shape of `mean`."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)
