"""The network of the extractor `classifier`, and how it learns: the same from the same data each time."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array, to_float
from ganreg.data.spec import DataSpec
from ganreg.engine.random import seeded

VERSION = 1
"""Of everything in this module that features depend on; a change makes cached networks void."""

FEATURES = 64
"""Units of the last hidden layer."""

_MOST_UPDATES, _MOST_EPOCHS = 2000, 120
_BATCH, _RATE = 128, 3e-3
_SMALLEST = 8
"""The side from which on an image is not halved again."""


def build(data: DataSpec) -> keras.Model:
    """A network from samples `[B, *shape]` to class probabilities `[B, classes]`, with untrained weights.

    Images go through convolutions that halve them down to 8x8 or less; other samples through dense layers.

    Args:
        data: what a sample looks like, with its classes.
    """
    with seeded("classifier", VERSION):
        inputs = keras.Input(data.shape, dtype="float32")
        hidden = _convolutions(inputs) if data.is_image else _dense(keras.layers.Flatten()(inputs), 2 * FEATURES)
        hidden = _dense(hidden, FEATURES)
        return keras.Model(inputs, _layer("Dense", data.num_classes, activation="softmax")(hidden))


def _layer(name: str, *arguments: object, **options: object) -> keras.Layer:
    """A layer in float32, whatever policy a training has set."""
    return getattr(keras.layers, name)(*arguments, dtype="float32", **options)


def _convolutions(x: keras.KerasTensor) -> keras.KerasTensor:
    filters = 16
    while True:
        x = _layer("Conv2D", filters, 3, padding="same", activation="relu")(x)
        small = max(x.shape[1:3]) <= _SMALLEST
        if min(x.shape[1:3]) > 1:
            x = _layer("MaxPooling2D", 2, padding="same")(x)
        if small:
            break
        filters = min(2 * filters, 128)
    x = _layer("Conv2D", 4 * filters if filters < 64 else filters, 3, padding="same", activation="relu")(x)
    return _layer("Dropout", 0.3)(_layer("Flatten")(x))


def _dense(x: keras.KerasTensor, units: int) -> keras.KerasTensor:
    return _layer("Dense", units, activation="relu")(x)


def train(model: keras.Model, samples: Array, labels: Array) -> None:
    """Trains with Adam and a learning rate that falls to 0, for as many updates as the samples' number asks for.

    Args:
        model: as `build` makes it.
        samples: `[N, *shape]`, float32 or uint8.
        labels: int32 `[N]`.
    """
    updates = min(_MOST_UPDATES, -(-_MOST_EPOCHS * len(samples) // _BATCH))
    schedule = keras.optimizers.schedules.CosineDecay(_RATE, updates)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(model.trainable_variables)

    def update(x: tf.Tensor, y: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=True)))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))

    compiled = tf.function(update, autograph=False)
    for rows in _batches(len(samples), updates):
        compiled(tf.constant(to_float(samples[rows])), tf.constant(labels[rows]))


def _batches(count: int, updates: int) -> Iterator[Array]:
    """The rows of each update: all samples in a new order again and again."""
    stream = np.random.default_rng(0)
    waiting = np.empty(0, np.int64)
    for _ in range(updates):
        while len(waiting) < _BATCH:
            waiting = np.concatenate([waiting, stream.permutation(count)])
        rows, waiting = waiting[:_BATCH], waiting[_BATCH:]
        yield rows


def accuracy_of(model: keras.Model, samples: Array, labels: Array) -> float:
    """The share of samples that a model labels rightly."""
    from ganreg.evaluation.extractors import in_chunks

    answers = in_chunks(lambda x: model(x, training=False))(samples)
    return float((answers.argmax(axis=1) == labels).mean())
