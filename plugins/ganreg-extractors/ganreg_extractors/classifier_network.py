"""The network of the extractor `classifier`, and its training, which gives the same weights from the same data."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

import numpy as np

from ganreg import DataSpec, Source
from ganreg.lazy import keras, tf

VERSION = 3
"""The version of everything in this module that features depend on; networks cached by another one are not used."""

FEATURES = 64
"""Units of the last hidden layer."""

SEED = 120734950
MOST_UPDATES, MOST_EPOCHS = 2000, 120
BATCH_SIZE, LEARNING_RATE = 128, 3e-3
SMALLEST = 8
"""Signals, images and volumes are halved until their sides have at most this many values."""

_MOST_AXES = 4
"""The number of axes, channels included, of samples for which Keras has convolutions."""

Seeds = Callable[[], int]


def build(data: DataSpec) -> keras.Model:
    """Builds a network from samples `[B, *shape]` to class probabilities `[B, classes]`, with initial weights.

    Convolutions halve signals, images and volumes to sides of at most 8; points go through dense layers. All layers are
    float32, whatever dtype policy a training has set, and have names, so that the network's configuration is always the
    same.

    Args:
        data: describes a sample and its classes.
    """
    stream = random.Random(SEED)  # noqa: S311 - initial weights are not secret

    def seeds() -> int:
        return stream.randint(1, 10**9)

    inputs = keras.Input(data.shape, dtype="float32", name="samples")
    if 1 < len(data.shape) <= _MOST_AXES:
        hidden = _convolutions(inputs, seeds)
    else:
        hidden = _dense(2 * FEATURES, seeds, "hidden")(keras.layers.Flatten(dtype="float32", name="flat")(inputs))
    hidden = _dense(FEATURES, seeds, "features")(hidden)
    outputs = _dense(data.num_classes, seeds, "classes", activation="softmax")(hidden)
    return keras.Model(inputs, outputs, name="classifier")


def _convolutions(x: keras.KerasTensor, seeds: Seeds) -> keras.KerasTensor:
    filters = 16
    for depth in itertools.count():
        x = _convolution(x, filters, seeds, f"convolution_{depth}")
        sides = x.shape[1:-1]
        small = max(sides) <= SMALLEST
        if min(sides) > 1 or not small:
            pooling = getattr(keras.layers, f"MaxPooling{len(sides)}D")
            sizes = tuple(min(2, side) for side in sides)
            sizes = sizes if len(sizes) > 1 else sizes[0]
            x = pooling(sizes, padding="same", dtype="float32", name=f"halved_{depth}")(x)
        if small:
            break
        filters = min(2 * filters, 128)
    x = _convolution(x, 4 * filters if filters < 64 else filters, seeds, "last_convolution")
    x = keras.layers.Flatten(dtype="float32", name="flat")(x)
    return keras.layers.Dropout(0.3, seed=seeds(), dtype="float32", name="dropout")(x)


def _convolution(x: keras.KerasTensor, filters: int, seeds: Seeds, name: str) -> keras.KerasTensor:
    initializer = keras.initializers.GlorotUniform(seed=seeds())
    layer = getattr(keras.layers, f"Conv{len(x.shape) - 2}D")
    return layer(
        filters, 3, padding="same", activation="relu", kernel_initializer=initializer, dtype="float32", name=name
    )(x)


def _dense(units: int | None, seeds: Seeds, name: str, activation: str = "relu") -> keras.Layer:
    initializer = keras.initializers.GlorotUniform(seed=seeds())
    return keras.layers.Dense(units, activation=activation, kernel_initializer=initializer, dtype="float32", name=name)


def train(model: keras.Model, samples: np.ndarray, labels: np.ndarray) -> None:
    """Trains a network with Adam and a learning rate that decays to 0; fewer samples get fewer updates.

    Args:
        model: as `build` returns it.
        samples: `[N, *shape]`, float32 or uint8.
        labels: int32 `[N]`.
    """
    updates = min(MOST_UPDATES, -(-MOST_EPOCHS * len(samples) // BATCH_SIZE))
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, updates)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(model.trainable_variables)

    def update(x: tf.Tensor, y: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True)))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))

    compiled = tf.function(update, autograph=False)
    for rows in _batches(len(samples), updates):
        compiled(tf.constant(Source.as_floats(samples[rows])), tf.constant(labels[rows]))


def _batches(count: int, updates: int) -> Iterator[np.ndarray]:
    """Yields the rows of each update: all samples in a new random order, again and again."""
    stream = np.random.default_rng(0)
    waiting = np.empty(0, np.int64)
    for _ in range(updates):
        while len(waiting) < BATCH_SIZE:
            waiting = np.concatenate([waiting, stream.permutation(count)])
        rows, waiting = waiting[:BATCH_SIZE], waiting[BATCH_SIZE:]
        yield rows
