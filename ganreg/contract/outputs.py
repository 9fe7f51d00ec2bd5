"""The output of a discriminator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import tensorflow as tf

Network = Callable[..., Any]
"""A Keras model or, in tests, any function with the same signature."""


@attrs.frozen(eq=False)
class Output:
    """The discriminator's output on a batch.

    Attributes:
        logits: float32 `[B, 1]`, or `[B, h, w, 1]` from a patch discriminator.
        features: hidden activations, from shallow to deep.
        outputs: all outputs of the network by name; a wrapped network may have more than logits and features.
    """

    logits: tf.Tensor
    features: tuple[tf.Tensor, ...]
    outputs: Mapping[str, Any]

    @classmethod
    def of(cls, outputs: Any) -> Output:
        """Makes an `Output` from what a discriminator returns: a dict, or a tensor of logits without features."""
        if not isinstance(outputs, Mapping):
            outputs = {"logits": outputs, "features": ()}
        logits = tf.cast(outputs["logits"], tf.float32)
        return cls(logits, tuple(outputs.get("features", ())), outputs)

    @property
    def all_logits(self) -> tf.Tensor:
        """All logits, float32 `[B]`, or `[B·h·w]` from a patch discriminator: those of a sample one after another."""
        return tf.reshape(self.logits, [-1])

    @property
    def logits_per_sample(self) -> tf.Tensor:
        """The logits, averaged over the patches of a sample, float32 `[B]`."""
        return tf.reduce_mean(self.logits, axis=list(range(1, self.logits.shape.rank)))

    def repeated(self, values: tf.Tensor) -> tf.Tensor:
        """Repeats a value for each sample, `[B]`, once for each of its logits, in the order of `all_logits`."""
        patches = tf.size(self.logits) // tf.shape(self.logits)[0]
        return values if self.logits.shape[1:].num_elements() == 1 else tf.repeat(values, patches)
