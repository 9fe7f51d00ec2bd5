"""How labels enter a conditional network: by concatenation, as in conditional GANs (arXiv:1411.1784, section 3.2).

Labels are one-hot encoded before a dense layer, which is an embedding written as a product. The gradient of a product
is a dense tensor; that of a lookup would be sparse, which clipping, penalties and replicas treat differently.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ganreg import DataSpec, Problem
from ganreg.lazy import keras


def label_problems(component: str, conditional: bool | None, data: DataSpec) -> Iterator[Problem]:
    """Yields an error if a network is conditional and the data has no classes.

    Args:
        component: the component's kind and name for messages, such as `"generator mlp"`.
        conditional: whether it takes labels.
        data: the data that it would be built for.
    """
    if conditional and data.num_classes is None:
        yield Problem(
            "error",
            f"{component} is conditional, but the data ({data}) has no classes",
            "use labelled data or set conditional=false",
        )


def label_input() -> keras.KerasTensor:
    """Creates the second input of a conditional network, int32 `[B]`."""
    return keras.Input((), dtype="int32", name="labels")


def one_hot(labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Encodes labels `[B]` as one-hot rows `[B, num_classes]`."""
    return keras.layers.CategoryEncoding(num_tokens=data.num_classes, output_mode="one_hot")(labels)


def append_labels(vectors: keras.KerasTensor, labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Appends one-hot labels to vectors `[B, F]`, which gives `[B, F + num_classes]`."""
    return keras.layers.Concatenate()([vectors, one_hot(labels, data)])


def append_label_map(samples: keras.KerasTensor, labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Appends to samples `[B, ..., C]` a channel that is learned for each class (LAPGAN, arXiv:1506.05751).

    The maps are initialised from N(0, 1), about as large as pixels in [-1, 1], so that the label matters from the
    first update.
    """
    *sides, _ = data.shape
    plane = keras.layers.Dense(
        math.prod(sides),
        use_bias=False,
        kernel_initializer=keras.initializers.RandomNormal(stddev=1.0),
        name="label_map",
    )(one_hot(labels, data))
    return keras.layers.Concatenate()([samples, keras.layers.Reshape((*sides, 1))(plane)])
