"""The modes of a column of numbers: values that many rows share, and a mixture of normal distributions for the rest.

This is the mode-specific normalization of CTGAN (Xu et al. 2019, arXiv:1907.00503, section 4.2), which keeps several
peaks and long tails apart, with three additions. A value that many rows share, such as 0, is a mode of its own, so that
its share of the rows survives. Components that together describe one peak are merged. And values far from every normal
distribution get modes of their own, where CTGAN cuts them off.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array

mixtures = lazy_module("sklearn.mixture")
_LOCK = threading.Lock()

SPIKE = 0.05
"""A value in at least this share of the rows is a mode of its own."""

_LEAST_ROWS = 10
"""A mode needs at least so many rows."""
_DISCRETE = 20
"""A column with at most so many different values, each in enough rows, consists of spikes only."""
_FITTED = 2_000
"""The mixture is fitted to at most so many values."""
_LEAST_WEIGHT = 0.005
"""Components of less weight are left out, as in CTGAN."""
_WIDTH = 4.0
"""A mode's values are scaled by so many standard deviations, as in CTGAN."""
_CHUNK = 65_536
_SAMPLED = 20_000
"""From so many rows a sample shows which values many rows share."""
_TOLERANCE = 0.01
"""Components are merged if that costs at most so much of the mean log-likelihood."""


