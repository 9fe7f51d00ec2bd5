"""Measures how translations depend on their sources. Importable without TensorFlow."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.health.reference import Reference


@attrs.frozen
class SourceUse:
    """How translations depend on their sources.

    Distances are in units of the real samples' root-mean-square distance from their mean.

    Attributes:
        change: the root-mean-square distance between a source and its translation; `None` if their shapes differ.
        needed: the root-mean-square distance between a source and its true sample; `None` if their shapes differ, or if
            the data are not paired.
        spread: the variance of the translations of different sources into the same class, divided by the variance of
            the real samples.
        match: the mean distance of a translation from its own true sample, divided by the mean distance from the true
            sample of another source; `None` if the data are not paired.
    """

    spread: float
    change: float | None = None
    needed: float | None = None
    match: float | None = None


def source_use(
    reference: Reference, made: Array, sources: Array, true: Array | None = None, labels: Array | None = None
) -> SourceUse:
    """Compares translations with their sources and with their true samples.

    Args:
        reference: real samples, which give the unit of distances.
        made: the translations `[N, *shape]`.
        sources: their sources `[N, *source.shape]`.
        true: their true samples `[N, *shape]`, if the data are paired.
        labels: the classes `[N]` that they were translated into, if the generator is conditional.
    """
    points = reference.scaled(made)
    result = SourceUse(_spread_within(points, np.zeros(len(made)) if labels is None else labels))
    if true is not None:
        targets = reference.scaled(true)
        own = np.linalg.norm(points - targets, axis=1).mean()
        other = np.linalg.norm(points - np.roll(targets, 1, axis=0), axis=1).mean()
        result = attrs.evolve(result, match=float(own / max(other, 1e-12)))
    if sources.shape != made.shape:
        return result
    before = reference.scaled(sources)
    needed = None if true is None else _distance(reference.scaled(true), before)
    return attrs.evolve(result, change=_distance(points, before), needed=needed)


def _spread_within(points: Array, labels: Array) -> float:
    """The variance within the classes, in units of the real samples' variance, which is 1."""
    squares = [np.square(points[labels == one] - points[labels == one].mean(axis=0)).sum() for one in np.unique(labels)]
    return float(sum(squares) / len(points))


def _distance(first: Array, second: Array) -> float:
    return float(np.sqrt(np.square(first - second).sum(axis=1).mean()))
