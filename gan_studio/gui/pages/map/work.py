"""What the Map computes beside the window. Imports torch: only for a worker's thread."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gan_studio.inference.chart import bent_chart, chart_of
from gan_studio.inference.codes import encode_split
from gan_studio.training.device import use_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.base import Split
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.chart import Chart
    from gan_studio.inference.planes import Codes

ENCODE = "encode"
LOOK_S = 0.3  # between two looks at t-SNE: each is a chart of its own


def encode(
    bundle: Bundle,
    split: Split,
    most: int,
    progress: Callable[[int, int, str], None],
    is_cancelled: Callable[[], bool],
) -> Codes:
    """The pictures of a split as latents, in one thread: the cores belong to training."""
    use_threads(1)

    def report(done: int, total: int) -> None:
        progress(done, total, ENCODE)

    return encode_split(bundle, split, most, report, is_cancelled)


def chart(bundle: Bundle, codes: Codes, way: str, dims: tuple[int, int]) -> Chart:
    """The codes on a plane that leads straight back to the latent space."""
    use_threads(1)
    dim = codes.latents.shape[1]
    wanted = dims if max(dims) < dim else (0, min(1, dim - 1))
    return chart_of(bundle, codes, way, wanted)


def unfold(
    bundle: Bundle,
    codes: Codes,
    perplexity: int,
    report: Callable[[int, int, Chart | None], Any],
    is_cancelled: Callable[[], bool],
) -> Chart:
    """The codes laid out by t-SNE; `report` gets the chart as it unfolds."""
    from gan_studio.inference.tsne import Unfolding
    from gan_studio.inference.tsne import unfold as run

    use_threads(1)

    told_at = time.monotonic()

    def tell(done: int, total: int, points: Any) -> None:
        nonlocal told_at
        if done == 0:
            report(0, total, None)  # the neighbours are looked for: there is nothing to see yet
        elif time.monotonic() - told_at > LOOK_S:
            told_at = time.monotonic()
            report(done, total, bent_chart(bundle, codes, points))

    settings = Unfolding(float(perplexity))
    points = run(codes.latents, settings, report=tell, is_cancelled=is_cancelled)
    return bent_chart(bundle, codes, points)
