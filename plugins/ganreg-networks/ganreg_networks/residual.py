"""The pre-activation residual blocks of GANs (arXiv:1704.00028 and arXiv:1802.05957, appendices)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganreg_networks.layers import Norm, activated, normalized

if TYPE_CHECKING:
    import keras


def convolved(hidden: keras.KerasTensor, width: int, *, kernel: int = 3, gain: float = 2.0) -> keras.KerasTensor:
    """Maps `[B, H, W, C]` convolved to `[B, H, W, width]`.

    Args:
        hidden: the maps.
        width: how many channels to make.
        kernel: its side.
        gain: multiplies the variance of Glorot's weights; 2 before a ReLU, as the authors' code has it.
    """
    from keras import initializers, layers

    weights = initializers.VarianceScaling(gain, mode="fan_avg", distribution="uniform")
    return layers.Conv2D(width, kernel, padding="same", kernel_initializer=weights)(hidden)


def generator_block(
    hidden: keras.KerasTensor, width: int, norm: Norm, classes: keras.KerasTensor | None
) -> keras.KerasTensor:
    """Doubles the side: `[B, H, W, C]` to `[B, 2H, 2W, width]`.

    Args:
        hidden: what enters.
        width: how many channels leave.
        norm: normalizes before each ReLU.
        classes: one-hot labels, `[B, K]`, that batch normalization is conditional on; `None` for none.
    """
    from keras import layers

    residual = activated(_normalized(hidden, norm, classes), "relu")
    residual = convolved(layers.UpSampling2D(2)(residual), width)
    residual = activated(_normalized(residual, norm, classes), "relu")
    residual = convolved(residual, width)
    # A 1x1 convolution and repeating pixels commute; convolving first is a quarter of the work.
    shortcut = layers.UpSampling2D(2)(convolved(hidden, width, kernel=1, gain=1.0))
    return layers.Add()([residual, shortcut])


def first_block(images: keras.KerasTensor, width: int) -> keras.KerasTensor:
    """A discriminator's first block, which takes no ReLU of the image: `[B, H, W, C]` to `[B, H/2, W/2, width]`."""
    from keras import layers

    residual = activated(convolved(images, width), "relu")
    residual = layers.AveragePooling2D(2)(convolved(residual, width))
    shortcut = convolved(layers.AveragePooling2D(2)(images), width, kernel=1, gain=1.0)
    return layers.Add()([residual, shortcut])


def discriminator_block(hidden: keras.KerasTensor, width: int, norm: Norm, *, halve: bool) -> keras.KerasTensor:
    """Maps `[B, H, W, C]` to `[B, H, W, width]`, or half the side.

    What skips a block that changes nothing but values is left as it is, as in SNGAN's code.
    """
    from keras import layers

    residual = convolved(activated(normalized(hidden, norm), "relu"), width)
    residual = convolved(activated(normalized(residual, norm), "relu"), width)
    shortcut = hidden
    if halve or hidden.shape[-1] != width:
        if halve:  # commutes with a 1x1 convolution, at a quarter of its work
            shortcut = layers.AveragePooling2D(2)(shortcut)
        shortcut = convolved(shortcut, width, kernel=1, gain=1.0)
    if halve:
        residual = layers.AveragePooling2D(2)(residual)
    return layers.Add()([residual, shortcut])


def project(logits: keras.KerasTensor, features: keras.KerasTensor, classes: keras.KerasTensor) -> keras.KerasTensor:
    """Logits `[B, 1]` plus how well features `[B, F]` fit the one-hot labels (arXiv:1802.05637, equation 4)."""
    from keras import layers

    from ganreg_networks.conditioning import Projection

    return layers.Add(name="logits")([logits, Projection()([features, classes])])


def _normalized(hidden: keras.KerasTensor, norm: Norm, classes: keras.KerasTensor | None) -> keras.KerasTensor:
    """Normalizes with scales and shifts of each class where there are labels, which only batch norm has."""
    from keras import layers

    if norm != "batch" or classes is None:
        return normalized(hidden, norm)

    from ganreg_networks.conditioning import ClassAffine

    normal = layers.BatchNormalization(momentum=0.9, center=False, scale=False)(hidden)
    return ClassAffine()([normal, classes])
