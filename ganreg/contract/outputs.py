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


def per_sample(logits: tf.Tensor) -> tf.Tensor:
    """Averages logits `[B, 1]`, or those of a patch discriminator `[B, h, w, 1]`, to float32 `[B]`."""
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(logits, axis=list(range(1, logits.shape.rank)))
