"""What each player minimises: the loss and the penalties of one step, term by term."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import tensorflow as tf

from ganreg.components import Loss, Regularizer, overrides
from ganreg.engine.blame import blaming
from ganreg.engine.step import Member, StepTensors, per_sample

Terms = dict[str, tf.Tensor]
"""Named float32 scalars that are added up."""

PLAYERS = ("discriminator", "generator")


def gradient_norm_name(player: str) -> str:
    """What the norm of a player's gradient is logged as."""
    return f"{player}_gradient_norm"


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
        return names + list(self.scalars)

    @property
    def state(self) -> list[tf.Variable]:
        """All variables of the components' own."""
        return [variable for member in (self.loss, *self.regularizers) for variable in member.state.values()]

    @property
    def scalars(self) -> dict[str, tf.Variable]:
        """The scalars among the components' states, as they are logged: `LABEL/NAME`."""
        return {
            f"{member.label}/{name}": variable
            for member in (self.loss, *self.regularizers)
            for name, variable in member.state.items()
            if variable.shape.rank == 0
        }

    @property
    def _loss_is_replaced(self) -> bool:
        return any(member.component.replaces_generator_loss for member in self.regularizers)

    def overriding(self, method: str) -> list[Member]:
        """The regularizers that define a method, in order."""
        return [member for member in self.regularizers if overrides(member.component, method)]

    def _penalising(self, player: str) -> list[Member]:
        return self.overriding(f"{player}_penalty")

    def discriminator(self, tensors: StepTensors) -> Terms:
        """The discriminator's terms: `discriminator_loss`, then a penalty a regularizer."""
        loss: Loss = self.loss.component
        with blaming(self.loss.origin, "discriminator_loss"):
            terms = {"discriminator_loss": self._mean(loss.discriminator_objective(tensors.view(self.loss)))}
        return terms | self._penalties("discriminator", tensors)

    def generator(self, tensors: StepTensors) -> Terms:
        """The generator's terms: `generator_loss`, then a penalty a regularizer."""
        terms: Terms = {}
        if not self._loss_is_replaced:
            loss: Loss = self.loss.component
            weights = self._generator_weights(tensors)
            with blaming(self.loss.origin, "generator_loss"):
                values = loss.generator_objective(tensors.view(self.loss))
                terms["generator_loss"] = self._mean(values if weights is None else weights * values)
        return terms | self._penalties("generator", tensors)

    def _generator_weights(self, tensors: StepTensors) -> tf.Tensor | None:
        """How much each fake counts, with the mean 1; the product of what the regularizers say."""
        weights = None
        for member in self.overriding("generator_weights"):
            with blaming(member.origin, "generator_weights"):
                own = tf.stop_gradient(member.component.generator_weights(tensors.view(member)))
            weights = own if weights is None else weights * own
        return None if weights is None else weights / tf.reduce_mean(weights)

    def _mean(self, values: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.cast(values, tf.float32)) / self.replicas

    def _penalties(self, player: str, tensors: StepTensors) -> Terms:
        method = f"{player}_penalty"
        return {
            f"{player}/{member.label}": self._penalty(member, method, tensors, f"{player}/{member.label}")
            for member in self._penalising(player)
        }

    def due(self, player: str, update: int) -> frozenset[str]:
        """The lazy penalties that a player's update applies, as `PLAYER/LABEL`."""
        return frozenset(
            f"{player}/{member.label}"
            for member in self._penalising(player)
            if member.component.every > 1 and update % member.component.every == 0
        )

    @property
    def has_lazy_penalties(self) -> bool:
        """Whether some penalty is not applied in every update."""
        return any(member.component.every > 1 for member in self.regularizers)

    def _penalty(self, member: Member, method: str, tensors: StepTensors, name: str) -> tf.Tensor:
        regularizer: Regularizer = member.component

        def compute(step_tensors: StepTensors) -> tf.Tensor:
            with blaming(member.origin, method):
                return self._mean(getattr(regularizer, method)(step_tensors.view(member)))

        if regularizer.every == 1:
            return compute(tensors)
        if tensors.due is not None:
            return regularizer.every * compute(tensors) if name in tensors.due else tf.constant(0.0)
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
