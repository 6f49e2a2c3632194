"""The configuration of a run. Families, data sets, losses and penalties bring their own options."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.i18n import N_
from gan_studio.core.schema import Plug, group, param, plug

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class TrainConfig:
    """How training goes, whatever is trained."""

    steps: int = param(
        10_000,
        label=N_("Steps"),
        help=N_(
            "How many times every network is updated. Too few and pictures stay noise; more than "
            "enough only costs time, and a small data set may be learned by heart."
        ),
        lo=1,
        hi=100_000_000,
        step=1000,
    )
    batch_size: int = param(
        64,
        label=N_("Batch"),
        help=N_(
            "How many pictures each step looks at. Small batches are noisy, large ones need more "
            "memory and make fewer steps in the same time."
        ),
        lo=1,
        hi=8192,
        step=16,
    )
    seed: int = param(
        1,
        label=N_("Seed"),
        help=N_(
            "Where all random numbers start. The same seed on the same device gives the same "
            "model; another seed shows how much of a result is luck."
        ),
        lo=0,
        hi=2**31 - 1,
        step=1,
    )
    schedule: str = param(
        "constant",
        label=N_("Rate over time"),
        help=N_(
            "How the learning rates change during the run. Lowering them towards the end lets the "
            "networks settle; constant rates keep a run open-ended."
        ),
        choices=("constant", "linear", "cosine"),
        choice_labels=(N_("constant"), N_("linear decay"), N_("cosine decay")),
    )
    schedule_start: float = param(
        0.3,
        label=N_("Decay from"),
        help=N_(
            "The share of the run after which rates begin to fall. Too early and learning stops "
            "before it is done; too late and the networks have no time to settle."
        ),
        lo=0.0,
        hi=1.0,
        step=0.05,
        advanced=True,
        visible_when=("schedule", ("linear", "cosine")),
    )
    final_rate: float = param(
        0.0,
        label=N_("Final rate"),
        help=N_(
            "What remains of the learning rates at the end, as a share of their start. Zero "
            "settles completely; a little keeps the networks moving."
        ),
        lo=0.0,
        hi=1.0,
        step=0.05,
        advanced=True,
        visible_when=("schedule", ("linear", "cosine")),
    )
    warmup_steps: int = param(
        0,
        label=N_("Warm-up"),
        help=N_(
            "Steps over which rates rise from zero at the start. A short warm-up allows higher "
            "rates; a long one wastes steps."
        ),
        lo=0,
        hi=1_000_000,
        step=100,
        unit=N_("steps"),
        advanced=True,
    )
    ema_half_life: float = param(
        10.0,
        label=N_("EMA half-life"),
        help=N_(
            "Pictures come from an average of the weights that forgets half of its past in this "
            "many thousand pictures. Too short and pictures flicker; too long and they lag behind. "
            "Zero turns averaging off."
        ),
        lo=0.0,
        hi=100_000.0,
        step=1.0,
        unit=N_("k pictures"),
        zero_label=N_("off"),
    )
    clip_norm: float = param(
        0.0,
        label=N_("Clip gradients"),
        help=N_(
            "Longest allowed gradient of each network; longer ones are shortened. Zero turns it "
            "off; too small a value slows learning down."
        ),
        lo=0.0,
        hi=1000.0,
        step=0.5,
        advanced=True,
        zero_label=N_("off"),
    )
    precision: str = param(
        "fp32",
        label=N_("Precision"),
        help=N_(
            "How numbers are held in matrix products. bf16 is much faster where the processor "
            "knows it, fp32 works everywhere, “auto” measures at the start and takes the faster. "
            "Penalties always run in fp32."
        ),
        choices=("fp32", "bf16", "auto"),
    )
    device: str = param(
        "auto",
        label=N_("Device"),
        help=N_(
            "Where the networks live. “auto” takes a GPU where there is one; the CPU always works."
        ),
        choices=("auto", "cpu", "cuda", "mps"),
    )
    threads: int = param(
        0,
        label=N_("CPU threads"),
        help=N_(
            "How many CPU threads compute. Zero measures for about a second at the start and "
            "takes the fastest; too many can be far slower than one on a busy machine."
        ),
        lo=0,
        hi=256,
        step=1,
        advanced=True,
        zero_label=N_("auto"),
    )
    sample_every: int = param(
        250,
        label=N_("Keep samples every"),
        help=N_(
            "Steps between the sample pictures that stay in the run's folder and make the history "
            "slider. Often costs disk space; seldom makes a coarse history. Zero keeps none."
        ),
        lo=0,
        hi=10_000_000,
        step=50,
        unit=N_("steps"),
        advanced=True,
        zero_label=N_("none"),
    )
    checkpoint_every: int = param(
        2000,
        label=N_("Save every"),
        help=N_(
            "Steps between checkpoints. A crash loses at most this many steps; saving very often "
            "slows training down. Zero saves only at the end."
        ),
        lo=0,
        hi=10_000_000,
        step=500,
        unit=N_("steps"),
        advanced=True,
        zero_label=N_("only at the end"),
    )
    milestones: int = param(
        12,
        label=N_("Moments kept"),
        help=N_(
            "How many moments of the run can be looked at later, close together at its start, "
            "beside the newest checkpoints. They hold only what pictures are made from. Many cost "
            "disk space; zero keeps none."
        ),
        lo=0,
        hi=200,
        step=1,
        advanced=True,
        zero_label=N_("none"),
    )
    milestone_mb: int = param(
        32,
        label=N_("Largest moment"),
        help=N_(
            "Networks whose weights need more than this keep no moments: a dozen of large ones "
            "would fill the disk. Zero keeps them whatever their size."
        ),
        lo=0,
        hi=1_000_000,
        step=16,
        unit=N_("MB"),
        advanced=True,
        zero_label=N_("any size"),
    )


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides the weights of a run."""

    model: Plug = plug(
        "family",
        "gan",
        label=N_("Family"),
        help=N_("The kind of network that is trained; each draws or copies pictures its own way."),
    )
    data: Plug = plug(
        "dataset",
        "digits",
        label=N_("Data"),
        help=N_("The pictures that the networks learn from."),
    )
    train: TrainConfig = group(TrainConfig, label=N_("Training"))
