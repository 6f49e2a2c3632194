"""Fréchet distance between two sets of features (Heusel et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor


def frechet_distance(left: Tensor, right: Tensor) -> float:
    """``|m1 - m2|^2 + Tr(C1 + C2 - 2 (C1 C2)^(1/2))`` of Gaussians fitted to two feature sets.

    Args:
        left: features ``[N, F]``.
        right: features ``[M, F]``.

    Deviation from the paper: the features are the caller's (a small classifier of the data's own
    classes), not Inception's, so values compare only within one feature net. The trace of the
    matrix root is summed from the eigenvalues of ``C1 C2`` in float64. Biased upwards below about
    10,000 samples.
    """
    left, right = left.double(), right.double()
    difference = (left.mean(0) - right.mean(0)).square().sum()
    first, second = torch.cov(left.T), torch.cov(right.T)
    eigenvalues = torch.linalg.eigvals(first @ second)
    # Products of covariances have real eigenvalues >= 0; what else there is comes from rounding.
    root_trace = eigenvalues.real.clamp_min(0).sqrt().sum()
    return float(difference + first.trace() + second.trace() - 2 * root_trace)
