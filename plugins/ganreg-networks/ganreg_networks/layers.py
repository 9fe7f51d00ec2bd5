"""The layers that the bundled networks share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ganreg import AssemblyError, DataSpec, Problem

if TYPE_CHECKING:
    import keras

Norm = Literal["none", "batch", "layer"]
"""What normalizes a hidden layer: nothing, the batch's statistics, or each sample's own."""

LEAK = 0.2
"""The slope of a leaky ReLU below zero, as in DCGAN (arXiv:1511.06434, section 4)."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raises the first problem that is an error.

    Raises:
        AssemblyError: there is one.
    """
    for problem in problems:
        if problem.severity == "error":
            raise AssemblyError(str(problem))


def normalized(hidden: keras.KerasTensor, norm: Norm) -> keras.KerasTensor:
    """Normalizes `[B, F]` or `[B, H, W, C]`, with a learned scale and shift for each feature or channel.

    `"layer"` takes the statistics of a whole sample, as critics trained with a gradient penalty do (arXiv:1704.00028,
    section 4). `"batch"` lets its moving averages follow within tens of updates: Keras's own momentum of 0.99 would
    leave a short training to sample with statistics of its start.
    """
    from keras import layers

    if norm == "batch":
        return layers.BatchNormalization(momentum=0.9)(hidden)
    if norm == "layer":
        return layers.GroupNormalization(groups=1)(hidden)
    return hidden


def activated(hidden: keras.KerasTensor, activation: str) -> keras.KerasTensor:
    """Applies an activation by its kebab-case name."""
    from keras import layers

    layer = layers.LeakyReLU(negative_slope=LEAK) if activation == "leaky-relu" else layers.Activation(activation)
    return layer(hidden)


def scaled_leaky(hidden: keras.KerasTensor) -> keras.KerasTensor:
    """Applies a leaky ReLU and multiplies by √2, which keeps a signal's size, as StyleGAN2 does (arXiv:1912.04958)."""
    from keras import layers

    return layers.Rescaling(2**0.5)(activated(hidden, "leaky-relu"))


def dropped_out(hidden: keras.KerasTensor, rate: float) -> keras.KerasTensor:
    """Zeroes a share of the activations in training; a rate of 0 adds no layer, and so no random state."""
    from keras import layers

    return layers.Dropout(rate)(hidden) if rate > 0 else hidden


def bounded(values: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Keeps generated values to `data.value_range` by a scaled tanh; leaves them as they are where there is none."""
    from keras import layers

    if data.value_range is None:
        return values
    values = layers.Activation("tanh")(values)
    least, greatest = data.value_range
    if (least, greatest) == (-1.0, 1.0):
        return values
    return layers.Rescaling(scale=(greatest - least) / 2, offset=(greatest + least) / 2)(values)
