"""One update of one player, or of both at once: forward, backward, apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.game_step import GameStep
from ganreg.contract.losses import Loss
from ganreg.contract.schedule import Phase
from ganreg.engine.attribution import attributed
from ganreg.engine.averaging import MovingAverage
from ganreg.engine.exchange import Changes, shared
from ganreg.engine.forward import Maker
from ganreg.engine.latents import Latents
from ganreg.engine.matches import Match
from ganreg.engine.objectives import PLAYERS, Terms, accuracy, gradient_norm_name
from ganreg.engine.player import Logs, Player, unchanged
from ganreg.engine.random import Streams
from ganreg.engine.replicas import Replicas
from ganreg.engine.step_tensors import StepTensors

Batch = Mapping[str, tf.Tensor]
"""Real samples as `real` and, where there are any, `labels` and `source`."""

Due = tuple[frozenset[str], ...]
"""The lazy penalties that are due in each update of an iteration, as `PLAYER/LABEL`; discriminator updates first."""


@attrs.frozen(eq=False, kw_only=True)
class Updates:
    """The updates of an assembly, each a pure graph of (variables, batch, index).

    Attributes:
        game: the game.
        makers: the networks that are not discriminators, by name.
        latents: the distribution of the latents, or `None` if no network takes latents.
        matches: the matches, at least one.
        generator: the player.
        discriminator: the player.
        averages: the moving averages of the generator's networks; none if they are not averaged.
        seed: the run's seed.
        replicas: the devices that share a batch. Defaults to a single one.
    """

    game: Part
    makers: Mapping[str, Maker]
    latents: Latents | None
    matches: Sequence[Match]
    generator: Player
    discriminator: Player
    averages: Sequence[MovingAverage]
    seed: int
    replicas: Replicas = attrs.field(factory=Replicas)

    @property
    def loss(self) -> Loss:
        """The loss, the same in all matches."""
        loss: Loss = self.matches[0].objectives.loss.implementation
        return loss

    @property
    def log_names(self) -> list[str]:
        """The names of all terms and accuracies, in order."""
        names = [name for match in self.matches for name in match.objectives.log_names]
        return list(dict.fromkeys([*names, *(name for player in PLAYERS for name in self._term_names(player))]))

    def _term_names(self, player: str) -> list[str]:
        return [f"{player}/{name}" for name in getattr(self.game.implementation, f"{player}_terms")]

    @property
    def parts(self) -> Sequence[Part]:
        """The loss and the regularizers of each match, with their states."""
        return [part for match in self.matches for part in (match.objectives.loss, *match.objectives.regularizers)]

    @property
    def has_lazy_penalties(self) -> bool:
        """Whether a penalty is not applied in every update."""
        return self.matches[0].objectives.has_lazy_penalties

    def due(self, phase: Phase, iteration: int) -> Due | None:
        """Returns the lazy penalties that are due in each update of an iteration; `None` if no penalty is lazy.

        In a program for all iterations a lazy penalty is a conditional, inside which XLA runs convolutions on a single
        thread. A program for each combination of due penalties needs no conditional.
        """
        if not self.has_lazy_penalties:
            return None
        counts = {"discriminator": phase.discriminator_updates, "generator": phase.generator_updates}
        if phase.simultaneous:
            return (frozenset().union(*(self._due(player, iteration) for player in counts)),)
        return tuple(
            self._due(player, iteration * count + index) for player, count in counts.items() for index in range(count)
        )

    def _due(self, player: str, update: int) -> frozenset[str]:
        return frozenset().union(*(match.objectives.due(player, update) for match in self.matches))

    def round(
        self, phase: Phase, batches: Batch, iteration: tf.Tensor, *, generator_first: bool, due: Due | None = None
    ) -> Logs:
        """Runs one iteration of the schedule.

        Args:
            phase: the updates that the iteration consists of.
            batches: one batch per update of the discriminator: `real` `[phase.batches, B, *shape]` and, where there
                are any, `labels` int32 `[phase.batches, B]` and `source` `[phase.batches, B, *source.shape]`.
            iteration: int64 scalar, the number of iterations that are done.
            generator_first: whether the generator is updated first.
            due: the lazy penalties that are due in each update, discriminator updates first. Defaults to deciding
                inside the graph.

        Returns:
            Float32 scalars by name; each player's values are those of its last update in the iteration.
        """
        if phase.simultaneous:
            return self._simultaneous(_at(batches, 0), iteration, None if due is None else due[0]) | self._scalars()
        turns = [self._discriminator_turn, self._generator_turn]
        logs: Logs = {}
        for turn in reversed(turns) if generator_first else turns:
            logs |= turn(phase, batches, iteration, due)
        return logs | self._scalars()

    def _scalars(self) -> Logs:
        return {
            name: tf.cast(variable.read_value(), tf.float32)
            for match in self.matches
            for name, variable in match.objectives.scalars.items()
        }

    def _discriminator_turn(self, phase: Phase, batches: Batch, iteration: tf.Tensor, due: Due | None) -> Logs:
        logs: Logs = {}
        for index in range(phase.discriminator_updates):
            update = iteration * phase.discriminator_updates + index
            own = None if due is None else due[index]
            logs = self._update(self.discriminator, _at(batches, index), iteration, update, own)
        return logs

    def _generator_turn(self, phase: Phase, batches: Batch, iteration: tf.Tensor, due: Due | None) -> Logs:
        logs: Logs = {}
        for index in range(phase.generator_updates):
            update = iteration * phase.generator_updates + index
            own = None if due is None else due[phase.discriminator_updates + index]
            logs = self._update(self.generator, _at(batches, -1), iteration, update, own)
        return logs

    def tensors(
        self,
        player: str,
        batch: Batch,
        iteration: tf.Tensor,
        update: tf.Tensor,
        due: frozenset[str] | None = None,
    ) -> Sequence[StepTensors]:
        """Makes the tensors of one update of a player in each match.

        Args:
            player: `"discriminator"`, `"generator"` or `"both"`.
            batch: `real` `[B, *shape]` and, where there are any, `labels` int32 `[B]` and `source`
                `[B, *source.shape]`.
            iteration: int scalar, the number of iterations of the schedule that are done.
            update: int scalar, the index of this update among its player's updates.
            due: the lazy penalties that the update applies. Defaults to deciding inside the graph.
        """
        streams = Streams(self.seed, player, update, self.replicas.index, self.replicas.here)
        game_step = GameStep(self.makers, player=player, iteration=iteration, numbers=streams.of, **batch)
        steps = [match.tensors(game_step, streams, update=update, due=due) for match in self.matches]
        game_step.judges = {match.name: step.judged for match, step in zip(self.matches, steps, strict=True)}
        if (latents := self.latents) is not None:
            game_step.draw_latents = lambda count: latents.draw(steps[0].view, count)
        return steps

    def _terms(self, player: str, steps: Sequence[StepTensors]) -> Terms:
        """A player's terms: those of all matches, added where they have the same name, and the game's own."""
        terms: Terms = {}
        for match, step in zip(self.matches, steps, strict=True):
            for name, value in getattr(match.objectives, player)(step).items():
                terms[name] = terms[name] + value if name in terms else value
        for name in getattr(self.game.implementation, f"{player}_terms"):
            with attributed(self.game.origin, f"term '{name}'"):
                value = self.game.implementation.term(name, steps[0].game_step)
                terms[f"{player}/{name}"] = self.matches[0].objectives.mean(value)
        return terms

    def _accuracy(self, steps: Sequence[StepTensors]) -> Terms:
        """The accuracies, averaged over all matches."""
        each = [accuracy(self.loss, step) for step in steps]
        return {name: tf.add_n([one[name] for one in each]) / len(each) for name in each[0]} if each[1:] else each[0]

    def _update(
        self, player: Player, batch: Batch, iteration: tf.Tensor, update: tf.Tensor, due: frozenset[str] | None
    ) -> Logs:
        """Updates one player while the other is frozen."""
        moves_discriminator = player is self.discriminator
        opponent = self.generator if moves_discriminator else self.discriminator
        steps = self.tensors(player.name, batch, iteration, update, due)
        changes = self._changes([player])
        with opponent.frozen():
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(player.trainable)
                terms = self._terms(player.name, steps)
                objective = player.scaled(terms)
            own = player.gradients(tape, objective)
            if moves_discriminator:
                terms |= self._accuracy(steps)
            (gradients,), terms = shared(self.replicas, [own], terms, changes)
            norm = {gradient_norm_name(player.name): player.gradient_norm(gradients)}
            player.move(gradients)
            self._after(player, steps)
        return terms | norm

    def _changes(self, players: Sequence[Player]) -> Changes:
        """What the players' forward passes, the loss and the penalties of an update change from here on."""
        statistics = [variable for player in players for variable in player.statistics]
        return Changes(self.replicas, [*statistics, *_changing(self.parts)])

    def _simultaneous(self, batch: Batch, iteration: tf.Tensor, due: frozenset[str] | None) -> Logs:
        """Updates both players by gradients at the same point, from one shared forward pass."""
        players = (self.discriminator, self.generator)
        steps = self.tensors("both", batch, iteration, iteration, due)
        changes = self._changes(players)
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            for player in players:
                tape.watch(player.trainable)
            discriminator_terms = self._terms("discriminator", steps)
            generator_terms = self._terms("generator", steps)
            objectives = [
                player.scaled(terms)
                for player, terms in zip(players, (discriminator_terms, generator_terms), strict=True)
            ]
        own = [player.gradients(tape, objective) for player, objective in zip(players, objectives, strict=True)]
        terms = discriminator_terms | generator_terms | self._accuracy(steps)
        gradients, terms = shared(self.replicas, own, terms, changes)
        norms = {}
        for player, gradient in zip(players, gradients, strict=True):
            norms[gradient_norm_name(player.name)] = player.gradient_norm(gradient)
            player.move(gradient)
            self._after(player, steps)
        return terms | norms

    def evaluate(self, batch: Batch, index: tf.Tensor) -> Logs:
        """Computes both players' terms and the accuracies on one batch without changing any variable.

        Args:
            batch: `real` `[B, *shape]` and, where there are any, `labels` int32 `[B]` and `source`
                `[B, *source.shape]`.
            index: int scalar, the batch's number, which determines the random numbers.

        Returns:
            Float32 scalars by name.
        """
        steps = self.tensors("both", batch, index, index)
        state = [variable for match in self.matches for variable in match.objectives.state]
        with self.discriminator.frozen(), self.generator.frozen(), unchanged(state):
            return self._terms("discriminator", steps) | self._terms("generator", steps) | self._accuracy(steps)

    def _after(self, player: Player, steps: Sequence[StepTensors]) -> None:
        method = f"after_{player.name}_update"
        changes = Changes(self.replicas, _changing([part for part in self.parts if method in part.overrides]))
        for match, step in zip(self.matches, steps, strict=True):
            for part in (match.objectives.loss, *match.objectives.regularizers):
                if method in part.overrides:
                    with attributed(part.origin, method):
                        getattr(part.implementation, method)(step.view(part))
        changes.agree()
        if player is self.generator:
            for average in self.averages:
                average.update(steps[0].game_step.iteration)


def _changing(parts: Sequence[Part]) -> list[tf.Variable]:
    """The components' variables that each device may change in its own way."""
    own = [part for part in parts if not part.implementation.state_follows_weights]
    return [variable for part in own for variable in part.state.values()]


def _at(batches: Batch, index: int) -> Batch:
    return {name: values[index] for name, values in batches.items()}