def _floats(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


@attrs.frozen
class Modes:
    """Intervals, each with a weight, and single values.

    Attributes:
        spikes: the values that are modes of their own, in ascending order.
        centers: the centres of the other modes.
        halves: half of the width of each; a value in the interval is encoded as -1..1.
        weights: the weight of each in the mixture; 0 for a mode that takes only what no other mode reaches.
    """

    spikes: tuple[float, ...] = attrs.field(default=(), converter=_floats)
    centers: tuple[float, ...] = attrs.field(default=(), converter=_floats)
    halves: tuple[float, ...] = attrs.field(default=(), converter=_floats)
    weights: tuple[float, ...] = attrs.field(default=(), converter=_floats)

    def __attrs_post_init__(self) -> None:
        if not len(self.centers) == len(self.halves) == len(self.weights) or not (self.spikes or self.centers):
            raise ValueError("modes need as many halves and weights as centers, and at least one mode")

    def __len__(self) -> int:
        return len(self.spikes) + len(self.centers)

    def encode(self, values: Array, seed: int) -> tuple[Array, Array]:
        """Chooses a mode for each value, spikes first, and scales the value within it.

        Where several modes reach a value, one is drawn by its probability given the value, as in CTGAN.

        Args:
            values: finite float64 `[N]`.
            seed: random seed of the choice.

        Returns:
            The modes' indices, int `[N]`, and the values scaled to -1..1, float64 `[N]`; 0 at spikes.
        """
        modes, scaled = np.empty(len(values), np.intp), np.empty(len(values))
        stream = np.random.default_rng(seed)
        for start in range(0, len(values), _CHUNK):
            part = slice(start, start + _CHUNK)
            modes[part], scaled[part] = self._encode(values[part], stream)
        return modes, scaled

    def _encode(self, values: Array, stream: np.random.Generator) -> tuple[Array, Array]:
        spikes = np.array(self.spikes)
        if not self.centers:
            return np.abs(values[:, np.newaxis] - spikes).argmin(axis=1), np.zeros(len(values))
        several = len(self.centers) > 1
        chosen = self._drawn(values, stream) if several else np.zeros(len(values), np.intp)
        centers, halves = np.array(self.centers)[chosen], np.array(self.halves)[chosen]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            scaled = np.where(halves > 0, np.clip((values - centers) / halves, -1.0, 1.0), 0.0)
        modes = chosen + len(spikes)
        if len(spikes):
            place = np.searchsorted(spikes, values).clip(max=len(spikes) - 1)
            at_spike = spikes[place] == values
            modes, scaled = np.where(at_spike, place, modes), np.where(at_spike, 0.0, scaled)
        return modes, scaled

    def _drawn(self, values: Array, stream: np.random.Generator) -> Array:
        """Draws a mode for each value by its probability given the value; the nearest where none reaches it."""
        centers, halves, weights = (np.array(one) for one in (self.centers, self.halves, self.weights))
        distances = np.abs((values[:, np.newaxis] - centers) / halves)
        densities = (weights / halves) * np.exp(-0.5 * np.square(_WIDTH * distances))
        densities[distances > 1.0] = 0.0
        reached = densities.cumsum(axis=1)
        total = reached[:, -1]
        drawn: Array = (reached <= stream.random(len(values))[:, np.newaxis] * total[:, np.newaxis]).sum(axis=1)
        alone = total == 0.0
        if alone.any():
            drawn[alone] = distances[alone].argmin(axis=1)
        return drawn

    def decode(self, modes: Array, scaled: Array) -> Array:
        """Turns modes `[N]` and scaled values `[N]` back into values, float64 `[N]`."""
        spikes = np.array(self.spikes)
        if not self.centers:
            return spikes[modes]
        inside = np.maximum(modes - len(spikes), 0)
        values: Array = np.array(self.centers)[inside] + np.array(self.halves)[inside] * scaled
        if len(spikes):
            values = np.where(modes < len(spikes), spikes[modes.clip(max=len(spikes) - 1)], values)
        return values


def fit_modes(values: Array, most: int) -> Modes:
    """Finds the modes of a column.

    Args:
        values: finite float64 `[N]`, at least one.
        most: the greatest number of normal distributions; 0 for a single mode that ranges from the least to the
            greatest value.
    """
    if most == 0:
        return _span(values)
    few = few_different(values)
    if few is not None and len(values) >= _LEAST_ROWS * len(few):
        return Modes(spikes=few)
    spikes = _spikes(values)
    others = values if not len(spikes) else values[~np.isin(values, spikes)]
    if not len(others):
        return Modes(spikes=spikes)
    if most == 1 or len(others) < _LEAST_ROWS * 2 or few_different(others) is not None:
        return attrs.evolve(_span(others), spikes=spikes)
    return attrs.evolve(_mixture(others, most), spikes=spikes)


def few_different(values: Array, most: int = _DISCRETE) -> Array | None:
    """The different values in ascending order if there are at most so many, else `None`; quick on long columns."""
    if len(np.unique(_sample(values))) > most:
        return None
    different = np.unique(values)
    return different if len(different) <= most else None


def _sample(values: Array) -> Array:
    """The values, or a sample of them if there are many."""
    return values if len(values) <= _SAMPLED else values[np.random.default_rng(0).integers(0, len(values), _SAMPLED)]


def _spikes(values: Array) -> Array:
    """The values that many rows share, in ascending order."""
    different, counts = np.unique(_sample(values), return_counts=True)
    likely = different[counts >= SPIKE / 2 * min(len(values), _SAMPLED)]
    least = max(SPIKE * len(values), _LEAST_ROWS)
    return np.array([value for value in likely if np.count_nonzero(values == value) >= least])


def _span(values: Array) -> Modes:
    """One mode from the least to the greatest value; halved first, as the difference of large numbers can overflow."""
    least, greatest = values.min(), values.max()
    return Modes(centers=[greatest / 2 + least / 2], halves=[greatest / 2 - least / 2], weights=[1.0])


def _mixture(values: Array, most: int) -> Modes:
    """Fits a mixture of normal distributions to a subsample, and adds modes for the values that it does not reach."""
    size = max(abs(values.min()), abs(values.max()))
    sample = values if len(values) <= _FITTED else np.random.default_rng(0).choice(values, _FITTED, replace=False)
    center, spread = np.median(sample / size), np.std(sample / size)
    if not spread > 0:
        return _span(values)
    mixture = mixtures.BayesianGaussianMixture(
        n_components=min(most, len(sample)),
        weight_concentration_prior_type="dirichlet_process",
        weight_concentration_prior=0.001,
        max_iter=50,
        random_state=0,
    )
    scaled = (sample / size - center) / spread
    with _LOCK, warnings.catch_warnings():  # which change what holds for all threads
        warnings.filterwarnings("ignore", ".* did not converge")  # such a mixture is good enough
        mixture.fit(scaled[:, np.newaxis])
    kept = mixture.weights_ > _LEAST_WEIGHT
    found = np.stack([mixture.weights_[kept], mixture.means_[kept, 0], mixture.covariances_[kept, 0, 0]])
    weights, means, variances = _merged(found[:, found[1].argsort()], scaled)
    halves = _WIDTH * np.sqrt(variances) * spread * size
    if not halves.min() > 0:
        return _span(values)
    return _completed((means * spread + center) * size, halves, weights, values)


def _merged(found: Array, sample: Array) -> Array:
    """Merges neighbouring components for as long as the likelihood of the sample hardly suffers.

    The mixture often fits one peak with several components, each of which would take a value of every sample.

    Args:
        found: weights, means and variances of the components in ascending order of the means, `[3, K]`.
        sample: the values that they were fitted to.
    """
    target = _likelihood(found, sample) - _TOLERANCE
    while found.shape[1] > 1:
        merged = [_with_one_merged(found, place) for place in range(found.shape[1] - 1)]
        likelihoods = [_likelihood(one, sample) for one in merged]
        best = int(np.argmax(likelihoods))
        if likelihoods[best] < target:
            return found
        found = merged[best]
    return found


def _with_one_merged(found: Array, place: int) -> Array:
    """Replaces a component and the next one by one with the same weight, mean and variance as both together."""
    weights, means, variances = found[:, place : place + 2]
    weight = weights.sum()
    mean = weights @ means / weight
    variance = weights @ (variances + np.square(means - mean)) / weight
    return np.concatenate([found[:, :place], [[weight], [mean], [variance]], found[:, place + 2 :]], axis=1)


def _likelihood(found: Array, sample: Array) -> float:
    """The mean logarithm of the mixture's density."""
    weights, means, variances = found
    squares = np.square(sample[:, np.newaxis] - means) / variances
    densities = (np.exp(-0.5 * squares) * (weights / np.sqrt(2 * np.pi * variances))).sum(axis=1)
    return float(np.log(densities + np.finfo(np.float64).tiny).mean())


def _completed(centers: Array, halves: Array, weights: Array, values: Array) -> Modes:
    """Adds a mode for each gap between modes, and for each end, in which there are values that no mode reaches."""
    reached = np.zeros(len(values), np.bool_)
    for center, half in zip(centers, halves, strict=True):
        reached |= np.abs(values - center) <= half
    alone = values[~reached]
    gaps = np.searchsorted(np.sort(centers), alone)
    spans = [_span(alone[gaps == gap]) for gap in np.unique(gaps)]
    # A single value has no width; the width of the other modes keeps what networks generate near it.
    added = [max(span.halves[0], float(halves.min()) / _WIDTH) for span in spans]
    return Modes(
        centers=[*centers, *(span.centers[0] for span in spans)],
        halves=[*halves, *added],
        weights=[*weights, *(0.0 for _ in spans)],
    )
