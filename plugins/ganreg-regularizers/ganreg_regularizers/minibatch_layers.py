"""The Keras layer of minibatch discrimination. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class MinibatchSimilarities(keras.layers.Layer):
    """Measures how close each sample is to the others of its batch (arXiv:1606.03498, section 3.2).

    `[B, A]` to `[B, kernels]`::

        M_i = h_i·T
        o_{i,b} = Σ_{j ≠ i} exp(-‖M_{i,b} - M_{j,b}‖₁)

    Args:
        kernels: number of similarity measures.
        dimensions: numbers that each measure compares.
        **options: those of any Keras layer.
    """

    def __init__(self, kernels: int, dimensions: int, **options: Any) -> None:
        super().__init__(**options)
        self.kernels, self.dimensions = kernels, dimensions

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Creates T, stored as `[A, kernels · dimensions]`."""
        self.projection = self.add_weight(
            name="projection", shape=(input_shape[-1], self.kernels * self.dimensions), initializer="glorot_uniform"
        )

    def call(self, hidden: Any) -> Any:
        """Returns o, `[B, kernels]`."""
        measured = ops.reshape(ops.matmul(hidden, self.projection), (-1, self.kernels, self.dimensions))
        # The batch last, so that pairs lie in contiguous memory: 3 times as fast as with the few dimensions last.
        measured = ops.transpose(measured, (2, 1, 0))
        distances = ops.sum(ops.abs(measured[..., :, None] - measured[..., None, :]), axis=0)
        # Masked instead of subtracted afterwards, because 1 + 1e-9 - 1 is 0 in float32.
        others = 1 - ops.eye(ops.shape(hidden)[0], dtype=distances.dtype)
        return ops.transpose(ops.sum(ops.exp(-distances) * others, axis=-1))

    def compute_output_shape(self, input_shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """Returns `(B, kernels)`."""
        return (input_shape[0], self.kernels)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "kernels": self.kernels, "dimensions": self.dimensions}
