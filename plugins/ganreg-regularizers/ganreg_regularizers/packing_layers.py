"""The Keras layer of packing. Importing this module loads Keras."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ganreg import AssemblyError


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class Pack(keras.layers.Layer):
    """Joins every m neighbours of a batch along their last axis: `[B, ..., C]` to `[B/m, ..., m·C]`.

    Args:
        samples: m.
        **options: those of any Keras layer.

    Raises:
        AssemblyError: when called on a batch whose size is not a multiple of m.
    """

    def __init__(self, samples: int, **options: Any) -> None:
        super().__init__(**options)
        self.samples = samples

    def call(self, samples: Any) -> Any:
        """Returns the packs."""
        batch_size, *shape = samples.shape
        if batch_size is not None and batch_size % self.samples:
            raise AssemblyError(
                f"packing joins {self.samples} samples, but the batch size is {batch_size}, which is not a multiple of "
                f"{self.samples}; use a batch size of {max(1, batch_size // self.samples) * self.samples}"
            )
        packs = ops.reshape(samples, (-1, self.samples, *shape))
        last = len(shape)
        packs = ops.transpose(packs, (0, *range(2, last + 1), 1, last + 1))
        return ops.reshape(packs, (-1, *shape[:-1], self.samples * shape[-1]))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Returns `(B/m, ..., m·C)`."""
        batch_size, *shape, channels = input_shape
        return (None if batch_size is None else batch_size // self.samples, *shape, channels * self.samples)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "samples": self.samples}


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class FirstOfPack(keras.layers.Layer):
    """Keeps the label of the first of every m neighbours, which all share it: `[B]` to `[B/m]`.

    Args:
        samples: m.
        **options: those of any Keras layer.
    """

    def __init__(self, samples: int, **options: Any) -> None:
        super().__init__(**options)
        self.samples = samples

    def call(self, labels: Any) -> Any:
        """Returns the labels of the packs."""
        return ops.reshape(labels, (-1, self.samples))[:, 0]

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Returns `(B/m,)`."""
        return (None if input_shape[0] is None else input_shape[0] // self.samples,)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "samples": self.samples}
