"""The workloads' networks of plain Keras layers, as a user would write them."""

from __future__ import annotations

import keras
from keras import initializers, layers
from workloads import Workload

from peers.widths import widths_of


def networks_of(workload: Workload) -> tuple[keras.Model, keras.Model]:
    """Returns the generator and the discriminator of a workload; the discriminator returns logits `[B, 1]`."""
    return {"mlp": _perceptrons, "dcgan": _convolutions, "resnet": _residual}[workload.network](workload)


def _perceptrons(workload: Workload) -> tuple[keras.Model, keras.Model]:
    hidden = [workload.width] * workload.layers
    generator = [
        keras.Input((workload.latent_dim,)),
        *(layers.Dense(width, activation="relu") for width in hidden),
        layers.Dense(workload.shape[0], activation="tanh"),
    ]
    discriminator = [
        keras.Input(workload.shape),
        *(layer for width in hidden for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2))),
        layers.Dense(1),
    ]
    return keras.Sequential(generator), keras.Sequential(discriminator)


def _convolutions(workload: Workload) -> tuple[keras.Model, keras.Model]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start = workload.shape[0] >> len(widths)

    def small() -> initializers.Initializer:
        return initializers.RandomNormal(stddev=0.02)

    generator = [
        keras.Input((workload.latent_dim,)),
        layers.Dense(start * start * widths[-1], use_bias=False, kernel_initializer=small()),
        layers.Reshape((start, start, widths[-1])),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
    ]
    for width in reversed(widths[:-1]):
        generator += [
            layers.Conv2DTranspose(width, 4, 2, "same", use_bias=False, kernel_initializer=small()),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
        ]
    generator.append(layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=small()))
    discriminator = [keras.Input(workload.shape)]
    for width in widths:
        discriminator += [
            layers.Conv2D(width, 4, 2, "same", kernel_initializer="he_normal"),
            layers.LeakyReLU(negative_slope=0.2),
        ]
    discriminator += [layers.Flatten(), layers.Dense(1, kernel_initializer="he_normal")]
    return keras.Sequential(generator), keras.Sequential(discriminator)


def _residual(workload: Workload) -> tuple[keras.Model, keras.Model]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start = workload.shape[0] >> len(widths)
    latents = keras.Input((workload.latent_dim,))
    hidden = layers.Reshape((start, start, widths[-1]))(layers.Dense(start * start * widths[-1])(latents))
    for width in reversed(widths):
        residual = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(hidden))
        residual = _convolution(width)(layers.UpSampling2D()(residual))
        residual = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(residual))
        shortcut = layers.UpSampling2D()(_convolution(width, 1, 1.0)(hidden))
        hidden = layers.Add()([_convolution(width)(residual), shortcut])
    hidden = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(hidden))
    images = layers.Activation("tanh")(_convolution(channels, 3, 1.0)(hidden))
    generator = keras.Model(latents, images)

    images = keras.Input(workload.shape)
    residual = _convolution(widths[0])(layers.ReLU()(_convolution(widths[0])(images)))
    shortcut = _convolution(widths[0], 1, 1.0)(layers.AveragePooling2D(2)(images))
    hidden = layers.Add()([layers.AveragePooling2D(2)(residual), shortcut])
    for width in widths[1:]:
        residual = _convolution(width)(layers.ReLU()(_convolution(width)(layers.ReLU()(hidden))))
        shortcut = _convolution(width, 1, 1.0)(layers.AveragePooling2D(2)(hidden))
        hidden = layers.Add()([layers.AveragePooling2D(2)(residual), shortcut])
    width = widths[-1]
    residual = _convolution(width)(layers.ReLU()(_convolution(width)(layers.ReLU()(hidden))))
    hidden = layers.ReLU()(layers.Add()([residual, hidden]))
    pooled = layers.Rescaling(float(hidden.shape[1] * hidden.shape[2]))(layers.GlobalAveragePooling2D()(hidden))
    return generator, keras.Model(images, layers.Dense(1)(pooled))


def _convolution(width: int, side: int = 3, gain: float = 2.0) -> layers.Layer:
    weights = initializers.VarianceScaling(gain, mode="fan_avg", distribution="uniform")
    return layers.Conv2D(width, side, padding="same", kernel_initializer=weights)
