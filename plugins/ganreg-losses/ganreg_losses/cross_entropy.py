"""The discriminator's loss of the original GAN, which its two generator losses share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class CrossEntropy(Loss):
    """Binary cross entropy for the discriminator: target 1 - s for real samples, 0 for generated ones.

    With D(x) = sigmoid(r) for the logit r of a real sample, and f for the logit of a generated sample, the negative of
    equation 1 of arXiv:1406.2661 is::

        -log D(x) - log(1 - D(G(z))) = softplus(-r) + softplus(f)

    This form neither overflows nor loses precision at any finite logit. One-sided label smoothing by s
    (arXiv:1606.03498, section 3.4) lowers only the target of real samples::

        -(1 - s)·log D(x) - s·log(1 - D(x)) = softplus(-r) + s·r

    Flipping labels is a common trick against a discriminator that wins too early: in each of its updates, each real and
    each generated sample independently gets the target of the other class with probability `flip_rate`.
    `discriminator_loss` itself flips no labels, and the generator's loss never does.
    """

    label_smoothing: float = parameter(
        0.0,
        "lowers the target probability of real samples from 1 to 1 minus this value",
        validators.ge(0.0),
        validators.lt(0.5),
        search=(0.0, 0.3),
    )
    flip_rate: float = parameter(
        0.0,
        "probability of flipping a sample's label in an update of D",
        validators.ge(0.0),
        validators.lt(0.5),
        search=(0.0, 0.2),
    )

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns softplus(-r) + s·r + softplus(f), elementwise, `[B]`."""
        return self._as_real(real_logits) + self._as_fake(fake_logits)

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """Returns `discriminator_loss` with the labels of some samples flipped, one value per logit."""
        if not self.flip_rate:
            return self.discriminator_loss(step.real_logits, step.fake_logits)
        real, fake = step.real_logits, step.fake_logits
        flip_real, flip_fake = (
            output.repeated(step.uniform(ops.shape(output.logits)[:1]) < self.flip_rate)
            for output in (step.real_output, step.fake_output)
        )
        real_part = ops.where(flip_real, self._as_fake(real), self._as_real(real))
        return real_part + ops.where(flip_fake, self._as_real(fake), self._as_fake(fake))

    def _as_real(self, logits: tf.Tensor) -> tf.Tensor:
        """Returns the cross entropy against the target 1 - s."""
        value = ops.softplus(-logits)
        return value + self.label_smoothing * logits if self.label_smoothing else value

    def _as_fake(self, logits: tf.Tensor) -> tf.Tensor:
        """Returns the cross entropy against the target 0."""
        return ops.softplus(logits)
