"""What samples are made from where they are not made from latents: other samples, drawn from the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ganreg.contract.assembly import Assembly
from ganreg.data.arrays import Array, Data
from ganreg.data.ranges import to_network_range, to_own_range
from ganreg.engine.loading import load_data
from ganreg.engine.random import static_key
from ganreg.errors import DataError


class Sources:
    """Draws sources from the held-out part of the data, or from the training part if there is no other.

    They are the data's own sources if the game needs those, and otherwise the real samples themselves.

    Args:
        assembly: the components and their dataset, which is loaded once, when it is first needed.
    """

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._data: Data | None = None

    @property
    def are_loaded(self) -> bool:
        """Whether the data are in memory, so that drawing is quick."""
        return self._data is not None or isinstance(self._assembly.source, Data)

    def use(self, data: Data) -> None:
        """Draws from other data than the assembly's dataset, which there may not be."""
        self._data = data

    def _part(self) -> tuple[Array, Array | None, Array | None]:
        """The sources, and the samples and the labels that belong to them, if they are known."""
        if self._data is None:
            self._data = load_data(self._assembly)
        data = self._data
        held_out = data.test is not None
        samples, labels = (data.test, data.test_labels) if held_out else (data.train, data.train_labels)
        assert samples is not None  # noqa: S101 - either part exists
        if not self._assembly.needs_source:
            return samples, None, labels
        if data.source is None:
            raise DataError("the data have no sources; pass Data(train=..., source=Data(train=...))")
        if not data.paired:
            return data.source.train if data.source.test is None else data.source.test, None, None
        sources = data.source.test if held_out else data.source.train
        assert sources is not None  # noqa: S101 - paired data have both parts or neither
        return sources, samples, labels

    def _as_seen(self, samples: Array, *, sources: bool) -> Array:
        """Sources or samples of the data as networks see them."""
        assert self._data is not None  # noqa: S101 - they come from it
        of = self._data.source if sources and self._assembly.needs_source else self._data
        return to_network_range(samples, None if of is None else of.value_range)

    def draw(self, count: int, seed: int) -> tf.Tensor:
        """Draws sources as networks see them, float32 `[count, *source.shape]`; each once before any is repeated."""
        sources = self._part()[0]
        return tf.constant(self._as_seen(sources[rows(len(sources), count, seed)], sources=True))

    def labels(self, count: int, seed: int) -> Array | None:
        """The classes that belong to the sources of `draw(count, seed)` if the data are paired; otherwise `None`."""
        sources, samples, labels = self._part()
        if samples is None or labels is None:
            return None
        chosen: Array = labels[rows(len(sources), count, seed)].astype(np.int32)
        return chosen

    def pairs(self, count: int, seed: int) -> tuple[Array, Array | None]:
        """The sources of `draw(count, seed)`, and the samples that belong to them, or `None` if these are unknown.

        Both are in the range of the assembly's data.
        """
        sources, samples, _ = self._part()
        chosen, data = rows(len(sources), count, seed), self._assembly.data
        drawn = data if data.source is None or not self._assembly.needs_source else data.source
        own = to_own_range(self._as_seen(sources[chosen], sources=True), drawn.value_range)
        if samples is None:
            return own, None
        return own, to_own_range(self._as_seen(samples[chosen], sources=False), data.value_range)


def rows(available: int, count: int, seed: int) -> Any:
    """Draws the indices of `count` out of `available` samples; each occurs once before any is repeated.

    Drawing more with the same seed begins with the same ones.
    """
    stream = np.random.Generator(np.random.PCG64(static_key(seed, "sources")))
    return np.concatenate([stream.permutation(available) for _ in range(-(-count // available))])[:count]
