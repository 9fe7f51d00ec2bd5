"""The objective that each player minimises: the loss and the penalties of one update, term by term."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.losses import Loss
from ganreg.contract.regularizers import Regularizer
from ganreg.engine.attribution import attributed
from ganreg.engine.mirroring import Mirrored
from ganreg.engine.replicas import Replicas
from ganreg.engine.step_tensors import StepTensors

Terms = dict[str, tf.Tensor]
"""The float32 scalars that an objective is the sum of, by name."""

PLAYERS = ("discriminator", "generator")


def gradient_norm_name(player: str) -> str:
    """Returns the name under which the norm of a player's gradient is logged."""
    return f"{player}_gradient_norm"


@attrs.frozen(eq=False)
class Objectives:
    """Both players' objectives in one match.

    Attributes:
        loss: the loss and its state.
        regularizers: the regularizers and their states, in order.
        replicas: the devices that share a batch. Each device's mean is divided by their number, so that the sum over
            all devices is the mean over the whole batch. Defaults to a single one.
        makes_real: whether the generator's player makes what is shown as real too; see `ganreg.Game`. Defaults to
            `False`.
    """

    loss: Part
    regularizers: Sequence[Part]
    replicas: Replicas = attrs.field(factory=Replicas)
    makes_real: bool = False

    @property
    def log_names(self) -> list[str]:
        """The names of all terms and accuracies, in order."""
        names = ["discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy"]
        if self._loss_is_replaced:
            names.remove("generator_loss")
        for player in ("discriminator", "generator"):
            names += [f"{player}/{part.label}" for part in self._penalising(player)]
        return names + list(self.scalars)

    @property
    def state(self) -> list[tf.Variable]:
        """The components' own variables."""
        return [variable for part in (self.loss, *self.regularizers) for variable in part.state.values()]

    @property
    def scalars(self) -> dict[str, tf.Variable]:
        """The scalars among the components' own variables, by their log names: `LABEL/NAME`."""
        return {
            f"{part.label}/{name}": variable
            for part in (self.loss, *self.regularizers)
            for name, variable in part.state.items()
            if variable.shape.rank == 0
        }

    @property
    def _loss_is_replaced(self) -> bool:
        return any(part.implementation.replaces_generator_loss for part in self.regularizers)

    def overriding(self, method: str) -> list[Part]:
        """Returns the regularizers that override a method, in order."""
        return [part for part in self.regularizers if method in part.overrides]

    def _penalising(self, player: str) -> list[Part]:
        return self.overriding(f"{player}_penalty")

    def discriminator(self, tensors: StepTensors) -> Terms:
        """Computes the discriminator's terms: `discriminator_loss`, then one penalty per regularizer."""
        loss: Loss = self.loss.implementation
        with attributed(self.loss.origin, "discriminator_loss"):
            terms = {"discriminator_loss": self.mean(loss.discriminator_objective(tensors.view(self.loss)))}
        return terms | self._penalties("discriminator", tensors)

    def generator(self, tensors: StepTensors) -> Terms:
        """Computes the generator's terms: `generator_loss`, then one penalty per regularizer."""
        terms: Terms = {}
        if not self._loss_is_replaced:
            loss: Loss = self.loss.implementation
            weights = self._generator_weights(tensors)
            with attributed(self.loss.origin, "generator_loss"):
                step = tensors.view(self.loss)
                values = loss.generator_objective(step)
                terms["generator_loss"] = self.mean(values if weights is None else weights * values)
                if self.makes_real and not loss.needs_real:
                    mirrored = Mirrored(step, loss.decision_boundary or 0.0)
                    terms["generator_loss"] += self.mean(loss.generator_objective(mirrored))
        return terms | self._penalties("generator", tensors)

    def _generator_weights(self, tensors: StepTensors) -> tf.Tensor | None:
        """The weight of each logit of the generated samples, with mean 1: the product of the regularizers' weights."""
        weights = None
        for part in self.overriding("generator_weights"):
            with attributed(part.origin, "generator_weights"):
                own = tf.stop_gradient(part.implementation.generator_weights(tensors.view(part)))
            weights = own if weights is None else weights * own
        if weights is None:
            return None
        return tensors.fake_pass.output.repeated(weights / self.replicas.mean(tf.reduce_mean(weights)))

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """Averages values over the whole batch; each device gets its share of the mean, float32."""
        return self.replicas.share(tf.reduce_mean(tf.cast(values, tf.float32)))

    def _penalties(self, player: str, tensors: StepTensors) -> Terms:
        method = f"{player}_penalty"
        return {
            f"{player}/{part.label}": self._penalty(part, method, tensors, f"{player}/{part.label}")
            for part in self._penalising(player)
        }

    def due(self, player: str, update: int) -> frozenset[str]:
        """Returns the lazy penalties that a player's update applies, as `PLAYER/LABEL`."""
        return frozenset(
            f"{player}/{part.label}"
            for part in self._penalising(player)
            if part.implementation.every > 1 and update % part.implementation.every == 0
        )

    @property
    def has_lazy_penalties(self) -> bool:
        """Whether a penalty is not applied in every update."""
        return any(part.implementation.every > 1 for part in self.regularizers)

    def _penalty(self, part: Part, method: str, tensors: StepTensors, name: str) -> tf.Tensor:
        regularizer: Regularizer = part.implementation

        def compute(step_tensors: StepTensors) -> tf.Tensor:
            with attributed(part.origin, method):
                return self.mean(getattr(regularizer, method)(step_tensors.view(part)))

        if regularizer.every == 1:
            return compute(tensors)
        if tensors.due is not None:
            return regularizer.every * compute(tensors) if name in tensors.due else tf.constant(0.0)
        due = tf.equal(tf.math.floormod(tf.cast(tensors.update, tf.int32), regularizer.every), 0)
        return tf.cond(due, lambda: regularizer.every * compute(tensors.fork()), lambda: tf.constant(0.0))


def accuracy(loss: Loss, tensors: StepTensors) -> Terms:
    """Computes the share of the real and of the generated samples that the discriminator classifies correctly.

    The boundary is the loss's `decision_boundary`, or the midpoint of the two mean logits if the loss has none. Each
    device gets its share.
    """
    real = tensors.real_pass.output.logits_per_sample
    fake = tensors.fake_pass.output.logits_per_sample
    boundary = loss.decision_boundary
    if boundary is None:
        boundary = tensors.replicas.mean((tf.reduce_mean(real) + tf.reduce_mean(fake)) / 2)
    return {
        name: tensors.replicas.share(tf.reduce_mean(tf.cast(correct, tf.float32)))
        for name, correct in (("real_accuracy", real > boundary), ("fake_accuracy", fake < boundary))
    }
