"""Functions that the bundled networks share: they add one layer, or refuse data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ganreg import AssemblyError, DataSpec, Problem
from ganreg.lazy import keras

Norm = Literal["none", "batch", "layer"]
"""Normalisation of hidden layers: none, by the statistics of the batch, or by those of each sample."""

LEAK = 0.2
"""The negative slope of leaky ReLUs, as in DCGAN (arXiv:1511.06434, section 4)."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raises the first problem that is an error, if there is one.

    Raises:
        AssemblyError: a problem is an error.
    """
    for problem in problems:
        if problem.severity == "error":
            raise AssemblyError(str(problem))


def normalized(hidden: keras.KerasTensor, norm: Norm) -> keras.KerasTensor:
    """Normalises `[B, F]` or maps `[B, ..., C]`, with a learned scale and shift for each feature or channel.

    `"layer"` uses the statistics of a whole sample, as critics trained with a gradient penalty do (arXiv:1704.00028,
    section 4). `"batch"` has a momentum of 0.9, so that its moving averages follow within tens of updates. With Keras's
    default of 0.99, short trainings would sample with statistics from their start.
    """
    if norm == "batch":
        return keras.layers.BatchNormalization(momentum=0.9)(hidden)
    if norm == "layer":
        return keras.layers.GroupNormalization(groups=1)(hidden)
    return hidden


def activated(hidden: keras.KerasTensor, activation: str) -> keras.KerasTensor:
    """Applies an activation by its kebab-case name."""
    if activation == "leaky-relu":
        return keras.layers.LeakyReLU(negative_slope=LEAK)(hidden)
    return keras.layers.Activation(activation)(hidden)


def first_weights(deviation: float | None) -> keras.initializers.Initializer:
    """Returns a new initializer for one layer; a shared one would draw the same weights again.

    Args:
        deviation: the weights' standard deviation; `None` scales it to the layer (He et al., arXiv:1502.01852).
    """
    if deviation is None:
        return keras.initializers.HeNormal()
    return keras.initializers.RandomNormal(stddev=deviation)


def scaled_leaky(hidden: keras.KerasTensor) -> keras.KerasTensor:
    """Applies a leaky ReLU and multiplies by √2, which preserves the variance, as in StyleGAN2 (arXiv:1912.04958)."""
    return keras.layers.Rescaling(2**0.5)(activated(hidden, "leaky-relu"))


def dropped_out(hidden: keras.KerasTensor, rate: float) -> keras.KerasTensor:
    """Applies dropout; a rate of 0 adds no layer, and so no random state."""
    return keras.layers.Dropout(rate)(hidden) if rate > 0 else hidden


def bounded(values: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Restricts values to `data.value_range` with a scaled tanh; returns them unchanged if the range is `None`."""
    if data.value_range is None:
        return values
    values = keras.layers.Activation("tanh")(values)
    least, greatest = data.value_range
    if (least, greatest) == (-1.0, 1.0):
        return values
    return keras.layers.Rescaling(scale=(greatest - least) / 2, offset=(greatest + least) / 2)(values)
