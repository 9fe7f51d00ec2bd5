"""The Keras layer of minibatch standard deviation. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

_EPSILON = 1e-8
"""Keeps the slope of the root finite where samples are equal, as in the authors' code."""


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class GroupDeviation(keras.layers.Layer):
    """Measures how much the samples of a group differ: `[B, A]` to `[B, 1]`, equal for all samples of a group.

    Args:
        group_size: samples per group; `None` for the whole batch.
        **options: those of any Keras layer.
    """

    def __init__(self, group_size: int | None, **options: Any) -> None:
        super().__init__(**options)
        self.group_size = group_size

    def call(self, hidden: Any) -> Any:
        """Returns s of each sample's group."""
        batch_size = ops.shape(hidden)[0]
        groups = 1 if self.group_size is None else ops.maximum(batch_size // self.group_size, 1)
        group = ops.arange(batch_size, dtype="int32") % ops.cast(groups, "int32")
        # As a membership matrix, so that no batch size leaves samples without a group.
        together = ops.cast(group[:, None] == group[None, :], hidden.dtype)
        share = together / ops.sum(together, axis=1, keepdims=True)
        variance = ops.matmul(share, ops.square(hidden - ops.matmul(share, hidden)))
        return ops.mean(ops.sqrt(variance + _EPSILON), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """Returns `(B, 1)`."""
        return (input_shape[0], 1)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "group_size": self.group_size}
