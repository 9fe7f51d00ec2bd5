"""The pre-activation residual blocks of GANs (arXiv:1704.00028 and arXiv:1802.05957, appendices)."""

from __future__ import annotations

from ganreg.lazy import keras, lazy_module, ops
from ganreg_networks.grids import Sides, cropped, layer_of, steps_between
from ganreg_networks.layers import Norm, activated, normalized

conditioning = lazy_module("ganreg_networks.conditioning")


def convolved(hidden: keras.KerasTensor, width: int, *, kernel: int = 3, gain: float = 2.0) -> keras.KerasTensor:
    """Convolves maps `[B, ..., C]`, which gives `[B, ..., width]`.

    Args:
        hidden: the maps.
        width: number of output channels.
        kernel: side of the kernel.
        gain: factor of the variance of Glorot's initializer. Defaults to 2, as in the authors' code before a ReLU.
    """
    weights = keras.initializers.VarianceScaling(gain, mode="fan_avg", distribution="uniform")
    return layer_of("Conv{}D", hidden)(width, kernel, padding="same", kernel_initializer=weights)(hidden)


def generator_block(
    hidden: keras.KerasTensor, width: int, sides: Sides, norm: Norm, classes: keras.KerasTensor | None
) -> keras.KerasTensor:
    """Adds a block that doubles the sides: `[B, ..., C]` to `[B, *sides, width]`.

    Args:
        hidden: the maps.
        width: number of output channels.
        sides: twice the sides or one less, which cuts off the last values; axes that keep their side are not doubled.
        norm: normalisation before each ReLU.
        classes: one-hot labels, `[B, K]`, that batch normalisation is conditional on; `None` if there are none.
    """
    residual = activated(_normalized(hidden, norm, classes), "relu")
    residual = convolved(_repeated(residual, sides), width)
    residual = activated(_normalized(residual, norm, classes), "relu")
    residual = convolved(residual, width)
    # A 1x1 convolution and nearest-neighbour upsampling commute; convolving first takes a quarter of the work.
    shortcut = _repeated(convolved(hidden, width, kernel=1, gain=1.0), sides)
    return keras.layers.Add()([residual, shortcut])


def first_block(samples: keras.KerasTensor, width: int, sides: Sides) -> keras.KerasTensor:
    """Adds a discriminator's first block, without a ReLU of the sample: `[B, ..., C]` to `[B, *sides, width]`.

    Args:
        samples: the samples.
        width: number of output channels.
        sides: half of the sides, rounded up; axes that keep their side are not halved.
    """
    residual = activated(convolved(samples, width), "relu")
    residual = _averaged(convolved(residual, width), sides)
    shortcut = convolved(_averaged(samples, sides), width, kernel=1, gain=1.0)
    return keras.layers.Add()([residual, shortcut])


def discriminator_block(hidden: keras.KerasTensor, width: int, norm: Norm, sides: Sides) -> keras.KerasTensor:
    """Adds a block from `[B, ..., C]` to `[B, *sides, width]`.

    The shortcut is the identity if the shape does not change, as in SNGAN's code.

    Args:
        hidden: the maps.
        width: number of output channels.
        norm: normalisation before each ReLU.
        sides: half of the sides, rounded up, which average pooling gives; or the same.
    """
    residual = convolved(activated(normalized(hidden, norm), "relu"), width)
    residual = convolved(activated(normalized(residual, norm), "relu"), width)
    shortcut = hidden
    if hidden.shape[1:] != (*sides, width):
        # Pooling commutes with a 1x1 convolution, which then takes a fraction of the work.
        shortcut = convolved(_averaged(shortcut, sides), width, kernel=1, gain=1.0)
    return keras.layers.Add()([_averaged(residual, sides), shortcut])


def _repeated(maps: keras.KerasTensor, sides: Sides) -> keras.KerasTensor:
    """Repeats each value along the axes that are doubled."""
    factors = steps_between(sides, maps.shape[1:-1])
    return cropped(layer_of("UpSampling{}D", maps)(factors if len(factors) > 1 else factors[0])(maps), sides)


def _averaged(maps: keras.KerasTensor, sides: Sides) -> keras.KerasTensor:
    """Averages neighbours along the axes that are halved; the last value of an odd side has none and is kept."""
    steps = steps_between(maps.shape[1:-1], sides)
    if max(steps) == 1:
        return maps
    return layer_of("AveragePooling{}D", maps)(steps if len(steps) > 1 else steps[0], padding="same")(maps)


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
