"""A network that sees samples in -1..1 as one that takes and makes them in the data's own range."""

from __future__ import annotations

import keras

from ganreg.data.spec import NETWORK_RANGE, DataSpec


def in_own_range(
    network: keras.Model, inputs: list[keras.KerasTensor], data: DataSpec, source: DataSpec | None = None
) -> keras.Model:
    """Adds layers that scale a network's samples, and the sources that it makes them from, to the data's own ranges.

    Args:
        network: makes samples `[B, *shape]`, within -1..1 if the data have a range; its sources likewise.
        inputs: symbolic inputs of the network.
        data: the description of the samples.
        source: the description of its first input, if that is a source. Defaults to latents, which are not scaled.

    Returns:
        The network itself if all ranges are -1..1 or unbounded; otherwise a model that contains it and shares its
        weights.
    """
    made, given = _own_range(data), None if source is None else _own_range(source)
    if made is None and given is None:
        return network
    own = [keras.Input(one.shape[1:], dtype=one.dtype) for one in inputs]
    seen = list(own)
    if given is not None:
        width = given[1] - given[0]
        seen[0] = keras.layers.Rescaling(2 / width, -sum(given) / width, dtype="float32", name="network_range")(own[0])
    samples = network(seen if len(seen) > 1 else seen[0])
    if made is not None:
        half = (made[1] - made[0]) / 2
        samples = keras.layers.Rescaling(half, sum(made) / 2, dtype="float32", name="own_range")(samples)
    return keras.Model(own if len(own) > 1 else own[0], samples, name=network.name)


def _own_range(data: DataSpec) -> tuple[float, float] | None:
    """The range of data that networks see in another one."""
    return None if data.value_range == NETWORK_RANGE else data.value_range
