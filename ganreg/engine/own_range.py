"""A network that makes samples in -1..1 as one that makes them in the data's own range."""

from __future__ import annotations

import keras

from ganreg.data.spec import NETWORK_RANGE, DataSpec


def in_own_range(network: keras.Model, inputs: list[keras.KerasTensor], data: DataSpec) -> keras.Model:
    """Adds a layer that scales a network's samples to the data's own range.

    Args:
        network: makes samples `[B, *shape]`, within -1..1 if the data have a range.
        inputs: symbolic inputs of the network.
        data: the description of the samples.

    Returns:
        The network itself if their range is -1..1 or unbounded; otherwise a model that contains it and shares its
        weights.
    """
    if data.value_range is None or data.value_range == NETWORK_RANGE:
        return network
    least, greatest = data.value_range
    every = [keras.Input(one.shape[1:], dtype=one.dtype) for one in inputs]
    given = every if len(every) > 1 else every[0]
    scale = keras.layers.Rescaling((greatest - least) / 2, (greatest + least) / 2, dtype="float32", name="own_range")
    return keras.Model(given, scale(network(given)), name=network.name)
