"""The Keras layer that computes the reconstruction energy. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ReconstructionEnergy(keras.layers.Layer):
    """Computes the negative mean error between samples and their reconstructions, `[B, 1]`, in float32.

    Call it with samples and reconstructions, `[B, *shape]` each.

    Args:
        error: `"mean-squared"` or `"mean-absolute"`, over all values of a sample.
        **options: options of any Keras layer.
    """

    def __init__(self, error: str, **options: Any) -> None:
        super().__init__(**{"dtype": "float32", **options})
        self.error = error

    def call(self, inputs: Any) -> Any:
        """Returns the negative energies."""
        samples, reconstructions = inputs
        difference = samples - reconstructions
        errors = ops.square(difference) if self.error == "mean-squared" else ops.abs(difference)
        return -ops.mean(ops.reshape(errors, (ops.shape(errors)[0], -1)), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, int]:
        """Returns `(B, 1)`."""
        return (input_shape[0][0], 1)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "error": self.error}
