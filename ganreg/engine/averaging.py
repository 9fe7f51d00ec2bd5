"""The exponential moving average of the generator, whose samples are better than those of the last iterate."""

from __future__ import annotations

import attrs
import keras
import tensorflow as tf


@attrs.frozen(eq=False)
class MovingAverage:
    """The moving average of a model's variables (Yazıcı et al. 2019, arXiv:1806.04498).

    It begins with the model's values. After each update of the generator,
    average ← average + (1 − d)(value − average), with
    d = min(decay, (1 + n)/(10 + n)) at iteration n, so that the initial weights are soon forgotten. Batch statistics
    are averaged in the same way; integers, such as dropout's seeds, are copied.

    Attributes:
        source: the model that is trained.
        target: a model with the same variables, which holds their averages.
        decay: the decay d of the average, in [0, 1).
    """

    source: keras.Model
    target: keras.Model
    decay: float

    def __attrs_post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Sets the average to the model's current values."""
        for average, value in zip(self.target.variables, self.source.variables, strict=True):
            average.assign(value)

    def update(self, iteration: tf.Tensor) -> None:
        """Moves the average towards the model, inside the compiled update.

        Args:
            iteration: int scalar, the number of iterations that are done.
        """
        count = tf.cast(iteration, tf.float32)
        weight = 1.0 - tf.minimum(self.decay, (1.0 + count) / (10.0 + count))
        for average, value in zip(self.target.variables, self.source.variables, strict=True):
            moving, current = average.value, value.value
            if moving.dtype.is_floating:
                moving.assign_add(tf.cast(weight, moving.dtype) * (current - moving))
            else:
                moving.assign(current)
