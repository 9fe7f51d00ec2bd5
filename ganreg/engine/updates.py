"""One update of one player, or of both at once: forward, backward, apply."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import keras
import tensorflow as tf

from ganreg.components import overrides
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.blame import blaming
from ganreg.engine.objectives import Objectives, accuracy, gradient_norm_name
from ganreg.engine.step import Networks, StepTensors
from ganreg.errors import AssemblyError
from ganreg.schedule import Phase

Logs = dict[str, tf.Tensor]
Due = tuple[frozenset[str], ...]
"""The lazy penalties of each update of an iteration, as `PLAYER/LABEL`, the discriminator's updates first."""


@contextlib.contextmanager
def _unchanged(variables: Sequence[tf.Variable]) -> Iterator[None]:
    """Puts back whatever is assigned to variables inside."""
    before = [tf.identity(variable) for variable in variables]
    yield
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)


@attrs.frozen(eq=False)
class Player:
    """A network and the optimizer that moves it, and nothing else.

    Attributes:
        name: `"generator"` or `"discriminator"`.
        model: the network.
        optimizer: built for the network's trainable variables.
    """

    name: str
    model: keras.Model
    optimizer: keras.optimizers.Optimizer

    @property
    def trainable(self) -> list[tf.Variable]:
        """What the optimizer moves, as TensorFlow's variables."""
        return [variable.value for variable in self.model.trainable_variables]

    def scaled(self, terms: Logs) -> tf.Tensor:
        """What to differentiate: the sum of the terms, times the scale that half precision needs, if any.

        The optimizer divides the gradients by it again.
        """
        return self.optimizer.scale_loss(tf.add_n(list(terms.values())))

    def gradients(self, tape: tf.GradientTape, objective: tf.Tensor) -> list[tf.Tensor]:
        """The gradient of an objective that the tape recorded, zero for a variable that it does not depend on.

        Raises:
            AssemblyError: it depends on none of them, so that the player could never learn.
        """
        gradients = tape.gradient(objective, self.trainable)
        if all(gradient is None for gradient in gradients):
            raise AssemblyError(f"the {self.name}'s objective depends on none of its weights; it could never learn")
        return [
            tf.zeros_like(variable) if gradient is None else gradient
            for gradient, variable in zip(gradients, self.trainable, strict=True)
        ]

    def gradient_norm(self, gradients: Sequence[tf.Tensor]) -> tf.Tensor:
        """The Euclidean norm of the whole gradient, float32.

        Where the loss is scaled, a gradient that overflows is no gradient: the optimizer skips the update, and the
        norm is 0.
        """
        # One sum over all of them: a sum for each variable would be an eighth of a small network's whole update.
        parts = [tf.reshape(tf.cast(tf.convert_to_tensor(gradient), tf.float32), [-1]) for gradient in gradients]
        norm = tf.norm(tf.concat(parts, axis=0))
        if not isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer):
            return norm
        scale = tf.cast(self.optimizer.dynamic_scale.value, tf.float32)
        return tf.where(tf.math.is_finite(norm), norm / scale, 0.0)

    def move(self, gradients: Sequence[tf.Tensor]) -> None:
        """Lets the optimizer apply gradients."""
        self.optimizer.apply(gradients, self.model.trainable_variables)

    def held_still(self) -> contextlib.AbstractContextManager[None]:
        """Undoes what forward passes inside do to the network's own statistics and dropout seeds."""
        return _unchanged([variable.value for variable in self.model.non_trainable_variables])


