"""Standard errors by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ganreg_metrics.features import Array


def error_of_mean(values: Array, resamples: int, seed: int) -> float:
    """Returns the bootstrap's standard error of a mean.

    Args:
        values: float `[N]`, one for each sample.
        resamples: number of resamples, drawn with replacement.
        seed: random seed of the resamples.
    """
    error = errors_of(lambda drawn: drawn.mean(), [values], resamples, seed)
    return float(error)


def errors_of(statistic: Callable[..., float | Array], samples: list[Array], resamples: int, seed: int) -> Array:
    """Returns the bootstrap's standard error of a statistic of several independent sets of samples.

    Args:
        statistic: a function of one array for each set, which returns a number or an array.
        samples: the sets, each resampled with replacement along its first axis.
        resamples: number of resamples.
        seed: random seed of the resamples.

    Returns:
        The standard deviation over the resamples, of the statistic's shape.
    """
    stream = np.random.default_rng(seed)
    drawn = [
        statistic(*(each[stream.integers(len(each), size=len(each))] for each in samples)) for _ in range(resamples)
    ]
    return np.asarray(np.std(np.asarray(drawn, dtype=np.float64), axis=0, ddof=1))
