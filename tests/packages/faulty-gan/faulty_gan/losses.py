"""Losses with one fault each."""

from __future__ import annotations

import attrs
import tensorflow as tf

from faulty_gan.fault import Fault
from ganreg import Loss


@attrs.frozen(kw_only=True)
class CrossEntropy(Loss):
    """Cross entropy, and correct."""

    def discriminator_loss(self, real_logits, fake_logits):
        return tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)

    def generator_loss(self, fake_logits, real_logits=None):
        return tf.nn.softplus(-fake_logits)


@attrs.frozen(kw_only=True)
class Averaged(CrossEntropy):
    """Averages over the batch, which the engine does."""

    def discriminator_loss(self, real_logits, fake_logits):
        return tf.reduce_mean(super().discriminator_loss(real_logits, fake_logits))


@attrs.frozen(kw_only=True)
class WrongWay(CrossEntropy):
    """Makes the generator lower its own logits."""

    def generator_loss(self, fake_logits, real_logits=None):
        return tf.nn.softplus(fake_logits)


@attrs.frozen(kw_only=True)
class Overflowing(CrossEntropy):
    """Takes the logarithm of a probability that rounds to 0."""

    def discriminator_loss(self, real_logits, fake_logits):
        return -tf.math.log(tf.sigmoid(real_logits)) - tf.math.log(1.0 - tf.sigmoid(fake_logits))


LOSSES = (
    Fault("gives-one-value-per-sample", Averaged, "not [6]"),
    Fault("has-gradients-of-the-right-sign", WrongWay, "the generator's loss does not fall"),
    Fault("withstands-extreme-logits", Overflowing, "is not finite for real logits"),
)
