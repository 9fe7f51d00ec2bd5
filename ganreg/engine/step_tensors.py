"""The tensors of one update of one player, each computed at most once and shared by all components.

A component sees them through its own view, a `Step`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.networks import Generator
from ganreg.contract.step import Network, Output, Step
from ganreg.engine.attribution import attributed
from ganreg.engine.random import RandomStream

Computed = TypeVar("Computed")


@attrs.frozen(eq=False)
class Networks:
    """The two networks and how to call them.

    Attributes:
        generator: `latents -> samples`, or `[latents, labels] -> samples`.
        discriminator: `samples -> outputs`, or `[samples, labels] -> outputs`.
        generator_conditional: whether the generator takes labels.
        discriminator_conditional: whether the discriminator takes labels.
        generator_component: the implementation that draws the latents.
        generator_origin: the generator's name in messages, with its distribution.
        discriminator_origin: the discriminator's name in messages, with its distribution.
    """

    generator: Network | None
    discriminator: Network
    generator_conditional: bool = False
    discriminator_conditional: bool = False
    generator_component: Generator = attrs.field(factory=Generator)
    generator_origin: str = "the generator"
    discriminator_origin: str = "the discriminator"

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Runs the generator in training mode.

        Returns:
            Samples `[B, *shape]`, float32 even in mixed precision.

        Raises:
            ValueError: there is no generator.
        """
        if self.generator is None:
            raise ValueError("this step has no generator; pass one to the function that made the step")
        with attributed(self.generator_origin, "call"):
            samples = self.generator([latents, labels] if self.generator_conditional else latents, training=True)
        return samples if samples.dtype.size >= tf.float32.size else tf.cast(samples, tf.float32)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Runs the discriminator in training mode."""
        inputs = [samples, labels] if self.discriminator_conditional else samples
        with attributed(self.discriminator_origin, "call"):
            outputs = self.discriminator(inputs, training=True)
        return Output.of(outputs)


@attrs.frozen(eq=False)
class DiscriminatorPass:
    """The output of a forward pass of the discriminator, with the tape that differentiates it by its input.

    Attributes:
        output: the discriminator's output.
        logits_sum: the sum of all logits.
        inputs: the samples before any transformation, `[B, *shape]`.
        tape: the tape that recorded the pass.
    """

    output: Output
    logits_sum: tf.Tensor
    inputs: tf.Tensor
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
    """The tensors of one update, each computed when it is first used.

    Args:
        networks: the two networks.
        player: `"discriminator"`, `"generator"` or `"both"`. In the discriminator's update the generated samples carry
            no gradient to the generator.
        real: real samples, `[B, *shape]`.
        labels: int32 `[B]`, or `None`.
        iteration: int scalar, the number of iterations that are done. Defaults to 0.
        update: int scalar, the index of this update among its player's updates, which determines the random numbers.
            Defaults to 0.
        seed: the run's seed. Defaults to 0.
        input_parts: the regularizers that transform the discriminator's input, in order.
        real_parts: the regularizers that transform what the discriminator is shown as real, in order.
        latent_parts: the regularizers that transform the latents, in order.
        due: the lazy penalties that this update applies, as `PLAYER/LABEL`. Defaults to deciding inside the graph.
        replica: the replica's index. Defaults to 0.
        latents, fake: replace the latents and the generated samples, for tests.
        variables: the trainable variables of each player, by name.
    """

    def __init__(
        self,
        networks: Networks,
        *,
        player: str,
        real: tf.Tensor,
        labels: tf.Tensor | None = None,
        iteration: tf.Tensor | int = 0,
        update: tf.Tensor | int = 0,
        seed: int = 0,
        input_parts: Sequence[Part] = (),
        real_parts: Sequence[Part] = (),
        latent_parts: Sequence[Part] = (),
        due: frozenset[str] | None = None,
        replica: tf.Tensor | int = 0,
        latents: tf.Tensor | None = None,
        fake: tf.Tensor | None = None,
        variables: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.networks, self.player = networks, player
        self.real, self.labels = real, labels
        self.iteration, self.update = iteration, update
        self.seed, self.replica, self.due = seed, replica, due
        self.variables = variables or {"generator": (), "discriminator": ()}
        self._input_parts, self._real_parts, self._latent_parts = input_parts, real_parts, latent_parts
        self._streams: dict[str, RandomStream] = {}
        self._parent: StepTensors | None = None
        given = {"latents": latents, "fake": fake}
        self._computed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}

    def fork(self) -> StepTensors:
        """Returns a copy that shares what is computed so far and keeps its own new tensors to itself.

        Branches of conditionals need this, because their tensors do not exist outside the branch.
        """
        branch = object.__new__(StepTensors)
        branch.__dict__ |= self.__dict__
        branch._parent, branch._computed = self, {}
        return branch

    def view(self, part: Part) -> Step:
        """Returns the step as one component sees it."""
        return Step(self, part)

    def stream(self, owner: str) -> RandomStream:
        """Returns one component's random numbers in this update.

        Args:
            owner: the component's label.
        """
        if owner not in self._streams:
            self._streams[owner] = RandomStream(self.seed, f"{self.player}/{owner}", self.update, self.replica)
        return self._streams[owner]

    def _once(self, name: str, compute: Callable[[], Computed]) -> Computed:
        place: StepTensors | None = self
        while place is not None:
            if name in place._computed:
                kept: Computed = place._computed[name]
                return kept
            place = place._parent
        self._computed[name] = value = compute()
        return value

    @property
    def batch_size(self) -> int | tf.Tensor:
        """The number of real samples."""
        return self.real.shape[0] if self.real.shape[0] is not None else tf.shape(self.real)[0]

    @property
    def latents(self) -> tf.Tensor:
        """The latents of the generated samples, `[B, latent_dim]`."""
        return self._once("latents", lambda: self.draw_latents(self.batch_size))

    def draw_latents(self, count: int | tf.Tensor) -> tf.Tensor:
        """Draws latents `[count, latent_dim]` and applies the regularizers that transform them."""
        component = self.networks.generator_component
        latents = component.sample_latents(self.view(Part(component, "latents")), count)
        return self._transformed(latents, self._latent_parts, "transform_latents")

    def _transformed(self, values: tf.Tensor, parts: Sequence[Part], method: str) -> tf.Tensor:
        for part in parts:
            with attributed(part.origin, method):
                values = getattr(part.implementation, method)(values, self.view(part))
        return values

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples, `[B, *shape]`."""
        return self._once("fake", self._generate_fake)

    def _generate_fake(self) -> tf.Tensor:
        fake = self.networks.generate(self.latents, self.labels)
        return tf.stop_gradient(fake) if self.player == "discriminator" else fake

    @property
    def real_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the real samples."""
        return self._once("real_pass", lambda: self.discriminator_pass(self._shown_as_real(), self.labels))

    def _shown_as_real(self) -> tf.Tensor:
        return self._transformed(self.real, self._real_parts, "discriminator_real")

    @property
    def fake_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the generated samples."""
        return self._once("fake_pass", lambda: self.discriminator_pass(self.fake, self.labels))

    @property
    def real_gradient(self) -> tf.Tensor:
        """The input gradient at the real samples."""
        return self._once("real_gradient", self.real_pass.input_gradient)

    @property
    def fake_gradient(self) -> tf.Tensor:
        """The input gradient at the generated samples."""
        return self._once("fake_gradient", self.fake_pass.input_gradient)

    def discriminator_pass(self, samples: tf.Tensor, labels: tf.Tensor | None) -> DiscriminatorPass:
        """Runs the discriminator on samples, after every transformation of its input."""
        # Persistent, because each branch of a conditional computes the gradient again.
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(samples)
            inputs = self._transformed(samples, self._input_parts, "discriminator_input")
            output = self.networks.discriminate(inputs, labels)
            logits_sum = tf.reduce_sum(output.logits)
        return DiscriminatorPass(output, logits_sum, samples, tape)

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
        """The generator network itself."""
        return self.networks.generator

    @property
    def discriminator(self) -> Network:
        """The discriminator network itself."""
        return self.networks.discriminator

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Runs an extra pass of the generator."""
        return self.networks.generate(latents, labels)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Runs an extra pass of the discriminator."""
        return self.discriminator_pass(samples, labels).output

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Computes the input gradient at new points through an extra pass of the discriminator."""
        return self.discriminator_pass(samples, labels).input_gradient()
