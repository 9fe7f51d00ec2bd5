"""The cosine penalty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class CosinePenalty(Regularizer):
    """Penalizes the discriminator where its features of reals and of fakes point the same way.

    With a and b for the mean features of a batch of reals and of fakes::

        weight * cos(a, b)
    """

    weight: float = parameter(0.1, "multiplies the penalty", validators.ge(0))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """The weighted cosine, a scalar."""
        real, fake = (self._direction(output.features[-1]) for output in (step.real_output, step.fake_output))
        return self.weight * tf.reduce_sum(real * fake)

    def _direction(self, features: tf.Tensor) -> tf.Tensor:
        flat = tf.reshape(tf.cast(features, tf.float32), [tf.shape(features)[0], -1])
        return tf.math.l2_normalize(tf.reduce_mean(flat, axis=0))
