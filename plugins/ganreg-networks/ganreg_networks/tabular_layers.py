"""The Keras layers of generators of tables. Importing this module loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

_TURNS = 32.0
"""The standard deviation of a projection of the latents, in turns: its fraction is then uniform in float32."""
_SMALLEST = 2.0**-24
_WIDEST, _SOFTER = 640.0, 8.0
"""Logits further above their segment's mean than the first are cut off. By the second they are divided for an offset
near the maximum: no sum of up to a thousand exponentials then overflows, and none is 0."""


@keras.saving.register_keras_serializable(package="ganreg_networks")
class GumbelNoise(keras.layers.Layer):
    """Standard Gumbel noise as a function of the latents: `[B, latent_dim]` to float32 `[B, size]`.

    Each value comes from a random direction of the latents of its own, which is fixed: the fraction of the projection,
    whose standard deviation is many turns, is uniform, and two of them are as good as independent, and independent of
    what a network can read from the latents. So the noise needs no random state, is the same in training and at
    inference, in a resumed run and in an exported file.

    Args:
        size: the number of values.
        **options: options of any Keras layer.
    """

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**{"dtype": "float32", **options})
        self.size = size

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Creates the directions, `[latent_dim, size]`."""
        self.directions = self.add_weight(
            name="directions",
            shape=(input_shape[-1], self.size),
            initializer=keras.initializers.RandomNormal(stddev=_TURNS * input_shape[-1] ** -0.5),
            trainable=False,
        )

    def call(self, latents: Any) -> Any:
        """Returns the noise."""
        turns = ops.matmul(ops.cast(latents, "float32"), self.directions)
        uniform = ops.clip(turns - ops.floor(turns), _SMALLEST, 1.0 - _SMALLEST)
        return ops.stop_gradient(-ops.log(-ops.log(uniform)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(B, size)`."""
        return (input_shape[0], self.size)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class BlockActivation(keras.layers.Layer):
    """A Gumbel-softmax for each one-hot block and a tanh for each number (arXiv:1611.01144, equation 2).

    Call it with logits l and Gumbel noise g, `[B, width]` each. A one-hot block becomes softmax((l + g) / τ), scaled
    from 0..1 to the range of the data; numbers become tanh(l), scaled from -1..1, or l if the data have no range. All
    blocks are computed together, whatever their number: sums over a block are products with a matrix.

    Args:
        blocks: the size of each block, and whether it is one-hot.
        temperature: τ.
        value_range: the range of the data. Defaults to `None`: it has none, and one-hot blocks are in 0..1.
        **options: options of any Keras layer.
    """

    def __init__(
        self,
        blocks: Sequence[Sequence[Any]],
        *,
        temperature: float = 0.2,
        value_range: Sequence[float] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**{"dtype": "float32", **options})
        self.blocks = [(int(size), bool(chosen)) for size, chosen in blocks]
        self.temperature = temperature
        self.value_range = None if value_range is None else tuple(value_range)
        chosen = np.repeat([one for _, one in self.blocks], [size for size, _ in self.blocks])
        segments = np.repeat(np.arange(len(self.blocks)), [size for size, _ in self.blocks])
        used, numbers = np.unique(segments[chosen], return_inverse=True)
        self._chosen, self._all = chosen, bool(chosen.all())
        self._sums = np.zeros((len(chosen), max(len(used), 1)), np.float32)
        self._sums[np.flatnonzero(chosen), numbers] = 1.0
        self._means = self._sums / np.maximum(self._sums.sum(axis=0), 1.0)

    def call(self, inputs: Any) -> Any:
        """Returns the samples, `[B, width]`."""
        logits, noise = inputs
        least, greatest = (0.0, 1.0) if self.value_range is None else self.value_range
        shares = self._softmax((logits + noise) / self.temperature) * (greatest - least) + least
        if self._all:
            return shares
        numbers = logits
        if self.value_range is not None:
            numbers = ops.tanh(logits) * ((greatest - least) / 2) + (greatest + least) / 2
        return ops.where(self._chosen, shares, numbers)

    def _softmax(self, values: Any) -> Any:
        """The softmax over each one-hot block; other values are meaningless."""
        sums, spread = self._sums, np.ascontiguousarray(self._sums.T)
        centred = values - ops.matmul(ops.matmul(values, self._means), spread)
        centred = ops.where(self._chosen, ops.minimum(centred, _WIDEST), 0.0)
        # Within log(size) times the divisor above the greatest value, as the sum has at most that many terms of it.
        softer = ops.matmul(ops.exp(ops.stop_gradient(centred) / _SOFTER), sums)
        offset = _SOFTER * ops.log(ops.maximum(softer, 1e-30))
        powers = ops.exp(centred - ops.matmul(offset, spread)) * self._chosen.astype(np.float32)
        total = ops.matmul(ops.matmul(powers, sums), spread)
        return powers / ops.where(self._chosen, total, 1.0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the logits' shape."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        own = {"blocks": [list(one) for one in self.blocks], "temperature": self.temperature}
        return {**super().get_config(), **own, "value_range": self.value_range}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Conditioned(keras.layers.Layer):
    """Sets the block of the wished condition to the wished category.

    Call it with samples `[B, width]` and one-hot labels `[B, K]`, whose classes are the values of the given blocks,
    numbered through.

    Args:
        places: where each condition's block starts, and its size.
        value_range: the value of categories that are not chosen, and of the one that is.
        **options: options of any Keras layer.
    """

    def __init__(self, places: Sequence[Sequence[int]], *, value_range: Sequence[float], **options: Any) -> None:
        super().__init__(**{"dtype": "float32", **options})
        self.places = [(int(start), int(size)) for start, size in places]
        self.value_range = tuple(value_range)

    def build(self, input_shape: Any) -> None:
        """Computes which values a class decides, and which of them is chosen."""
        (*_, width), (_, classes) = input_shape
        self._own, self._chosen = (np.zeros((classes, width), np.float32) for _ in range(2))
        first = 0
        for start, size in self.places:
            self._own[first : first + size, start : start + size] = 1.0
            self._chosen[first : first + size, start : start + size] = np.eye(size)
            first += size

    def call(self, inputs: Any) -> Any:
        """Returns the samples with their conditions met."""
        samples, classes = inputs
        classes = ops.cast(classes, samples.dtype)
        least, greatest = self.value_range
        wished = ops.matmul(classes, self._chosen) * (greatest - least) + least
        return ops.where(ops.matmul(classes, self._own) > 0, wished, samples)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the samples' shape."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {
            **super().get_config(),
            "places": [list(one) for one in self.places],
            "value_range": list(self.value_range),
        }
