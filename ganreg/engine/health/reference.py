"""Measures in a few numbers how generated samples differ from real ones. Importable without TensorFlow."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg.data.arrays import Array

_BINS = 32
"""The most bins: of 256 samples, eight fall into each."""
_WIDTH = 0.35
"""Real samples closer together than this, in units of their root-mean-square distance from the mean, share a bin, so
that a bin is a mode of the data rather than a part of one."""
_LEAST_SHARE = 0.01
"""Bins with a smaller share of the real samples are ignored."""
_MISSED = 0.2
"""A bin counts as missing if its share of generated samples is below this fraction of its share of real ones."""
_FEATURES = 128
"""Larger samples are randomly projected to this many features, which approximately preserves distances."""
_ROUNDS = 10
"""Iterations of k-means."""
_COMPARED = 300
"""The number of samples, real or generated, between which distances are computed."""


@attrs.frozen
class Deviation:
    """How generated samples differ from real ones.

    Distances are in units of the real samples' root-mean-square distance from their mean.

    Attributes:
        spread: the variance of the generated samples divided by that of the real ones, summed over features.
        offset: the distance between the two means.
        missing: the share of the real samples in regions where hardly any sample is generated, from 0 to 1.
        distance: the normalised energy distance (Székely & Rizzo 2013), from 0 for equal distributions to 1 for
            distributions infinitely far apart.
    """

    spread: float
    offset: float
    missing: float
    distance: float


class Reference:
    """Real samples that generated ones are compared with.

    Args:
        real: a few hundred real samples, `[N, *shape]`.
        each_feature: whether each feature is measured in units of its own standard deviation, as the columns of a
            table must be. Defaults to one unit for all features, which suits the pixels of an image.

    Attributes:
        is_constant: whether all real samples are equal.
    """

    def __init__(self, real: Array, *, each_feature: bool = False) -> None:
        flat = _flat(real)
        self._mean = flat.mean(axis=0)
        # Rounding errors make a variance of zero slightly positive.
        scale = np.maximum(np.abs(flat).max(axis=0), 1e-30)
        deviation = flat.std(axis=0)
        deviation[deviation < 1e-6 * scale] = 0.0
        self.is_constant = not deviation.any()
        if not each_feature:
            deviation = np.full_like(deviation, np.sqrt(np.mean(deviation**2)))
        deviation = np.where(deviation > 0, deviation, 1.0)
        # A constant feature needs a unit too, because generated samples may vary in it.
        self._unit = deviation * np.sqrt(len(deviation))
        self._projection = _projection(flat.shape[1])
        points = self._scaled(flat)
        self._points = points[:_COMPARED]
        self._centres = _centres(points)
        shares = _shares(points, self._centres)
        self._centres = self._centres[shares >= _LEAST_SHARE]
        self._shares = _shares(points, self._centres)
        self._variance = max(float(points.var(axis=0).sum()), 1e-12)
        self._among_real = _mean_distance_among(self._points)

    def compare(self, fake: Array) -> Deviation:
        """Compares generated samples `[M, *shape]`."""
        points = self.scaled(fake[:_COMPARED])
        across = float(_distances(points, self._points).mean())
        among = _mean_distance_among(points)
        distance = (2 * across - among - self._among_real) / max(2 * across, 1e-12)
        missed = _shares(points, self._centres) < _MISSED * self._shares
        return Deviation(
            spread=float(points.var(axis=0).sum()) / self._variance,
            offset=float(np.linalg.norm(points.mean(axis=0))),
            missing=float(self._shares[missed].sum()),
            distance=min(1.0, max(0.0, distance)),
        )

    def scaled(self, samples: Array) -> Array:
        """Returns samples as float64 `[M, features]` in the unit of distances, with the real samples' mean at 0."""
        return self._scaled(_flat(samples))

    def _scaled(self, flat: Array) -> Array:
        scaled = (flat - self._mean) / self._unit
        result: Array = scaled if self._projection is None else scaled @ self._projection
        return result


def _flat(samples: Array) -> Array:
    return np.asarray(samples, np.float64).reshape(len(samples), -1)


def _projection(features: int) -> Array | None:
    if features <= _FEATURES:
        return None
    result: Array = np.random.default_rng(0).normal(size=(features, _FEATURES)) / np.sqrt(_FEATURES)
    return result


def _distances(first: Array, second: Array) -> Array:
    """Euclidean distances, `[len(first), len(second)]`."""
    squared = (first**2).sum(axis=1)[:, np.newaxis] - 2 * first @ second.T + (second**2).sum(axis=1)
    result: Array = np.sqrt(np.maximum(squared, 0.0))
    return result


def _mean_distance_among(points: Array) -> float:
    """The mean distance between two different points."""
    count = len(points)
    if count < 2:
        return 0.0
    distances = _distances(points, points)
    np.fill_diagonal(distances, 0.0)  # rounding errors make these slightly positive
    return float(distances.sum()) / (count * (count - 1))


def _centres(points: Array) -> Array:
    """The centres of bins: k-means started at points far apart, with as many bins as needed, at most `_BINS`."""
    chosen = [0]
    nearest = _distances(points, points[:1])[:, 0]
    while len(chosen) < _BINS and nearest.max() > _WIDTH:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, _distances(points, points[chosen[-1:]])[:, 0])
    centres = points[chosen]
    for _ in range(_ROUNDS):
        bins = _distances(points, centres).argmin(axis=1)
        centres = np.stack([points[bins == one].mean(axis=0) for one in np.unique(bins)])
    return centres


def _shares(points: Array, centres: Array) -> Array:
    """The share of the points that are nearest to each centre."""
    bins = _distances(points, centres).argmin(axis=1)
    shares: Array = np.bincount(bins, minlength=len(centres)) / len(points)
    return shares
