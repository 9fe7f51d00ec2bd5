"""How labels enter a conditional network: by concatenation, as in conditional GANs (arXiv:1411.1784, section 3.2).

A label is one-hot before it meets a dense layer, which is an embedding written as a product. Its gradient is a plain
tensor, where a lookup's would be a sparse one that clipping, penalties and replicas each treat differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganreg import DataSpec, Problem

if TYPE_CHECKING:
    import keras


def label_problems(component: str, conditional: bool, data: DataSpec) -> Iterator[Problem]:
    """Yields what keeps a conditional component from the data.

    Args:
        component: how messages call it, such as `"generator mlp"`.
        conditional: whether it takes labels.
        data: what it would be built for.
    """
    if conditional and data.num_classes is None:
        yield Problem(
            "error",
            f"{component} is conditional, but the data ({data}) has no classes",
            "use labelled data or set conditional=false",
        )


def label_input() -> keras.KerasTensor:
    """The second input of a conditional network: int32 `[B]`."""
    import keras

    return keras.Input((), dtype="int32", name="labels")


def one_hot(labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Labels `[B]` as rows of zeros with a single one, `[B, num_classes]`."""
    import keras

    return keras.layers.CategoryEncoding(num_tokens=data.num_classes, output_mode="one_hot")(labels)


def append_labels(vectors: keras.KerasTensor, labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Vectors `[B, F]` with their one-hot labels behind them, `[B, F + num_classes]`."""
    import keras

    return keras.layers.Concatenate()([vectors, one_hot(labels, data)])


def append_label_map(images: keras.KerasTensor, labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Images `[B, H, W, C]` with one more channel, a map that is learned for each class (LAPGAN, arXiv:1506.05751).

    The maps start as N(0, 1), about as large as pixels in [-1, 1], so that the label counts from the first update.
    """
    import keras
    from keras import layers

    height, width, _ = data.shape
    plane = layers.Dense(
        height * width, use_bias=False, kernel_initializer=keras.initializers.RandomNormal(stddev=1.0), name="label_map"
    )(one_hot(labels, data))
    return layers.Concatenate()([images, layers.Reshape((height, width, 1))(plane)])
