"""The Keras layers of self-attention. Importing this module loads Keras."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Attend(keras.layers.Layer):
    """Mixes the values of all pixels for each pixel (Zhang et al., arXiv:1805.08318, equations 1 and 2).

    For queries q, keys k and values v::

        o_j = Σ_i softmax_i(q_j·k_i)·v_i

    Call it with queries `[B, ..., D]`, keys `[B, ..., D]` and values `[B, ..., C]`, keys and values having the same
    sides; it returns `[B, ..., C]` with the queries' sides. As in the paper, the products are not divided by √D. The
    softmax is computed in float32.

    Args:
        **options: options of any Keras layer.
    """

    def call(self, inputs: Any) -> Any:
        """Returns o."""
        queries, _, values = inputs
        batch = ops.shape(queries)[0]
        flat_queries, flat_keys, flat_values = (
            ops.reshape(maps, (batch, math.prod(maps.shape[1:-1]), maps.shape[-1])) for maps in inputs
        )
        # Not `transpose`: XLA cannot compile its second derivative inside of a condition, where a lazy penalty is.
        similarities = tf.matmul(flat_queries, flat_keys, transpose_b=True)
        # Keras's softmax warns where there is a single key.
        attention = tf.nn.softmax(tf.cast(similarities, "float32"))
        mixed = ops.matmul(ops.cast(attention, values.dtype), flat_values)
        return ops.reshape(mixed, (batch, *queries.shape[1:-1], values.shape[-1]))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the queries' shape with the values' number of channels."""
        queries, _, values = input_shape
        return (*queries[:-1], values[-1])


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Gate(keras.layers.Layer):
    """Multiplies its input by a learned scalar γ, initially 0 (arXiv:1805.08318, equation 3).

    Args:
        **options: options of any Keras layer.
    """

    def build(self, input_shape: Any) -> None:
        """Creates γ."""
        self.gamma = self.add_weight(name="gamma", shape=(), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """Returns the product."""
        return self.gamma * inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the input's shape."""
        return input_shape
