"""The Keras layers of virtual batch normalization. Importing this module loads Keras.

The reference samples are the first of each batch inside the network: one layer puts them there, the normalizations
tell them from the others, and a last layer takes them away.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class _WithReferences(keras.layers.Layer):
    """A layer that knows how many samples of a batch are references.

    Args:
        references: how many.
        **options: of any Keras layer.
    """

    def __init__(self, references: int, **options: Any) -> None:
        super().__init__(**options)
        self.references = references

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "references": self.references}


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class ReferenceLatents(_WithReferences):
    """Puts fixed standard normal latents before those of the batch: `[B, Z]` to `[R + B, Z]`."""

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Draws the reference latents."""
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.latents = self.add_weight(
            name="latents", shape=(self.references, *input_shape[1:]), initializer=normal, trainable=False
        )

    def call(self, latents: Any) -> Any:
        """Returns both."""
        return ops.concatenate([ops.cast(self.latents, latents.dtype), latents], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(R + B, Z)`."""
        return (None, *input_shape[1:])


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class ReferenceLabels(_WithReferences):
    """Puts fixed labels, of all classes by turns, before those of the batch: `[B]` to `[R + B]`.

    Args:
        references: how many.
        num_classes: how many classes there are.
        **options: of any Keras layer.
    """

    def __init__(self, references: int, num_classes: int, **options: Any) -> None:
        super().__init__(references, **options)
        self.num_classes = num_classes

    def call(self, labels: Any) -> Any:
        """Returns both."""
        turns = ops.arange(self.references, dtype="int32") % self.num_classes
        return ops.concatenate([ops.cast(turns, labels.dtype), labels], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(R + B,)`."""
        return (None, *input_shape[1:])

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "num_classes": self.num_classes}


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class WithoutReferences(_WithReferences):
    """Takes the reference samples away: `[R + B, ...]` to `[B, ...]`."""

    def call(self, samples: Any) -> Any:
        """Returns the others."""
        return samples[self.references :]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(B, ...)`."""
        return (None, *input_shape[1:])


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class VirtualBatchNormalization(_WithReferences):
    """Normalizes each feature by the reference samples and the sample itself (arXiv:1606.03498, section 3.4).

    `[R + B, ..., C]`, of the same shape after it. The references are normalized by their own statistics alone.

    Args:
        references: how many samples of a batch are references.
        epsilon: is added to the variance.
        center: whether to add a learned β.
        scale: whether to multiply by a learned γ.
        **options: of any Keras layer.
    """

    def __init__(
        self, references: int, epsilon: float = 1e-3, center: bool = True, scale: bool = True, **options: Any
    ) -> None:
        super().__init__(references, **options)
        self.epsilon, self.center, self.scale = epsilon, center, scale

    @classmethod
    def like(cls, layer: keras.layers.BatchNormalization, references: int) -> VirtualBatchNormalization:
        """Makes one that stands in for a batch normalization of the last axis."""
        return cls(
            references,
            epsilon=layer.epsilon,
            center=layer.center,
            scale=layer.scale,
            name=f"virtual_{layer.name}",
            dtype=layer.dtype_policy,
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes γ and β."""
        shape = input_shape[-1:]
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones") if self.scale else None
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros") if self.center else None

    def call(self, samples: Any, mask: Any = None) -> Any:
        """Returns the normalized samples, the references first."""
        # A variance as a difference of means needs more digits than half precision has.
        wide = ops.cast(samples, self.variable_dtype)
        positions = tuple(range(1, len(samples.shape) - 1))
        moments = ops.stack([wide, ops.square(wide)])
        each = ops.mean(moments, axis=tuple(axis + 1 for axis in positions), keepdims=True) if positions else moments
        reference = ops.mean(each[:, : self.references], axis=1, keepdims=True)
        others = (self.references * reference + each[:, self.references :]) / (self.references + 1)
        shared = ops.broadcast_to(reference, ops.shape(each[:, : self.references]))
        mean, mean_square = ops.unstack(ops.concatenate([shared, others], axis=1), num=2, axis=0)
        variance = ops.maximum(mean_square - ops.square(mean), 0.0)
        normalized = (wide - mean) * ops.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            normalized = normalized * ops.cast(self.gamma, wide.dtype)
        if self.beta is not None:
            normalized = normalized + ops.cast(self.beta, wide.dtype)
        return ops.cast(normalized, samples.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns what makes an equal layer."""
        return {**super().get_config(), "epsilon": self.epsilon, "center": self.center, "scale": self.scale}
