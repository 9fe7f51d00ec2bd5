"""The Keras layer that makes residual generators conditional. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ClassAffine(keras.layers.Layer):
    """The second half of conditional batch normalisation (Dumoulin et al., arXiv:1610.07629, equation 5).

    It turns normalised maps x into::

        y = γ_c·x + β_c

    with a scale and a shift of each channel for each class c. Call it with normalised maps `[B, ..., C]` and one-hot
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
        shape = (-1, *(1,) * (len(maps.shape) - 2), maps.shape[-1])
        return maps * ops.reshape(scale, shape) + ops.reshape(shift, shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the maps' shape."""
        return input_shape[0]
