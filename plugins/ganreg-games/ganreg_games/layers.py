"""Layers that the bundled translators share."""

from __future__ import annotations

from typing import Literal

from ganreg_networks.labels import label_input, one_hot

from ganreg import DataSpec
from ganreg.lazy import keras

Norm = Literal["none", "instance", "batch"]
"""Normalisation of hidden maps: none, by the statistics of each map of a sample, or by those of the batch."""


def normalized(maps: keras.KerasTensor, norm: Norm) -> keras.KerasTensor:
    """Normalises maps `[B, H, W, C]`, with a learned scale and shift for each channel.

    The epsilon of instance normalisation (arXiv:1607.08022) is PyTorch's 1e-5; Keras's default of 1e-3 would flatten
    maps of low contrast. A map of a single pixel would become 0, so callers must not normalise one.
    """
    if norm == "batch":
        return keras.layers.BatchNormalization(momentum=0.9)(maps)
    if norm == "instance":
        return keras.layers.GroupNormalization(groups=-1, epsilon=1e-5)(maps)
    return maps


def with_labels(
    images: keras.KerasTensor, data: DataSpec, *, conditional: bool | None
) -> tuple[list[keras.KerasTensor] | keras.KerasTensor, keras.KerasTensor]:
    """Returns a translator's inputs and its first maps: images, with one constant channel for each class if needed.

    StarGAN (arXiv:1711.09020, section 3.3) appends the label to the image in the same way.

    Args:
        images: `[B, H, W, C]`.
        data: the description of the samples to make, with the number of classes.
        conditional: whether the network takes labels.
    """
    if not conditional:
        return images, images
    labels = label_input()
    height, width, _ = images.shape[1:]
    channels = keras.layers.Reshape((1, 1, data.num_classes))(one_hot(labels, data))
    return [images, labels], keras.layers.Concatenate()([images, keras.layers.UpSampling2D((height, width))(channels)])
