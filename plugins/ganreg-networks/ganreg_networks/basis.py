"""The Keras layers at the coarse end of R3GAN's networks (arXiv:2501.05441). Importing this module loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


def sides_of(side: int | Sequence[int]) -> tuple[int, int]:
    """Returns the height and the width of maps from both, or from one number for both."""
    height, width = (side, side) if isinstance(side, int) else side
    return height, width


@keras.saving.register_keras_serializable(package="ganreg_networks")
class ScaledBasis(keras.layers.Layer):
    """Scales one learned map for each channel, initially N(0, 1): `[B, C]` to `[B, height, width, C]`.

    Args:
        side: height and width of the maps, or one number for both.
        **options: options of any Keras layer.
    """

    def __init__(self, side: int | Sequence[int], **options: Any) -> None:
        super().__init__(**options)
        self.sides = sides_of(side)

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Creates the maps."""
        self.basis = self.add_weight(
            name="basis",
            shape=(*self.sides, input_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
        )

    def call(self, scales: Any) -> Any:
        """Returns the products."""
        return scales[:, None, None, :] * self.basis

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(B, height, width, C)`."""
        batch, channels = input_shape
        return (batch, *self.sides, channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "side": list(self.sides)}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class WeightedSum(keras.layers.Layer):
    """Sums each channel's pixels with learned weights: `[B, H, W, C]` to `[B, C]`.

    This is a depthwise convolution whose kernel is as large as the maps.

    Args:
        **options: options of any Keras layer.
    """

    def build(self, input_shape: tuple[int | None, int, int, int]) -> None:
        """Creates the weights, initially with a standard deviation of 1/√(H·W)."""
        _, height, width, channels = input_shape
        self.basis = self.add_weight(
            name="basis",
            shape=(height, width, channels),
            initializer=keras.initializers.RandomNormal(stddev=(height * width) ** -0.5),
        )

    def call(self, maps: Any) -> Any:
        """Returns the sums."""
        return ops.sum(maps * self.basis, axis=(1, 2))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns `(B, C)`."""
        return (input_shape[0], input_shape[-1])
