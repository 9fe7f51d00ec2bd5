"""Held-out parts: how synthetic samples are drawn twice and stored ones are divided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ganreg import Data, Modes

Array = npt.NDArray[Any]

HELD_OUT_PARTS = 10
"""A synthetic dataset holds out one sample for so many that it trains on."""


def draw_split(draw: Callable[[np.random.Generator, int], Array], samples: int, seed: int) -> Data:
    """Draws a part to train on and a held-out part from independent streams.

    Args:
        draw: makes so many samples, `[N, *shape]`, from a random generator.
        samples: how many to train on; the held-out part has a tenth as many, at least one.
        seed: keys both streams, so that the held-out part does not depend on `samples` but for its length.
    """
    train_stream = np.random.default_rng(seed)
    (test_stream,) = train_stream.spawn(1)
    return Data(train=draw(train_stream, samples), test=draw(test_stream, max(1, samples // HELD_OUT_PARTS)))


def draw_from_modes(modes: Modes, stream: np.random.Generator, count: int) -> Array:
    """Draws points `[count, F]` from a mixture of equally likely normal distributions."""
    chosen = stream.integers(len(modes), size=count)
    return stream.normal(modes.means[chosen], modes.standard_deviation)


def held_out_mask(labels: Array, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Marks the samples to hold out: the given share of each class, rounded down, so that every class stays in train.

    Args:
        labels: one class number a sample, `[N]`.
        share: from 0 up to but not including 1.
        seed: which samples of a class they are.
    """
    stream = np.random.default_rng(seed)
    mask = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        members = stream.permutation(np.flatnonzero(labels == label))
        mask[members[: int(share * len(members))]] = True
    return mask
