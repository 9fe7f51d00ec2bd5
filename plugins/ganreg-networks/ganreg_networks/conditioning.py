"""The Keras layers that make residual networks conditional. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ClassAffine(keras.layers.Layer):
    """The second half of conditional batch normalisation (Dumoulin et al., arXiv:1610.07629, equation 5).

    It turns normalised maps x into::

        y = γ_c·x + β_c

    with a scale and a shift of each channel for each class c. Call it with normalised maps `[B, H, W, C]` and one-hot
    labels `[B, K]`. The scales are initialised from N(1, 0.02) rather than to 1, so that the label matters from the
    first update.

    Args:
        **options: options of any Keras layer.
    """

    def build(self, input_shape: Any) -> None:
        """Creates γ and β, `[K, C]` each."""
        (*_, channels), (_, classes) = input_shape
        near_one = keras.initializers.RandomNormal(mean=1.0, stddev=0.02)
        self.gamma = self.add_weight(name="gamma", shape=(classes, channels), initializer=near_one)
        self.beta = self.add_weight(name="beta", shape=(classes, channels), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """Returns y."""
        maps, classes = inputs
        scale, shift = ops.matmul(classes, self.gamma), ops.matmul(classes, self.beta)
        return maps * scale[:, None, None, :] + shift[:, None, None, :]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the maps' shape."""
        return input_shape[0]


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Projection(keras.layers.Layer):
    """Projects features onto the embedding of a class: v_c·h (Miyato and Koyama, arXiv:1802.05637, equation 4).

    Call it with features h, `[B, F]`, and one-hot labels, `[B, K]`; it returns `[B, 1]`.

    Args:
        **options: options of any Keras layer.
    """

    def build(self, input_shape: Any) -> None:
        """Creates the embeddings v, `[K, F]`."""
        (_, features), (_, classes) = input_shape
        self.embeddings = self.add_weight(
            name="embeddings", shape=(classes, features), initializer=keras.initializers.GlorotUniform()
        )

    def call(self, inputs: Any) -> Any:
        """Returns the products."""
        features, classes = inputs
        return ops.sum(ops.matmul(classes, self.embeddings) * features, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, int]:
        """Returns `(B, 1)`."""
        return (input_shape[0][0], 1)
