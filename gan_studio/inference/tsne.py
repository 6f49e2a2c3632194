"""Codes of many numbers unfolded to a plane, by t-SNE, in front of whoever watches.

van der Maaten & Hinton 2008; by openTSNE, which works without holding the interpreter (a window
stays alive beside it) and can be stopped: repulsion by interpolation (Linderman et al. 2019) where
there are many codes, by Barnes-Hut trees otherwise; rates as in Belkina et al. 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import Cancelled, MissingLibrary
from gan_studio.inference.planes import check_finite

Floats = npt.NDArray[np.floating[Any]]
Report = Callable[[int, int, Floats], None]
"""``report(steps done, all steps, points [N, 2])``; the points are a copy."""

FEWEST = 5  # codes that have neighbours worth the name; fewer are only turned
_CHUNK = 512  # codes whose neighbours are looked for at once
_MANY = 4000  # codes from which interpolation is quicker than trees
_BETWEEN_LOOKS = 20_000  # codes moved between two reports: some tens of milliseconds
_START_SPREAD = 1e-4  # small, so that nothing is torn apart before its neighbours can pull
_LOWEST_RATE = 50.0


@dataclass(frozen=True)
class Unfolding:
    """How codes are unfolded.

    Attributes:
        perplexity: about how many neighbours each code should keep; less where codes are few.
        steps: of gradient descent in all; the first third gathers clusters, the others place them.
        exaggeration: by what attraction is multiplied in that first third.
        seed: of the little noise that parts equal codes at the start.
    """

    perplexity: float = 30.0
    steps: int = 750
    exaggeration: float = 12.0
    seed: int = 0


def unfold(
    latents: Floats,
    settings: Unfolding | None = None,
    *,
    report: Report | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Floats:
    """Points ``[N, 2]`` float32 around (0, 0) whose neighbours are those of the codes.

    Equal codes and settings give equal points. It keeps one core busy and may run in a thread.
    Distances between groups, and their sizes, mean nothing; who is whose neighbour does.

    Args:
        latents: ``[N, dim]``; fewer than five codes are shown by their principal components.
        settings: `Unfolding()` when None.
        report: is told (0, steps, where the points start) before neighbours are looked for, then
            ten times a second or more often how far the points have come, and last the result.
        is_cancelled: asked as often, and while neighbours are looked for.

    Raises:
        BadCodes: some are NaN or infinite.
        MissingLibrary: openTSNE is not installed, as where it has no ready package.
        Cancelled: it was.
    """
    settings = settings or Unfolding()
    check_finite(latents)
    codes = _scaled(latents)
    points = _start(codes, settings.seed)
    look = _Look(settings.steps, report, is_cancelled)
    look(0, points)
    if len(codes) >= FEWEST:
        points = _descend(points, _affinities(codes, settings.perplexity, look), settings, look)
    look(settings.steps, points)
    return points.astype(np.float32)


class _Look:
    """Between two steps: tells how far it has come, and ends the work when it is unwanted."""

    def __init__(self, steps: int, report: Report | None, is_cancelled: Callable[[], bool]) -> None:
        self._steps, self._report, self._is_cancelled = steps, report, is_cancelled

    def __call__(self, done: int, points: Floats) -> None:
        self.check()
        if self._report is not None:
            self._report(done, self._steps, np.array(points, dtype=np.float32))

    def check(self) -> None:
        if self._is_cancelled():
            raise Cancelled


def _scaled(latents: Floats) -> Floats:
    """Around 0 and of size 1, which changes no neighbour and keeps squares from overflowing."""
    codes = latents.astype(np.float64)
    codes = codes / max(float(np.abs(codes).max(initial=0.0)), 1e-300)
    codes -= codes.mean(0, keepdims=True) if len(codes) else 0.0
    spread = float(codes.std()) if len(codes) else 0.0
    scaled: Floats = (codes / spread if spread > 1e-12 else np.zeros_like(codes)).astype(np.float32)
    return scaled


def _start(codes: Floats, seed: int) -> Floats:
    """The plane of most variance, made small ``[N, 2]``: groups start on the side they are on."""
    from sklearn.decomposition import PCA

    points = np.zeros((len(codes), 2))
    if len(codes) > 1 and codes.any():
        # By the covariance: a singular value decomposition of all codes holds the interpreter.
        solver = PCA(min(2, *codes.shape), svd_solver="covariance_eigh")
        found: Any = solver.fit_transform(codes)
        points[:, : found.shape[1]] = found / max(float(found[:, 0].std()), 1e-30) * _START_SPREAD
    noise = np.random.default_rng(seed).standard_normal(points.shape)
    return points + noise * _START_SPREAD / 100 if len(codes) >= FEWEST else points


def _affinities(codes: Floats, perplexity: float, look: _Look) -> Any:
    """How much each code is drawn to which others, as openTSNE wants it.

    Raises:
        MissingLibrary: openTSNE is not there.
    """
    try:
        from openTSNE.affinity import PerplexityBasedNN
        from openTSNE.nearest_neighbors import PrecomputedNeighbors
    except ImportError as error:
        raise MissingLibrary(what="t-SNE", library="openTSNE", reason=error) from error
    perplexity = max(1.0, min(perplexity, (len(codes) - 1) / 3))
    neighbours, distances = _neighbours(codes, int(3 * perplexity), look)
    index = PrecomputedNeighbors(neighbours, distances)
    return PerplexityBasedNN(knn_index=index, perplexity=perplexity, n_jobs=1)


def _neighbours(
    codes: Floats, count: int, look: _Look
) -> tuple[npt.NDArray[np.integer[Any]], Floats]:
    """Who is near, and how far ``[N, count]`` each, the nearest first; nobody is his own."""
    from sklearn.neighbors import NearestNeighbors

    searcher = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(codes)
    indices = np.empty((len(codes), count), dtype=np.int64)
    distances = np.empty((len(codes), count))
    for start in range(0, len(codes), _CHUNK):
        look.check()
        part = np.arange(start, min(start + _CHUNK, len(codes)))
        far, near = searcher.kneighbors(codes[part])
        is_other = near != part[:, None]
        # Among more equal codes than are asked for, a code may not be found itself.
        is_other[is_other.all(1), -1] = False
        indices[part], distances[part] = (
            each[is_other].reshape(len(part), count) for each in (near, far)
        )
    return indices, distances


def _descend(points: Floats, affinities: Any, settings: Unfolding, look: _Look) -> Floats:
    from openTSNE import TSNEEmbedding

    count = len(points)
    method = "fft" if count >= _MANY else "bh"
    embedding = TSNEEmbedding(points, affinities, negative_gradient_method=method, n_jobs=1)
    gathering = settings.steps // 3
    done = 0
    for steps, exaggeration in (
        (gathering, settings.exaggeration),
        (settings.steps - gathering, 1.0),
    ):
        embedding.optimize(
            steps,
            inplace=True,
            exaggeration=exaggeration,
            learning_rate=max(_LOWEST_RATE, count / exaggeration),
            momentum=0.8,
            callbacks=lambda step, _error, now, before=done: look(before + step, now),
            callbacks_every_iters=min(10, max(1, _BETWEEN_LOOKS // count)),
        )
        done += steps
    return np.asarray(embedding)
