"""Standard errors by the bootstrap: how far a value moves when the samples are drawn again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ganreg_metrics.features import Array


def error_of_mean(values: Array, resamples: int, seed: int) -> float:
    """The bootstrap's standard error of the mean of one value a sample.

    Args:
        values: float `[N]`.
        resamples: how often they are drawn again, with replacement.
        seed: decides the draws.
    """
    return errors_of(lambda drawn: drawn.mean(), [values], resamples, seed)


def errors_of(
    statistic: Callable[..., float | Array], samples: list[Array], resamples: int, seed: int
) -> float | Array:
    """The bootstrap's standard error of a statistic of several independent sets of samples.

    Args:
        statistic: of as many arrays as there are sets; a number, or several as an array.
        samples: the sets, each drawn from with replacement along its first axis.
        resamples: how often they are drawn again.
        seed: decides the draws.

    Returns:
        The standard deviation over the draws, of the form that the statistic has.
    """
    stream = np.random.default_rng(seed)
    drawn = [
        statistic(*(each[stream.integers(len(each), size=len(each))] for each in samples)) for _ in range(resamples)
    ]
    deviation = np.std(np.asarray(drawn, dtype=np.float64), axis=0, ddof=1)
    return float(deviation) if deviation.ndim == 0 else deviation
