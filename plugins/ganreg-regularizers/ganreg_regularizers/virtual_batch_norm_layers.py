"""The Keras layers of virtual batch normalisation. Importing this module loads Keras.

Inside the network, the reference samples are the first of each batch: one layer puts them there, the normalisations
tell them apart from the others, and a last layer removes them.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class _WithReferences(keras.layers.Layer):
    """A layer that knows how many samples of a batch are references.

    Args:
        references: number of reference samples.
        **options: those of any Keras layer.
    """

    def __init__(self, references: int, **options: Any) -> None:
        super().__init__(**options)
        self.references = references

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "references": self.references}


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class ReferenceLatents(_WithReferences):
    """Prepends fixed standard normal latents to those of the batch: `[B, Z]` to `[R + B, Z]`."""

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Draws the reference latents."""
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.latents = self.add_weight(
            name="latents", shape=(self.references, *input_shape[1:]), initializer=normal, trainable=False
        )

    def call(self, latents: Any) -> Any:
        """Returns the references followed by the batch."""
        return ops.concatenate([ops.cast(self.latents, latents.dtype), latents], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(R + B, Z)`."""
        return (None, *input_shape[1:])


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class ReferenceLabels(_WithReferences):
    """Prepends fixed labels, which alternate between all classes, to those of the batch: `[B]` to `[R + B]`.

    Args:
        references: number of reference samples.
        num_classes: number of classes.
        **options: those of any Keras layer.
    """

    def __init__(self, references: int, num_classes: int, **options: Any) -> None:
        super().__init__(references, **options)
        self.num_classes = num_classes

    def call(self, labels: Any) -> Any:
        """Returns the references followed by the batch."""
        turns = ops.arange(self.references, dtype="int32") % self.num_classes
        return ops.concatenate([ops.cast(turns, labels.dtype), labels], axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(R + B,)`."""
        return (None, *input_shape[1:])

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "num_classes": self.num_classes}


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class WithoutReferences(_WithReferences):
    """Removes the reference samples: `[R + B, ...]` to `[B, ...]`."""

    def call(self, samples: Any) -> Any:
        """Returns the samples without the references."""
        return samples[self.references :]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Returns `(B, ...)`."""
        return (None, *input_shape[1:])


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class VirtualBatchNormalization(_WithReferences):
    """Normalises each feature by the reference samples and the sample itself (arXiv:1606.03498, section 3.4).

    Input and output have the shape `[R + B, ..., C]`. The references are normalised by their own statistics only.

    Args:
        references: number of reference samples.
        epsilon: added to the variance.
        center: whether to add a learned β.
        scale: whether to multiply by a learned γ.
        **options: those of any Keras layer.
    """

    def __init__(
        self, references: int, epsilon: float = 1e-3, center: bool = True, scale: bool = True, **options: Any
    ) -> None:
        super().__init__(references, **options)
        self.epsilon, self.center, self.scale = epsilon, center, scale

    @classmethod
    def like(cls, layer: keras.layers.BatchNormalization, references: int) -> VirtualBatchNormalization:
        """Creates the replacement of a batch normalisation over the last axis."""
        return cls(
            references,
            epsilon=layer.epsilon,
            center=layer.center,
            scale=layer.scale,
            name=f"virtual_{layer.name}",
            dtype=layer.dtype_policy,
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates γ and β."""
        shape = input_shape[-1:]
        self.gamma = self.add_weight(name="gamma", shape=shape, initializer="ones") if self.scale else None
        self.beta = self.add_weight(name="beta", shape=shape, initializer="zeros") if self.center else None

    def call(self, samples: Any, mask: Any = None) -> Any:
        """Returns the normalised samples, the references first."""
        # A variance as a difference of means needs more digits than half precision offers.
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
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "epsilon": self.epsilon, "center": self.center, "scale": self.scale}
