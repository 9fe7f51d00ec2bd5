"""Measures whether generated samples depend on their labels. Importable without TensorFlow."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.health.reference import Reference

_LEAST_ROWS = 10
"""Classes with fewer real samples are left out."""
_MOST_CLASSES = 32
"""The number of classes that are compared: the most frequent ones."""
_SURE = 4.0
"""Classes of real samples differ if the distance of their means is so many times what chance makes of it."""


@attrs.frozen
class LabelUse:
    """How far the means of classes are apart, without what chance adds to it.

    The squared distances of the classes' means from their common mean, averaged over the classes, in units of the
    variance of the real samples.

    Attributes:
        real: that of real samples.
        generated: that of generated ones.
        chance: what chance adds to that of generated ones, on average.
    """

    real: float
    generated: float
    chance: float = 0.0

    @property
    def is_clear(self) -> bool:
        """Whether chance alone cannot hide in generated samples what distinguishes the real ones."""
        return self.real > _SURE * self.chance


class LabelReference:
    """The classes of real samples that those of generated ones are compared with.

    Args:
        reference: gives the unit of distances.
        real: real samples `[N, *shape]`.
        labels: their classes, int `[N]`.

    Attributes:
        classes: the classes that are compared; empty if real samples of different classes hardly differ on average, so
            that nothing can be said.
    """

    def __init__(self, reference: Reference, real: Array, labels: Array) -> None:
        self._reference = reference
        known, counts = np.unique(labels, return_counts=True)
        frequent = np.sort(np.argsort(-counts, kind="stable")[:_MOST_CLASSES])
        classes = known[frequent][counts[frequent] >= _LEAST_ROWS]
        self.classes: Array = classes[:0]
        if len(classes) < 2:
            return
        self._apart, chance = _apart(reference.scaled(real), np.asarray(labels), classes)
        if self._apart > _SURE * chance:
            self.classes = classes

    def compare(self, generated: Array, labels: Array) -> LabelUse:
        """Compares generated samples `[M, *shape]` of the classes `[M]`, each of which has two of them or more."""
        apart, chance = _apart(self._reference.scaled(generated), np.asarray(labels), self.classes)
        return LabelUse(real=self._apart, generated=apart, chance=chance)

    def labels(self, count: int) -> Array:
        """Returns labels of the classes in turn, int32 `[count]`."""
        return np.resize(self.classes, count).astype(np.int32)


def _apart(points: Array, labels: Array, classes: Array) -> tuple[float, float]:
    """How far the means of classes are apart, and what chance alone would make of it."""
    parts = [points[labels == one] for one in classes]
    means = np.stack([part.mean(axis=0) for part in parts])
    squares = np.square(means - means.mean(axis=0)).sum(axis=1).mean()
    noise = np.mean([part.var(axis=0, ddof=1).sum() / len(part) for part in parts]) * (1 - 1 / len(parts))
    return float(max(squares - noise, 0.0)), float(noise)
