"""The step of a player that wants real samples classified as fake."""

from __future__ import annotations

import tensorflow as tf

from ganreg.contract.step import Step


class Mirrored(Step):
    """A step whose real and generated samples have changed places, mirrored at the discriminator's boundary.

    A network that makes what is shown as real (BiGAN's encoder) minimises the loss's own generator part on this step.
    For the non-saturating loss -log sigmoid(logit), for example, that is -log(1 - sigmoid(real logit)).

    Args:
        step: the step to mirror.
        boundary: the logit at which the discriminator is undecided, b; a logit l becomes 2b - l.
    """

    def __init__(self, step: Step, boundary: float) -> None:
        self.__dict__ |= step.__dict__
        self._step, self._boundary = step, boundary

    @property
    def fake_logits(self) -> tf.Tensor:
        """The mirrored logits of the real samples, float32 `[B]`."""
        return 2.0 * self._boundary - self._step.real_logits

    @property
    def real_logits(self) -> tf.Tensor:
        """The mirrored logits of the generated samples, float32 `[B]`."""
        return 2.0 * self._boundary - self._step.fake_logits
