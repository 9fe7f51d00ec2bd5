"""The Keras layer of gradient normalisation. Importing this module loads Keras and TensorFlow."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import backend, ops

from ganreg_regularizers.gradients import norms


@keras.saving.register_keras_serializable(package="ganreg_regularizers")
class GradientNormalized(keras.layers.Layer):
    """A discriminator whose logits are divided by their gradient norm and size, f / (‖∇f‖ + |f|) (arXiv:2109.02235).

    Args:
        model: the discriminator; its outputs are a dict with `"logits"`.
        **options: those of any Keras layer.
    """

    def __init__(self, model: keras.Model, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.model = model

    def build(self, input_shape: Any) -> None:
        """Creates nothing: the network has the variables."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the network's outputs with normalised logits, in float32 at least."""
        samples = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(samples)
            outputs = self.model(inputs, training=training)
            logits = ops.cast(outputs["logits"], _wide(outputs["logits"]))
            patches = tuple(range(1, len(logits.shape)))
            mean_logit = ops.mean(logits, axis=patches)
            total = ops.sum(mean_logit)
        slope = norms(tape.gradient(total, samples, unconnected_gradients="zero"))
        size = ops.cast(slope, mean_logit.dtype) + ops.abs(mean_logit)
        size = ops.where(size > 0, size, ops.ones_like(size))
        return {**outputs, "logits": logits / ops.reshape(size, (-1, *[1 for _ in patches]))}

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the network's own output spec, with logits of the type that `call` returns."""
        outputs = self.model.compute_output_spec(inputs)
        logits = outputs["logits"]
        return {**outputs, "logits": keras.KerasTensor(logits.shape, _wide(logits))}

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration of an equal layer."""
        return {**super().get_config(), "model": keras.saving.serialize_keras_object(self.model)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> GradientNormalized:
        """Creates a layer from the configuration that `get_config` returned."""
        return cls(**{**config, "model": keras.saving.deserialize_keras_object(config["model"])})


def _wide(tensor: Any) -> str:
    return str(backend.result_type(tensor.dtype, "float32"))
