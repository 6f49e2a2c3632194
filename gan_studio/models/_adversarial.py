"""What every two-player family shares: the game's options, its phases, its losses and read-outs."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from gan_studio.core.i18n import N_
from gan_studio.core.samples import LatentSpec
from gan_studio.core.schema import Plug, group, param, plug, plugs
from gan_studio.losses.base import LOSSES, PENALTIES, AdversarialLoss, Critic, Penalty
from gan_studio.models._readouts import read_outs
from gan_studio.models._slopes import slope_of
from gan_studio.models.base import Family, Nets, Phase, PhaseOutput, StepContext
from gan_studio.models.optimisers import Adam, Optimiser, RmsProp, Sgd
from gan_studio.models.passages import SAMPLE, SCORE, Passage

DISCRIMINATOR = "discriminator"
GENERATOR = "generator"


def generator_rate_field(default: float = 2e-4) -> Any:
    """How fast G learns."""
    return param(
        default,
        label=N_("Rate of G"),
        help=N_(
            "Size of the generator's steps. Too low and pictures hardly change; too high and they "
            "jump about or collapse."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )


def discriminator_rate_field(default: float = 2e-4) -> Any:
    """How fast D learns."""
    return param(
        default,
        label=N_("Rate of D"),
        help=N_(
            "Size of the discriminator's steps. Too low and it cannot tell real from fake, so the "
            "generator learns nothing; too high and it wins outright."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )


@dataclass(frozen=True)
class GameOptions:
    """How the two players learn."""

    optimiser: str = param(
        "adam",
        label=N_("Algorithm"),
        help=N_(
            "How gradients become steps. Adam's are about as long as the rate whatever the "
            "gradient: the usual choice. SGD's are as long as the gradient: it needs far higher "
            "rates, 0.01 to 0.1, and shows how the game itself circles. RMSprop is much like Adam "
            "without β1. Changed while it runs, the networks stay as they are and the memory of "
            "past gradients begins afresh."
        ),
        choices=("adam", "sgd", "rmsprop"),
        choice_labels=(N_("Adam"), N_("SGD"), N_("RMSprop")),
    )
    generator_rate: float = generator_rate_field()
    discriminator_rate: float = discriminator_rate_field()
    discriminator_steps: int = param(
        1,
        label=N_("D steps per G step"),
        help=N_(
            "How often D learns before G learns once. More makes D a better teacher and each step "
            "slower; too many let it win outright."
        ),
        lo=1,
        hi=20,
        step=1,
        advanced=True,
    )
    momentum: float = param(
        0.0,
        label=N_("Momentum"),
        help=N_(
            "How much of its last step SGD goes on with. It helps a network that learns alone; in "
            "a two-player game it feeds the circling, and near 0.9 the players swing for ever or "
            "fly apart. Below zero it brakes a little; zero turns it off."
        ),
        lo=-0.9,
        hi=0.999,
        step=0.1,
        visible_when=("optimiser", ("sgd",)),
    )
    beta1: float = param(
        0.5,
        label=N_("Adam β1"),
        help=N_(
            "How much of past gradients each step of Adam keeps. High values overshoot in a "
            "two-player game; 0 or 0.5 is usual here. Other algorithms ignore it."
        ),
        lo=0.0,
        hi=0.999,
        step=0.1,
        advanced=True,
        visible_when=("optimiser", ("adam",)),
    )
    beta2: float = param(
        0.999,
        label=N_("Adam β2"),
        help=N_(
            "How slowly Adam forgets how large gradients were. Lower values adapt faster but are "
            "less steady. Other algorithms ignore it."
        ),
        lo=0.0,
        hi=0.9999,
        step=0.01,
        advanced=True,
        visible_when=("optimiser", ("adam",)),
    )
    alpha: float = param(
        0.99,
        label=N_("RMSprop α"),
        help=N_(
            "How slowly RMSprop forgets how large gradients were. Lower values adapt faster but "
            "are less steady; high ones make the first steps long. Other algorithms ignore it."
        ),
        lo=0.0,
        hi=0.9999,
        step=0.01,
        advanced=True,
        visible_when=("optimiser", ("rmsprop",)),
    )
    discriminator_decay: float = param(
        0.0,
        label=N_("Weight decay of D"),
        help=N_(
            "Pulls the discriminator's weights towards zero (with Adam: AdamW), so that it does "
            "not learn the training pictures by heart. Too high and it cannot judge; zero turns "
            "it off."
        ),
        lo=0.0,
        hi=10.0,
        step=0.1,
        advanced=True,
    )
    real_label: float = param(
        1.0,
        label=N_("Label of real"),
        help=N_(
            "One-sided label smoothing: with 0.9, D is taught that real pictures are real with "
            "90 % probability. Below about 0.8 it teaches wrong things; 1 turns it off. Only "
            "losses that know labels take it: minimax, non-saturating and least squares."
        ),
        lo=0.5,
        hi=1.0,
        step=0.05,
        advanced=True,
    )
    spectral_norm: bool = param(
        False,
        label=N_("Spectral norm in D"),
        help=N_(
            "Divides each weight matrix of D by its largest singular value, so that D cannot "
            "become steep. Usual with the hinge loss; together with a penalty D gets too flat."
        ),
        advanced=True,
    )
    instance_noise: float = param(
        0.0,
        label=N_("Instance noise"),
        help=N_(
            "Spread of the noise that is added to all that D sees, real and generated; it fades "
            "to nothing by the end of the run. It makes the two overlap, so that D can teach; too "
            "much hides what is to be learned, and D's read-outs are about the noisy samples."
        ),
        lo=0.0,
        hi=2.0,
        step=0.05,
        advanced=True,
    )

    def rule(self) -> Optimiser:
        """The chosen optimiser with the settings that are its own."""
        if self.optimiser == "sgd":
            return Sgd(self.momentum)
        if self.optimiser == "rmsprop":
            return RmsProp(self.alpha)
        return Adam((self.beta1, self.beta2))


def latent_dim_field(default: int = 100) -> Any:
    """The size of the noise vector."""
    return param(
        default,
        label=N_("Noise size"),
        help=N_(
            "How many random numbers each picture starts from. Too few and there are not enough "
            "different pictures; very many change nothing and make more sliders."
        ),
        lo=1,
        hi=4096,
        step=1,
    )


def prior_field() -> Any:
    """The distribution of the noise."""
    return param(
        "normal",
        label=N_("Prior"),
        help=N_(
            "Where the noise z is drawn from. Normal noise is the usual choice; uniform noise from "
            "-1 to 1 works as well and has hard edges."
        ),
        choices=("normal", "uniform"),
        choice_labels=(N_("normal"), N_("uniform")),
    )


def loss_field(default: str = "non_saturating") -> Any:
    """The adversarial loss."""
    return plug(
        "loss",
        default,
        label=N_("Loss"),
        help=N_("What D and G minimise. It decides how strongly a bad fake is pushed."),
    )


def penalties_field(default: tuple[str, ...] = ()) -> Any:
    """The penalties on D."""
    return plugs(
        "penalty",
        default,
        label=N_("Penalties"),
        help=N_("Terms that keep D gentle, so that training settles instead of swinging."),
    )


def game_field(options: type[GameOptions] = GameOptions) -> Any:
    """The options of the optimisers; a family may bring a subclass with other defaults."""
    return group(options, label=N_("Optimiser"), help=N_("How the two players learn."))


class AdversarialFamily(Family):
    """A generator against a discriminator.

    Subclasses give the nets and, where they differ, `generate`, `judge`, `real` and `fake`. Their
    options have ``latent_dim``, ``prior``, ``loss``, ``penalties`` and ``game`` (see the
    ``*_field`` functions).
    """

    judges_jointly = True
    """One pass of D over real and fake together. Wrong when D has batch norm."""

    judged: ClassVar[str] = SAMPLE
    """What D looks at: samples, or codes (see `Passage.takes`)."""

    def __init__(self, options: Any, spec: Any) -> None:
        super().__init__(options, spec)
        loss: Plug = options.loss
        self.loss: AdversarialLoss = LOSSES.get(loss.key).target(loss.options)
        self.terms: tuple[tuple[str, Penalty], ...] = tuple(
            (item.key, PENALTIES.get(item.key).target(item.options)) for item in options.penalties
        )

    def make_nets(self) -> dict[str, nn.Module]:
        """Both nets, D with spectral norm (Miyato et al. 2018) where it is chosen.

        One power iteration per forward pass, as in the paper.
        """
        nets = super().make_nets()
        if self.options.game.spectral_norm:
            for module in nets[DISCRIMINATOR].modules():
                if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                    nn.utils.parametrizations.spectral_norm(module)
        return nets

    @property
    def latent(self) -> LatentSpec:
        """Noise of the chosen size and prior."""
        return LatentSpec(self.options.latent_dim, self.options.prior)

    @abstractmethod
    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents ``[N, dim]`` to samples."""

    def judge(self, nets: Nets, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """Samples to logits ``[N]``."""
        logits: Tensor = nets[DISCRIMINATOR](samples)
        return logits.flatten()

    def phases(self) -> tuple[Phase, ...]:
        """D, then G."""
        game: GameOptions = self.options.game
        return (
            Phase(
                DISCRIMINATOR,
                (DISCRIMINATOR,),
                game.discriminator_rate,
                game.rule(),
                weight_decay=game.discriminator_decay,
                repeat=game.discriminator_steps,
                penalties=self.terms,
            ),
            Phase(GENERATOR, (GENERATOR,), game.generator_rate, game.rule(), draws_batch=False),
        )

    def passages(self) -> tuple[Passage, ...]:
        """As any family's, then D."""
        return (*super().passages(), Passage(self.judged, SCORE, self._judge_real))

    def _judge_real(self, context: StepContext) -> Tensor:
        return self.judge(context.nets, self.real(context), context.batch.labels)

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """D's or G's loss with fresh noise."""
        if phase == DISCRIMINATOR:
            return self._discriminator(context)
        return self._generator(context)

    def penalty(self, phase: str, name: str, term: Any, context: StepContext) -> Tensor:
        """One penalty on the batch and on fresh fakes, as D sees them."""
        labels = context.batch.labels
        # Drawn in any case: what follows has the same noise whichever penalties there are.
        latents = context.draws.latents(self.latent, len(context.batch.images))
        with torch.no_grad():
            real = self._seen(self.real(context), context)
            fake = real[:0]
            if term.looks_at_fakes:
                fake = self._seen(self.fake(context, latents), context)
        more = {"shares": context.draws.shares(len(real))} if term.looks_between else {}

        def judge(samples: Tensor) -> Tensor:
            return self.judge(context.nets, samples, labels)

        # Only where D alone judges; who overrides `judge` may do more with the samples.
        is_plain = type(self).judge is AdversarialFamily.judge
        slope = slope_of(context.nets[DISCRIMINATOR]) if is_plain else None
        value: Tensor = term(Critic(judge, slope), real, fake, **more)
        strength: float = term.strength(context.progress)
        return value if strength == 1.0 else torch.mul(value, strength)

    def real(self, context: StepContext) -> Tensor:
        """What D has to find real: the batch."""
        return context.batch.images

    def fake(self, context: StepContext, latents: Tensor | None = None) -> Tensor:
        """What D has to find fake, with G's gradient: samples of `latents`, or of fresh noise."""
        if latents is None:
            latents = context.draws.latents(self.latent, len(context.batch.images))
        return self.generate(context.nets, latents, context.batch.labels)

    def _seen(self, samples: Tensor, context: StepContext) -> Tensor:
        """The samples as D sees them: with instance noise (Sønderby et al. 2017), fading out."""
        spread: float = self.options.game.instance_noise * (1.0 - context.progress)
        if spread <= 0:
            return samples
        return samples + spread * context.draws.normal(tuple(samples.shape))

    def _discriminator(self, context: StepContext) -> PhaseOutput:
        real_samples, labels = self._seen(self.real(context), context), context.batch.labels
        with torch.no_grad():
            fake_samples = self._seen(self.fake(context), context)
        real, fake = self._judge_both(context.nets, real_samples, fake_samples, labels)
        loss = self.loss.discriminator(real, fake)
        if self.options.game.real_label < 1.0:
            more = self.loss.smoothing(real, self.options.game.real_label)
            loss = loss if more is None else loss + more
        return PhaseOutput(loss, read_outs(self.loss.output, real.detach(), fake.detach()))

    def _judge_both(
        self, nets: Nets, real: Tensor, fake: Tensor, labels: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        if not self.judges_jointly:
            return self.judge(nets, real, labels).float(), self.judge(nets, fake, labels).float()
        twice = None if labels is None else torch.cat([labels, labels])
        logits = self.judge(nets, torch.cat([real, fake.to(real.dtype)]), twice).float()
        return logits[: len(real)], logits[len(real) :]

    def _generator(self, context: StepContext) -> PhaseOutput:
        labels = context.batch.labels
        fake = self.judge(context.nets, self._seen(self.fake(context), context), labels).float()
        real = None
        if self.loss.pairs_real_with_fake:
            with torch.no_grad():
                shown = self._seen(self.real(context), context)
                real = self.judge(context.nets, shown, labels).float()
        return PhaseOutput(self.loss.generator(fake, real))
