"""Held-out parts: synthetic samples are drawn from a second stream, stored samples are split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ganreg import Data, Modes

Array = npt.NDArray[Any]

HELD_OUT_PARTS = 10
"""The number of training samples for each held-out one in synthetic datasets."""


def draw_split(draw: Callable[[np.random.Generator, int], Array], samples: int, seed: int) -> Data:
    """Draws a training part and a held-out part from independent random streams.

    Args:
        draw: called as `draw(stream, N)`, returns samples `[N, *shape]`.
        samples: number of training samples; the held-out part has a tenth as many, at least one.
        seed: seed of both streams, so that only the length of the held-out part depends on `samples`.
    """
    train_stream = np.random.default_rng(seed)
    (test_stream,) = train_stream.spawn(1)
    return Data(train=draw(train_stream, samples), test=draw(test_stream, max(1, samples // HELD_OUT_PARTS)))


def draw_labelled_split(
    draw: Callable[[np.random.Generator, int], tuple[Array, Array]], samples: int, seed: int, **facts: Any
) -> Data:
    """Draws samples with labels as `draw_split` does.

    Args:
        draw: called as `draw(stream, N)`, returns samples `[N, *shape]` and labels `[N]`.
        samples: number of training samples; the held-out part has a tenth as many, at least one.
        seed: seed of both streams.
        **facts: other arguments of `Data`.
    """
    train_stream = np.random.default_rng(seed)
    (test_stream,) = train_stream.spawn(1)
    train, train_labels = draw(train_stream, samples)
    test, test_labels = draw(test_stream, max(1, samples // HELD_OUT_PARTS))
    return Data(train=train, train_labels=train_labels, test=test, test_labels=test_labels, **facts)


def draw_from_modes(modes: Modes, stream: np.random.Generator, count: int) -> Array:
    """Draws points `[count, F]` from a mixture of equally likely normal distributions."""
    chosen = stream.integers(len(modes), size=count)
    return stream.normal(modes.means[chosen], modes.standard_deviation)


def held_out_mask(labels: Array, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Marks the samples to hold out: a share of each class, rounded down so that every class remains in training.

    Args:
        labels: the class number of each sample, `[N]`.
        share: the share, in [0, 1).
        seed: random seed of the choice within each class.
    """
    stream = np.random.default_rng(seed)
    mask = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        members = stream.permutation(np.flatnonzero(labels == label))
        mask[members[: int(share * len(members))]] = True
    return mask
