"""The pre-activation residual blocks of GANs (arXiv:1704.00028 and arXiv:1802.05957, appendices)."""

from __future__ import annotations

from ganreg.lazy import keras, lazy_module, ops
from ganreg_networks.layers import Norm, activated, normalized

conditioning = lazy_module("ganreg_networks.conditioning")


def convolved(hidden: keras.KerasTensor, width: int, *, kernel: int = 3, gain: float = 2.0) -> keras.KerasTensor:
    """Convolves maps `[B, H, W, C]`, which gives `[B, H, W, width]`.

    Args:
        hidden: the maps.
        width: number of output channels.
        kernel: side of the kernel.
        gain: factor of the variance of Glorot's initializer. Defaults to 2, as in the authors' code before a ReLU.
    """
    weights = keras.initializers.VarianceScaling(gain, mode="fan_avg", distribution="uniform")
    return keras.layers.Conv2D(width, kernel, padding="same", kernel_initializer=weights)(hidden)


def generator_block(
    hidden: keras.KerasTensor, width: int, norm: Norm, classes: keras.KerasTensor | None
) -> keras.KerasTensor:
    """Adds a block that doubles the side: `[B, H, W, C]` to `[B, 2H, 2W, width]`.

    Args:
        hidden: the maps.
        width: number of output channels.
        norm: normalisation before each ReLU.
        classes: one-hot labels, `[B, K]`, that batch normalisation is conditional on; `None` if there are none.
    """
    residual = activated(_normalized(hidden, norm, classes), "relu")
    residual = convolved(keras.layers.UpSampling2D(2)(residual), width)
    residual = activated(_normalized(residual, norm, classes), "relu")
    residual = convolved(residual, width)
    # A 1x1 convolution and nearest-neighbour upsampling commute; convolving first takes a quarter of the work.
    shortcut = keras.layers.UpSampling2D(2)(convolved(hidden, width, kernel=1, gain=1.0))
    return keras.layers.Add()([residual, shortcut])


def first_block(images: keras.KerasTensor, width: int) -> keras.KerasTensor:
    """Adds a discriminator's first block, without a ReLU of the image: `[B, H, W, C]` to `[B, H/2, W/2, width]`."""
    residual = activated(convolved(images, width), "relu")
    residual = keras.layers.AveragePooling2D(2)(convolved(residual, width))
    shortcut = convolved(keras.layers.AveragePooling2D(2)(images), width, kernel=1, gain=1.0)
    return keras.layers.Add()([residual, shortcut])


def discriminator_block(hidden: keras.KerasTensor, width: int, norm: Norm, *, halve: bool) -> keras.KerasTensor:
    """Adds a block from `[B, H, W, C]` to `[B, H, W, width]`, or to half the side.

    The shortcut is the identity if the shape does not change, as in SNGAN's code.

    Args:
        hidden: the maps.
        width: number of output channels.
        norm: normalisation before each ReLU.
        halve: whether average pooling halves the side.
    """
    residual = convolved(activated(normalized(hidden, norm), "relu"), width)
    residual = convolved(activated(normalized(residual, norm), "relu"), width)
    shortcut = hidden
    if halve or hidden.shape[-1] != width:
        if halve:  # Pooling commutes with a 1x1 convolution, which then takes a quarter of the work.
            shortcut = keras.layers.AveragePooling2D(2)(shortcut)
        shortcut = convolved(shortcut, width, kernel=1, gain=1.0)
    if halve:
        residual = keras.layers.AveragePooling2D(2)(residual)
    return keras.layers.Add()([residual, shortcut])


def project(logits: keras.KerasTensor, features: keras.KerasTensor, classes: keras.KerasTensor) -> keras.KerasTensor:
    """Adds to logits `[B, 1]` the projection of features `[B, F]` onto the labels (arXiv:1802.05637, equation 4)."""
    projection = _projection(features.shape[-1], classes.shape[-1])
    return keras.layers.Add(name="logits")([logits, projection([features, classes])])


def _projection(width: int, count: int) -> keras.Model:
    """Returns a model of stock layers from features `[B, width]` and one-hot labels `[B, count]` to v_c·h, `[B, 1]`.

    It is a model so that its place among the weights does not depend on how many layers it consists of.
    """
    features, classes = keras.Input((width,)), keras.Input((count,))
    embedding = keras.layers.Dense(width, use_bias=False, kernel_initializer=keras.initializers.GlorotUniform())
    products = keras.layers.Multiply()([embedding(classes), features])
    return keras.Model([features, classes], ops.sum(products, axis=-1, keepdims=True), name="projection")


def _normalized(hidden: keras.KerasTensor, norm: Norm, classes: keras.KerasTensor | None) -> keras.KerasTensor:
    """Normalises; batch normalisation has scales and shifts for each class if there are labels."""
    if norm != "batch" or classes is None:
        return normalized(hidden, norm)

    normal = keras.layers.BatchNormalization(momentum=0.9, center=False, scale=False)(hidden)
    return conditioning.ClassAffine()([normal, classes])
