"""What each player minimises: the loss and the penalties of one step, term by term."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import tensorflow as tf

from ganreg.components import Loss, Regularizer, overrides
from ganreg.engine.blame import blaming
from ganreg.engine.step import Member, StepTensors

Terms = dict[str, tf.Tensor]
"""Named float32 scalars that are added up."""


def per_sample(logits: tf.Tensor) -> tf.Tensor:
    """Logits `[B, 1]`, or those of a patch discriminator `[B, h, w, 1]`, averaged to float32 `[B]`."""
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(logits, axis=list(range(1, logits.shape.rank)))


@attrs.frozen(eq=False)
class Objectives:
    """Both players' objectives.

    Attributes:
        loss: the loss and its state.
        regularizers: the regularizers and their states, in order.
        replicas: over how many replicas a batch is spread; each replica's mean is divided by it, so that the sum
            over replicas is the mean over the global batch.
    """

    loss: Member
    regularizers: Sequence[Member]
    replicas: int = 1

    @property
    def log_names(self) -> list[str]:
        """The names of all terms and accuracies, in order."""
        names = ["discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy"]
        if self._loss_is_replaced:
            names.remove("generator_loss")
        for player in ("discriminator", "generator"):
            names += [f"{player}/{member.label}" for member in self._penalising(player)]
        return names

    @property
    def _loss_is_replaced(self) -> bool:
        return any(member.component.replaces_generator_loss for member in self.regularizers)

    def _penalising(self, player: str) -> list[Member]:
        return [member for member in self.regularizers if overrides(member.component, f"{player}_penalty")]

    def discriminator(self, tensors: StepTensors) -> Terms:
        """The discriminator's terms: `discriminator_loss`, then a penalty a regularizer."""
        loss: Loss = self.loss.component
        with blaming(self.loss.origin, "discriminator_loss"):
            values = loss.discriminator_loss(
                per_sample(tensors.real_pass.output.logits), per_sample(tensors.fake_pass.output.logits)
            )
            terms = {"discriminator_loss": self._mean(values)}
        return terms | self._penalties("discriminator", tensors)

    def generator(self, tensors: StepTensors) -> Terms:
        """The generator's terms: `generator_loss`, then a penalty a regularizer."""
        terms: Terms = {}
        if not self._loss_is_replaced:
            loss: Loss = self.loss.component
            real = per_sample(tensors.real_pass.output.logits) if loss.needs_real else None
            with blaming(self.loss.origin, "generator_loss"):
                values = loss.generator_loss(per_sample(tensors.fake_pass.output.logits), real)
                terms["generator_loss"] = self._mean(values)
        return terms | self._penalties("generator", tensors)

    def _mean(self, values: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.cast(values, tf.float32)) / self.replicas

    def _penalties(self, player: str, tensors: StepTensors) -> Terms:
        method = f"{player}_penalty"
        return {
            f"{player}/{member.label}": self._penalty(member, method, tensors) for member in self._penalising(player)
        }

    def _penalty(self, member: Member, method: str, tensors: StepTensors) -> tf.Tensor:
        regularizer: Regularizer = member.component

        def compute(step_tensors: StepTensors) -> tf.Tensor:
            with blaming(member.origin, method):
                return self._mean(getattr(regularizer, method)(step_tensors.view(member)))

        if regularizer.every == 1:
            return compute(tensors)
        due = tf.equal(tf.math.floormod(tf.cast(tensors.update, tf.int32), regularizer.every), 0)
        return tf.cond(due, lambda: regularizer.every * compute(tensors.fork()), lambda: tf.constant(0.0))


def accuracy(loss: Loss, tensors: StepTensors) -> Terms:
    """The share of reals and of fakes that the discriminator tells rightly, judged by the loss's boundary."""
    real = per_sample(tensors.real_pass.output.logits)
    fake = per_sample(tensors.fake_pass.output.logits)
    boundary = loss.decision_boundary
    if boundary is None:
        boundary = (tf.reduce_mean(real) + tf.reduce_mean(fake)) / 2
    return {
        "real_accuracy": tf.reduce_mean(tf.cast(real > boundary, tf.float32)),
        "fake_accuracy": tf.reduce_mean(tf.cast(fake < boundary, tf.float32)),
    }