@attrs.frozen(eq=False, kw_only=True)
class Updates:
    """The updates that one assembly consists of, each a pure graph of (variables, batch, index).

    Attributes:
        networks: the two networks, and how to call them.
        generator: the player.
        discriminator: the player.
        objectives: what they minimise.
        average: the generator's moving average, or `None`.
        seed: the run's seed.
    """

    networks: Networks
    generator: Player
    discriminator: Player
    objectives: Objectives
    average: MovingAverage | None
    seed: int

    def due(self, phase: Phase, iteration: int) -> Due | None:
        """The lazy penalties of each update of an iteration, where its number is known; `None` where none is lazy.

        Compiled into one program, a penalty that is due now and then is a conditional, in which XLA runs convolutions
        on one thread; a program for each case has none.
        """
        if not self.objectives.has_lazy_penalties:
            return None
        counts = {"discriminator": phase.discriminator_updates, "generator": phase.generator_updates}
        if phase.simultaneous:
            return (frozenset().union(*(self.objectives.due(player, iteration) for player in counts)),)
        return tuple(
            self.objectives.due(player, iteration * count + index)
            for player, count in counts.items()
            for index in range(count)
        )

    def round(
        self,
        phase: Phase,
        real: tf.Tensor,
        labels: tf.Tensor | None,
        iteration: tf.Tensor,
        *,
        generator_first: bool,
        due: Due | None = None,
    ) -> Logs:
        """One iteration of the schedule.

        Args:
            phase: what the iteration consists of.
            real: real samples of each batch that it takes, `[phase.batches, B, *shape]`.
            labels: int32 `[phase.batches, B]`, or `None`.
            iteration: int64 scalar.
            generator_first: whether the generator begins.
            due: the lazy penalties of each update, the discriminator's updates first; decided in the graph unless
                given.

        Returns:
            Float32 scalars by name; a player's values are those of its last update in the round.
        """
        if phase.simultaneous:
            return (
                self._simultaneous(real[0], _at(labels, 0), iteration, None if due is None else due[0])
                | self._scalars()
            )
        turns = [self._discriminator_turn, self._generator_turn]
        logs: Logs = {}
        for turn in reversed(turns) if generator_first else turns:
            logs |= turn(phase, real, labels, iteration, due)
        return logs | self._scalars()

    def _scalars(self) -> Logs:
        return {name: tf.cast(variable.read_value(), tf.float32) for name, variable in self.objectives.scalars.items()}

    def _discriminator_turn(
        self, phase: Phase, real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor, due: Due | None
    ) -> Logs:
        logs: Logs = {}
        for index in range(phase.discriminator_updates):
            update = iteration * phase.discriminator_updates + index
            own = None if due is None else due[index]
            logs = self._update(self.discriminator, real[index], _at(labels, index), iteration, update, own)
        return logs

    def _generator_turn(
        self, phase: Phase, real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor, due: Due | None
    ) -> Logs:
        logs: Logs = {}
        for index in range(phase.generator_updates):
            update = iteration * phase.generator_updates + index
            own = None if due is None else due[phase.discriminator_updates + index]
            logs = self._update(self.generator, real[-1], _at(labels, -1), iteration, update, own)
        return logs

    def tensors(
        self,
        player: str,
        real: tf.Tensor,
        labels: tf.Tensor | None,
        iteration: tf.Tensor,
        update: tf.Tensor,
        due: frozenset[str] | None = None,
    ) -> StepTensors:
        """What one update of a player computes, as its components are to see it.

        Args:
            player: `"discriminator"`, `"generator"` or `"both"`.
            real: `[B, *shape]`.
            labels: int32 `[B]`, or `None`.
            iteration: rounds of the schedule that are done.
            update: the index of this update of its player.
            due: the lazy penalties that it applies; decided in the graph unless given.
        """
        return StepTensors(
            self.networks,
            player=player,
            real=real,
            labels=labels,
            iteration=iteration,
            update=update,
            seed=self.seed,
            input_members=self.objectives.overriding("discriminator_input"),
            real_members=self.objectives.overriding("discriminator_real"),
            latent_members=self.objectives.overriding("transform_latents"),
            due=due,
            variables={
                "generator": self.generator.model.trainable_variables,
                "discriminator": self.discriminator.model.trainable_variables,
            },
        )

    def _update(
        self,
        player: Player,
        real: tf.Tensor,
        labels: tf.Tensor | None,
        iteration: tf.Tensor,
        update: tf.Tensor,
        due: frozenset[str] | None,
    ) -> Logs:
        """Moves one player while the other is held still."""
        moves_discriminator = player is self.discriminator
        opponent = self.generator if moves_discriminator else self.discriminator
        tensors = self.tensors(player.name, real, labels, iteration, update, due)
        with opponent.held_still():
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(player.trainable)
                terms = (
                    self.objectives.discriminator(tensors)
                    if moves_discriminator
                    else self.objectives.generator(tensors)
                )
                objective = player.scaled(terms)
            gradients = player.gradients(tape, objective)
            norm = {gradient_norm_name(player.name): player.gradient_norm(gradients)}
            player.move(gradients)
            self._after(player, tensors)
        if moves_discriminator:
            terms |= accuracy(self.objectives.loss.component, tensors)
        return terms | norm

    def _simultaneous(
        self, real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor, due: frozenset[str] | None
    ) -> Logs:
        """Moves both players by gradients taken at the same point, from one shared forward pass."""
        players = (self.discriminator, self.generator)
        tensors = self.tensors("both", real, labels, iteration, iteration, due)
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            for player in players:
                tape.watch(player.trainable)
            discriminator_terms = self.objectives.discriminator(tensors)
            generator_terms = self.objectives.generator(tensors)
            objectives = [
                player.scaled(terms)
                for player, terms in zip(players, (discriminator_terms, generator_terms), strict=True)
            ]
        gradients = [player.gradients(tape, objective) for player, objective in zip(players, objectives, strict=True)]
        norms = {}
        for player, gradient in zip(players, gradients, strict=True):
            norms[gradient_norm_name(player.name)] = player.gradient_norm(gradient)
            player.move(gradient)
            self._after(player, tensors)
        return discriminator_terms | generator_terms | accuracy(self.objectives.loss.component, tensors) | norms

    def evaluate(self, real: tf.Tensor, labels: tf.Tensor | None, index: tf.Tensor) -> Logs:
        """Both players' terms and the accuracies on one batch, with nobody moved and no component's state changed."""
        tensors = self.tensors("both", real, labels, index, index)
        with self.discriminator.held_still(), self.generator.held_still(), _unchanged(self.objectives.state):
            terms = self.objectives.discriminator(tensors) | self.objectives.generator(tensors)
            return terms | accuracy(self.objectives.loss.component, tensors)

    def _after(self, player: Player, tensors: StepTensors) -> None:
        method = f"after_{player.name}_update"
        for member in (self.objectives.loss, *self.objectives.regularizers):
            if overrides(member.component, method):
                with blaming(member.origin, method):
                    getattr(member.component, method)(tensors.view(member))
        if player is self.generator and self.average is not None:
            self.average.update(tensors.iteration)


def _at(labels: tf.Tensor | None, index: int) -> tf.Tensor | None:
    return None if labels is None else labels[index]


def make_state(members: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, dict[str, tf.Variable]]:
    """Makes variables of the initial values that components name, by the component's label."""
    return {
        label: {name: tf.Variable(initial, trainable=False, name=f"{label}/{name}") for name, initial in values.items()}
        for label, values in members
    }
