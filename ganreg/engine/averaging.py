"""The exponential moving average of the generator, which samples better than the last iterate."""

from __future__ import annotations

import attrs
import keras
import tensorflow as tf


@attrs.frozen(eq=False)
class MovingAverage:
    """Follows a model's variables (Yazıcı et al. 2019, arXiv:1806.04498).

    After each update of the generator, average ← average + (1 − d)(value − average), with
    d = min(decay, (1 + n)/(10 + n)) at iteration n, so that the beginning is soon forgotten. Batch statistics are
    averaged alike; whole numbers, such as dropout's seeds, are copied.

    Attributes:
        source: the model that is trained.
        target: a model of the same variables that holds their averages.
        decay: in [0, 1).
    """

    source: keras.Model
    target: keras.Model
    decay: float

    def reset(self) -> None:
        """Makes the average equal to the model."""
        for average, value in zip(self.target.variables, self.source.variables, strict=True):
            average.assign(value)

    def update(self, iteration: tf.Tensor) -> None:
        """Moves the average towards the model, inside the compiled step."""
        count = tf.cast(iteration, tf.float32)
        weight = 1.0 - tf.minimum(self.decay, (1.0 + count) / (10.0 + count))
        for average, value in zip(self.target.variables, self.source.variables, strict=True):
            moving, current = average.value, value.value
            if moving.dtype.is_floating:
                moving.assign_add(tf.cast(weight, moving.dtype) * (current - moving))
            else:
                moving.assign(current)
