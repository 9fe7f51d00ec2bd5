"""The Keras layer that judges by reconstruction. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ReconstructionEnergy(keras.layers.Layer):
    """Minus the mean error between samples and their reconstructions, `[B, 1]`, computed in float32.

    Called with samples and reconstructions, `[B, *shape]` each.

    Args:
        error: `"mean-squared"` or `"mean-absolute"`, over all values of a sample.
        **options: of any Keras layer.
    """

    def __init__(self, error: str, **options: Any) -> None:
        super().__init__(**{"dtype": "float32", **options})
        self.error = error

    def call(self, inputs: Any) -> Any:
        """Returns the energies with their sign turned."""
        samples, reconstructions = inputs
        difference = samples - reconstructions
        errors = ops.square(difference) if self.error == "mean-squared" else ops.abs(difference)
        return -ops.mean(ops.reshape(errors, (ops.shape(errors)[0], -1)), axis=1, keepdims=True)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, int]:
        """Returns `(B, 1)`."""
        return (input_shape[0][0], 1)

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "error": self.error}
