"""One update of one player, or of both at once: forward, backward, apply."""

from __future__ import annotations

import attrs
import tensorflow as tf

from ganreg.contract.schedule import Phase
from ganreg.engine.attribution import attributed
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.objectives import Objectives, accuracy, gradient_norm_name
from ganreg.engine.player import Logs, Player, unchanged
from ganreg.engine.step_tensors import Networks, StepTensors

Due = tuple[frozenset[str], ...]
"""The lazy penalties that are due in each update of an iteration, as `PLAYER/LABEL`; discriminator updates first."""


@attrs.frozen(eq=False, kw_only=True)
class Updates:
    """The updates of an assembly, each a pure graph of (variables, batch, index).

    Attributes:
        networks: the two networks and how to call them.
        generator: the player.
        discriminator: the player.
        objectives: the objectives that both players minimise.
        average: the moving average of the generator, or `None`.
        seed: the run's seed.
    """

    networks: Networks
    generator: Player
    discriminator: Player
    objectives: Objectives
    average: MovingAverage | None
    seed: int

    def due(self, phase: Phase, iteration: int) -> Due | None:
        """Returns the lazy penalties that are due in each update of an iteration; `None` if no penalty is lazy.

        In a program for all iterations a lazy penalty is a conditional, inside which XLA runs convolutions on a single
        thread. A program for each combination of due penalties needs no conditional.
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
        """Runs one iteration of the schedule.

        Args:
            phase: the updates that the iteration consists of.
            real: real samples, one batch per update of the discriminator: `[phase.batches, B, *shape]`.
            labels: int32 `[phase.batches, B]`, or `None`.
            iteration: int64 scalar, the number of iterations that are done.
            generator_first: whether the generator is updated first.
            due: the lazy penalties that are due in each update, discriminator updates first. Defaults to deciding
                inside the graph.

        Returns:
            Float32 scalars by name; each player's values are those of its last update in the iteration.
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
        """Makes the tensors of one update of a player, which its components share.

        Args:
            player: `"discriminator"`, `"generator"` or `"both"`.
            real: real samples, `[B, *shape]`.
            labels: int32 `[B]`, or `None`.
            iteration: int scalar, the number of iterations of the schedule that are done.
            update: int scalar, the index of this update among its player's updates.
            due: the lazy penalties that the update applies. Defaults to deciding inside the graph.
        """
        return StepTensors(
            self.networks,
            player=player,
            real=real,
            labels=labels,
            iteration=iteration,
            update=update,
            seed=self.seed,
            input_parts=self.objectives.overriding("discriminator_input"),
            real_parts=self.objectives.overriding("discriminator_real"),
            latent_parts=self.objectives.overriding("transform_latents"),
            due=due,
            variables={
                "generator": self.generator.trainable_variables,
                "discriminator": self.discriminator.trainable_variables,
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
        """Updates one player while the other is frozen."""
        moves_discriminator = player is self.discriminator
        opponent = self.generator if moves_discriminator else self.discriminator
        tensors = self.tensors(player.name, real, labels, iteration, update, due)
        with opponent.frozen():
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
            terms |= accuracy(self.objectives.loss.implementation, tensors)
        return terms | norm

    def _simultaneous(
        self, real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor, due: frozenset[str] | None
    ) -> Logs:
        """Updates both players by gradients at the same point, from one shared forward pass."""
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
        return discriminator_terms | generator_terms | accuracy(self.objectives.loss.implementation, tensors) | norms

    def evaluate(self, real: tf.Tensor, labels: tf.Tensor | None, index: tf.Tensor) -> Logs:
        """Computes both players' terms and the accuracies on one batch without changing any variable.

        Args:
            real: real samples, `[B, *shape]`.
            labels: int32 `[B]`, or `None`.
            index: int scalar, the batch's number, which determines the random numbers.

        Returns:
            Float32 scalars by name.
        """
        tensors = self.tensors("both", real, labels, index, index)
        with self.discriminator.frozen(), self.generator.frozen(), unchanged(self.objectives.state):
            terms = self.objectives.discriminator(tensors) | self.objectives.generator(tensors)
            return terms | accuracy(self.objectives.loss.implementation, tensors)

    def _after(self, player: Player, tensors: StepTensors) -> None:
        method = f"after_{player.name}_update"
        for part in (self.objectives.loss, *self.objectives.regularizers):
            if method in part.overrides:
                with attributed(part.origin, method):
                    getattr(part.implementation, method)(tensors.view(part))
        if player is self.generator and self.average is not None:
            self.average.update(tensors.iteration)


def _at(labels: tf.Tensor | None, index: int) -> tf.Tensor | None:
    return None if labels is None else labels[index]
