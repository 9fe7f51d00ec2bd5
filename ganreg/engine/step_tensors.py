"""The tensors of one update in one match, each computed at most once and shared by all components.

A component sees them through its own view, a `Step`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.game_step import GameStep
from ganreg.contract.memo import Memo
from ganreg.contract.networks import Generator
from ganreg.contract.numbers import RandomNumbers
from ganreg.contract.outputs import Network, Output
from ganreg.contract.step import Step
from ganreg.engine.attribution import attributed
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.games import USUAL_GAME
from ganreg.engine.latents import Latents, transformed
from ganreg.engine.random import Streams
from ganreg.engine.replicas import Replicas
from ganreg.errors import AssemblyError


@attrs.frozen(eq=False)
class DiscriminatorPass:
    """The output of a forward pass of the discriminator, with the tape that differentiates it by its input.

    Attributes:
        output: the discriminator's output.
        logits_sum: the sum of all logits.
        inputs: the samples before any transformation, `[B, *shape]`.
        labels: their classes, int32 `[B]`, or `None`.
        tape: the tape that recorded the pass.
    """

    output: Output
    logits_sum: tf.Tensor
    inputs: tf.Tensor
    labels: tf.Tensor | None
    tape: tf.GradientTape

    def input_gradient(self) -> tf.Tensor:
        """Computes the gradient of the summed logits with respect to the input, `[B, *shape]`.

        If the discriminator computes one logit per m samples, the shape is `[B/m, m, *shape]`.
        """
        gradient = self.tape.gradient(self.logits_sum, self.inputs, unconnected_gradients="zero")
        samples, logits = self.inputs.shape[0], self.output.logits.shape[0]
        if samples is None or logits is None or samples == logits:
            return gradient
        return tf.reshape(gradient, (logits, -1, *self.inputs.shape[1:]))


class StepTensors:
    """The tensors of one update in one match, each computed when it is first used.

    In the discriminator's update what it is shown carries no gradient to the generator.

    Args:
        maker: the network that makes the samples that are shown as fake.
        judge: the discriminator.
        game_step: the update as the game sees it, which all matches share.
        streams: the random numbers of the update, which all matches share.
        game: the game. Defaults to the usual one.
        name: the discriminator's name in the game. Defaults to `"discriminator"`.
        update: int scalar, the index of this update among its player's updates. Defaults to 0.
        input_parts: the regularizers that transform the discriminator's input, in order.
        real_parts: the regularizers that transform what the discriminator is shown as real, in order.
        fake_parts: the regularizers that transform what the discriminator is shown as fake in its updates, in order.
        due: the lazy penalties that this update applies, as `PLAYER/LABEL`. Defaults to deciding inside the graph.
        fake: replaces the generated samples, for tests.
        variables: the trainable variables of the match's networks, by player.
        replicas: the devices that share the batch. Defaults to a single one.
    """

    def __init__(
        self,
        maker: Maker,
        judge: Judge,
        game_step: GameStep,
        streams: Streams,
        *,
        game: Part = USUAL_GAME,
        name: str = "discriminator",
        update: tf.Tensor | int = 0,
        input_parts: Sequence[Part] = (),
        real_parts: Sequence[Part] = (),
        fake_parts: Sequence[Part] = (),
        due: frozenset[str] | None = None,
        fake: tf.Tensor | None = None,
        variables: Mapping[str, Sequence[Any]] | None = None,
        replicas: Replicas | None = None,
    ) -> None:
        self.replicas = replicas or Replicas()
        self.maker, self.judge, self.game_step = maker, judge, game_step
        self.update, self.due = update, due
        self.variables = variables or {"generator": (), "discriminator": ()}
        self._streams, self._game, self._name = streams, game, name
        self._input_parts, self._real_parts, self._fake_parts = input_parts, real_parts, fake_parts
        self._memo = Memo({} if fake is None else {"fake": fake})

    @classmethod
    def alone(
        cls,
        maker: Maker,
        judge: Judge,
        *,
        player: str,
        real: tf.Tensor,
        labels: tf.Tensor | None = None,
        iteration: tf.Tensor | int = 0,
        update: tf.Tensor | int = 0,
        seed: int = 0,
        latent_parts: Sequence[Part] = (),
        latents: tf.Tensor | None = None,
        **options: Any,
    ) -> StepTensors:
        """Makes the tensors of an update of the usual game outside of a training.

        Args:
            maker: the generator.
            judge: the discriminator.
            player: `"discriminator"`, `"generator"`, `"both"`, or any other owner of random numbers.
            real: real samples, `[B, *shape]`.
            labels: int32 `[B]`, or `None`.
            iteration: int scalar, the number of iterations that are done. Defaults to 0.
            update: int scalar, the index of this update among its player's updates. Defaults to 0.
            seed: the seed of all random numbers. Defaults to 0.
            latent_parts: the regularizers that transform the latents, in order.
            latents: the latents. Defaults to drawing them.
            **options: see the class.
        """
        streams = Streams(seed, player, update)
        game_step = GameStep(
            {"generator": maker},
            player=player,
            real=real,
            labels=labels,
            iteration=iteration,
            numbers=streams.of,
            latents=latents,
        )
        tensors = cls(maker, judge, game_step, streams, update=update, **options)
        drawn = Latents(maker.component, latent_parts)
        game_step.draw_latents = lambda count: drawn.draw(tensors.view, count)
        return tensors

    def fork(self) -> StepTensors:
        """Returns a copy that shares what is computed so far and keeps its own new tensors to itself.

        Branches of conditionals need this, because their tensors do not exist outside the branch.
        """
        branch = object.__new__(StepTensors)
        branch.__dict__ |= self.__dict__
        branch.game_step = self.game_step.fork()
        branch._memo = self._memo.fork()
        return branch

    def view(self, part: Part) -> Step:
        """Returns the step as one component sees it."""
        return Step(self, part)

    def stream(self, owner: str) -> RandomNumbers:
        """Returns one component's random numbers in this update.

        Args:
            owner: the component's label.
        """
        return self._streams.of(owner)

    @property
    def devices(self) -> int:
        """The number of devices that share the batch."""
        return self.replicas.here

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """Averages values over the first axis and over all devices."""
        return self.replicas.mean(tf.reduce_mean(values, axis=0))

    def _of_game(self, method: str, game_step: GameStep) -> Any:
        with attributed(self._game.origin, method):
            return getattr(self._game.implementation, method)(self._name, game_step)

    def _transformed(self, values: tf.Tensor, parts: Sequence[Part], method: str) -> tf.Tensor:
        return transformed(values, parts, method, self.view)

    @property
    def latents(self) -> tf.Tensor:
        """The latents of the generated samples, `[B, latent_dim]`."""
        return self.game_step.latents

    @property
    def real(self) -> tf.Tensor:
        """Real samples, `[B, *shape]`."""
        return self._memo.once("real", self._real)

    def _real(self) -> tf.Tensor:
        real = self._of_game("real", self.game_step)
        moves = self._game.implementation.makes_real and self.game_step.player == "discriminator"
        return tf.stop_gradient(real) if moves else real

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples, `[B, *shape]`."""
        return self._memo.once("fake", self._fake)

    def _fake(self) -> tf.Tensor:
        fake = self._of_game("fake", self.game_step)
        return tf.stop_gradient(fake) if self.game_step.player == "discriminator" else fake

    @property
    def fake_labels(self) -> tf.Tensor | None:
        """The classes that the generated samples should have, int32 `[B]`, or `None`."""
        return self._memo.once("fake_labels", lambda: self._of_game("fake_labels", self.game_step))

    @property
    def real_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the real samples."""
        return self._memo.once(
            "real_pass", lambda: self.discriminator_pass(self._shown_as_real(), self.game_step.labels)
        )

    def _shown_as_real(self) -> tf.Tensor:
        return self._transformed(self.real, self._real_parts, "discriminator_real")

    @property
    def fake_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the generated samples."""
        return self._memo.once("fake_pass", lambda: self.discriminator_pass(self._shown_as_fake(), self.fake_labels))

    def _shown_as_fake(self) -> tf.Tensor:
        if self.game_step.player != "discriminator":
            return self.fake
        return self._transformed(self.fake, self._fake_parts, "discriminator_fake")

    @property
    def real_gradient(self) -> tf.Tensor:
        """The input gradient at the real samples."""
        return self._memo.once("real_gradient", self.real_pass.input_gradient)

    @property
    def fake_gradient(self) -> tf.Tensor:
        """The input gradient at the generated samples."""
        return self._memo.once("fake_gradient", self.fake_pass.input_gradient)

    def discriminator_pass(self, samples: tf.Tensor, labels: tf.Tensor | None) -> DiscriminatorPass:
        """Runs the discriminator on samples, after every transformation of its input."""
        # Persistent, because each branch of a conditional computes the gradient again.
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(samples)
            inputs = self._transformed(samples, self._input_parts, "discriminator_input")
            output = self.judge(inputs, labels)
            logits_sum = tf.reduce_sum(output.logits)
        return DiscriminatorPass(output, logits_sum, samples, labels, tape)

    @property
    def real_output(self) -> Output:
        """The discriminator's output on the real samples."""
        return self.real_pass.output

    @property
    def fake_output(self) -> Output:
        """The discriminator's output on the generated samples."""
        return self.fake_pass.output

    @property
    def generator(self) -> Network | None:
        """The network that makes the generated samples."""
        return self.maker.network

    @property
    def discriminator(self) -> Network:
        """The discriminator network itself."""
        return self.judge.network

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Computes what the discriminator would be shown for other latents and labels, by an extra pass.

        Raises:
            AssemblyError: the samples are not made from latents.
        """
        if not isinstance(self.maker.component, Generator):
            raise AssemblyError("there are no latents in a match whose samples are made from other samples")
        fake: tf.Tensor = self._of_game("fake", self.game_step.given(latents=latents, labels=labels))
        return fake

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Runs an extra pass of the discriminator."""
        return self.discriminator_pass(samples, labels).output

    def judged(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Returns the discriminator's output on samples, from the passes that exist already if they are of these."""
        passes: list[DiscriminatorPass | None] = [self._memo.known(name) for name in ("real_pass", "fake_pass")]
        for known in passes:
            if known is not None and known.inputs is samples and known.labels is labels:
                return known.output
        return self.discriminate(samples, labels)

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Computes the input gradient at new points through an extra pass of the discriminator."""
        return self.discriminator_pass(samples, labels).input_gradient()
