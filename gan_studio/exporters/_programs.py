"""A model as one module that knows nothing of GAN Studio, and proof that its file draws the same.

What is common to the formats in which a generator runs elsewhere: ONNX, TorchScript, torch.export.
"""

from __future__ import annotations

import contextlib
import copy
import json
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from gan_studio.core.errors import NoNumbers, StudioError
from gan_studio.core.i18n import N_
from gan_studio.core.paths import resources_dir
from gan_studio.exporters._drawing import Plan, facts_of, places_at
from gan_studio.inference.again import model_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gan_studio.exporters._model_file import Floats, Reader, Run
    from gan_studio.exporters.base import Watch
    from gan_studio.inference.bundle import Bundle
    from gan_studio.models.base import Family, Nets

LIMIT = 1e-4  # of a pixel in [-1, 1]: an eightieth of a grey level
CHECK_SEED = 0
Z, LABEL, PICTURES, AXIS = "z", "label", "pictures", "N"  # names in the files


class CheckFailed(StudioError):
    """A file that does not draw what the model draws."""

    message = N_(
        "The {format} file does not draw what the model draws: pixels differ by up to "
        "{difference:.2g} where {limit:g} is allowed."
    )
    hint = N_("Nothing was kept. Choose another format.")


class NotTraceable(StudioError):
    """A model that a format has no words for."""

    message = N_("This model cannot be written as {format}: {reason}.")
    hint = N_("Nothing was kept. Choose another format.")


class Drawing(nn.Module):
    """Latents (after truncation) and, where the model takes one, a class, to pictures in [-1, 1].

    It owns copies of the nets that draw, on the CPU.
    """

    def __init__(self, family: Family, nets: Nets) -> None:
        super().__init__()
        self._family = family
        self.nets = nn.ModuleDict({name: copy.deepcopy(net).cpu() for name, net in nets.items()})
        self.eval().requires_grad_(False)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """``[N, dim]`` and int64 ``[N]`` to float ``[N, C, H, W]``."""
        return self._family.generate(dict(self.nets.items()), z, label).float()


class _Asked(dict[str, nn.Module]):
    """Nets that note which of them are used."""

    def __init__(self, nets: Nets) -> None:
        super().__init__(nets)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> nn.Module:
        self.names.add(name)
        return super().__getitem__(name)


def drawing_of(bundle: Bundle) -> Drawing:
    """The part of a model that draws; an encoder, say, stays behind."""
    asked = _Asked(bundle.nets)
    latents, labels = check_inputs(bundle, 1)
    with torch.no_grad():
        label = None if labels is None else labels.to(bundle.device)
        bundle.family.generate(asked, latents.to(bundle.device), label)
    used = {name: net for name, net in bundle.nets.items() if name in asked.names}
    return Drawing(bundle.family, used or bundle.nets)


def check_inputs(bundle: Bundle, count: int) -> tuple[Tensor, Tensor | None]:
    """Seeded latents and classes that files are checked with."""
    latents, classes = model_inputs(bundle, places_at(bundle, Plan(count, CHECK_SEED), 0, count))
    return torch.from_numpy(latents), None if classes is None else torch.tensor(classes)


def compare(bundle: Bundle, drawing: Drawing, reader: Reader, title: str, watch: Watch) -> float:
    """The largest difference of a pixel in [-1, 1] between a file and the model.

    Seeded latents are drawn by both, in batches of different sizes.

    Args:
        bundle: the model.
        drawing: what the file was made from.
        reader: draws by the file.
        title: of the format.
        watch: who is told, and may cancel.

    Raises:
        NoNumbers: the model draws NaN.
        CheckFailed: the difference is above `LIMIT`, or the shape is another.
        Cancelled: it was.
    """
    latents, labels = check_inputs(bundle, reader.count)
    worst = 0.0
    for part in _parts(reader.count):
        watch.tell(part.start, reader.count, "check")
        z, label = latents[part], None if labels is None else labels[part]
        with torch.no_grad():
            expected = drawing(z, label).numpy()
        if not np.isfinite(expected).all():
            raise NoNumbers(model=bundle.title)
        found = reader.run(z.numpy(), None if label is None else label.numpy())
        same_shape = found.shape == expected.shape
        worst = max(worst, float(np.abs(found - expected).max()) if same_shape else np.inf)
        if not worst <= LIMIT:  # NaN as well
            raise CheckFailed(format=title, difference=worst, limit=LIMIT)
    watch.tell(reader.count, reader.count, "check")
    return worst


def _parts(count: int) -> list[slice]:
    """One picture alone, then growing batches: the size of a batch must not be frozen in."""
    parts, start, size = [], 0, 1
    while start < count:
        parts.append(slice(start, min(count, start + size)))
        start, size = start + size, 2 * size
    return parts


def model_facts(bundle: Bundle) -> dict[str, Any]:
    """What a program needs to know that draws with the file."""
    mean, spread = bundle.latent_range()
    return {
        **facts_of(bundle),
        "mean": [float(value) for value in mean],
        "spread": [float(value) for value in spread],
        "truncation": "pictures = model(mean + psi * (z - mean))",
        "pixels": "float32 [N, C, H, W] from -1 (black) to 1 (white)",
    }


def facts_text(bundle: Bundle) -> str:
    """`model_facts` as JSON."""
    return json.dumps(model_facts(bundle), ensure_ascii=False)


def run_by_torch(loaded: Callable[..., Tensor]) -> Run:
    """Draw by something that torch has loaded."""

    def run(latents: Floats, labels: Any) -> Floats:
        inputs = [torch.from_numpy(item) for item in (latents, labels) if item is not None]
        with torch.no_grad():
            pictures: Floats = loaded(*inputs).numpy()
        return pictures

    return run


def add_script(folder: Path, template: str, file: str, name: str) -> None:
    """Put the script `name` beside the `file` that it draws with.

    It asks for a torch that can read what this one writes.
    """
    text = (resources_dir() / "exports" / template).read_text("utf-8")
    version = ".".join(torch.__version__.split("+")[0].split(".")[:2])
    words = {"torch>=2.0": f"torch>={version}", "MODEL_FILE": file, "SCRIPT_FILE": name}
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    (folder / name).write_bytes(text.encode())


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without the warnings of torch that a way of writing models is an old one.

    Filters belong to the whole process, so this goes around whole steps, as few as possible.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        # That a loop became a straight line is seen by the check, with batches of other sizes.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]
        yield


@contextlib.contextmanager
def naming_what_fails(title: str) -> Iterator[None]:
    """Turn what a tracer raises into `NotTraceable`; own errors and those of the disk pass."""
    try:
        yield
    except (StudioError, OSError):
        raise
    except Exception as error:  # tracers raise whatever the layer they stumble over does
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise NotTraceable(format=title, reason=reason[0].rstrip(".")[:200]) from error
