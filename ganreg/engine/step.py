"""The step: one update of one player, and the tensors that it computes, each at most once.

Everything that knows "one generator, one discriminator" is here and in the assembly. A component sees a `Step`, its
own view of the `StepTensors` that all components of one update share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import attrs
import tensorflow as tf

from ganreg.components import Generator
from ganreg.engine.blame import blaming
from ganreg.engine.random import RandomStream

Network = Callable[..., Any]
"""A Keras model, or in a test any function with its signature."""

Computed = TypeVar("Computed")


@attrs.frozen(eq=False)
class Output:
    """What the discriminator says of a batch.

    Attributes:
        logits: float32 `[B, 1]`, or `[B, h, w, 1]` from a patch discriminator.
        features: hidden activations, shallow to deep.
        outputs: everything that the network returns, by name; a wrapped one may return more than these two.
    """

    logits: tf.Tensor
    features: tuple[tf.Tensor, ...]
    outputs: Mapping[str, Any]

    @classmethod
    def of(cls, outputs: Any) -> Output:
        """Reads a discriminator's output: a dict, or a tensor of logits without features."""
        if not isinstance(outputs, Mapping):
            outputs = {"logits": outputs, "features": ()}
        logits = tf.cast(outputs["logits"], tf.float32)
        return cls(logits, tuple(outputs.get("features", ())), outputs)


@attrs.frozen(eq=False)
class Networks:
    """The two networks, and how to call them.

    Attributes:
        generator: `latents -> samples`, or `[latents, labels] -> samples`.
        discriminator: `samples -> outputs`, or `[samples, labels] -> outputs`.
        generator_conditional: whether the generator takes labels.
        discriminator_conditional: whether the discriminator takes labels.
        generator_component: draws the latents.
        generator_origin: how messages call the generator, with its distribution.
        discriminator_origin: how they call the discriminator.
    """

    generator: Network | None
    discriminator: Network
    generator_conditional: bool = False
    discriminator_conditional: bool = False
    generator_component: Generator = attrs.field(factory=Generator)
    generator_origin: str = "the generator"
    discriminator_origin: str = "the discriminator"

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """One pass of the generator in training mode; float32, whatever it computes in."""
        if self.generator is None:
            raise ValueError("this step has no generator; pass one to the function that made the step")
        with blaming(self.generator_origin, "call"):
            samples = self.generator([latents, labels] if self.generator_conditional else latents, training=True)
        return samples if samples.dtype.size >= tf.float32.size else tf.cast(samples, tf.float32)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """One pass of the discriminator in training mode."""
        inputs = [samples, labels] if self.discriminator_conditional else samples
        with blaming(self.discriminator_origin, "call"):
            outputs = self.discriminator(inputs, training=True)
        return Output.of(outputs)


@attrs.frozen(eq=False)
class Member:
    """A component's place in an assembly: what it is called, and its own variables.

    Attributes:
        component: the implementation.
        label: unique in the assembly, such as `"r1"`; names its log entries and its random numbers.
        state: its checkpointed variables by name.
        origin: how messages call it, with its distribution.
    """

    component: Any
    label: str
    state: Mapping[str, Any] = attrs.field(factory=dict)
    origin: str = "a component"


@attrs.frozen(eq=False)
class DiscriminatorPass:
    """A discriminator pass with the tape that can differentiate its logits by its input."""

    output: Output
    logits_sum: tf.Tensor
    inputs: tf.Tensor
    tape: tf.GradientTape

    def input_gradient(self) -> tf.Tensor:
        """The gradient of the summed logits by the input, `[B, *shape]`.

        Where the discriminator judges m samples at once, it is that of each judgement, `[B/m, m, *shape]`.
        """
        gradient = self.tape.gradient(self.logits_sum, self.inputs, unconnected_gradients="zero")
        judged, judgements = self.inputs.shape[0], self.output.logits.shape[0]
        if judged is None or judgements is None or judged == judgements:
            return gradient
        return tf.reshape(gradient, (judgements, -1, *self.inputs.shape[1:]))


def per_sample(logits: tf.Tensor) -> tf.Tensor:
    """Logits `[B, 1]`, or those of a patch discriminator `[B, h, w, 1]`, averaged to float32 `[B]`."""
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(logits, axis=list(range(1, logits.shape.rank)))


class StepTensors:
    """What one update computes, each tensor when it is first asked for.

    Args:
        networks: the two networks.
        player: `"discriminator"`, `"generator"` or `"both"`; the discriminator's fakes carry no gradient to the
            generator.
        real: real samples, `[B, *shape]`.
        labels: int32 `[B]`, or `None`.
        iteration: int32 scalar.
        update: int32 scalar, the index of this update of its player; keys the random numbers.
        seed: the run's seed.
        input_members: the regularizers that transform the discriminator's input, in order.
        real_members: those that choose what it is shown as real.
        latent_members: those that transform the latents.
        due: the lazy penalties that this update applies, as `PLAYER/LABEL`; `None` where only the graph can tell.
        replica: which replica this is.
        latents, fake: given instead of drawn, in tests.
        variables: the trainable variables of each player.
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
        input_members: Sequence[Member] = (),
        real_members: Sequence[Member] = (),
        latent_members: Sequence[Member] = (),
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
        self._input_members, self._real_members, self._latent_members = input_members, real_members, latent_members
        self._streams: dict[str, RandomStream] = {}
        self._parent: StepTensors | None = None
        given = {"latents": latents, "fake": fake}
        self._computed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}

    def fork(self) -> StepTensors:
        """A step that shares what is computed so far, and keeps to itself what it computes.

        A branch of a conditional needs that: its tensors do not exist outside it.
        """
        branch = object.__new__(StepTensors)
        branch.__dict__ |= self.__dict__
        branch._parent, branch._computed = self, {}
        return branch

    def view(self, member: Member) -> Step:
        """The step as one component sees it."""
        return Step(self, member)

    def stream(self, owner: str) -> RandomStream:
        """The random numbers of one component in this update."""
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
        """How many real samples there are."""
        return self.real.shape[0] if self.real.shape[0] is not None else tf.shape(self.real)[0]

    @property
    def latents(self) -> tf.Tensor:
        """What the fakes are generated from."""
        return self._once("latents", lambda: self.draw_latents(self.batch_size))

    def draw_latents(self, count: int | tf.Tensor) -> tf.Tensor:
        """New latents, drawn by the generator's component and transformed by the regularizers that do so."""
        component = self.networks.generator_component
        latents = component.sample_latents(self.view(Member(component, "latents")), count)
        return self._transformed(latents, self._latent_members, "transform_latents")

    def _transformed(self, values: tf.Tensor, members: Sequence[Member], method: str) -> tf.Tensor:
        for member in members:
            with blaming(member.origin, method):
                values = getattr(member.component, method)(values, self.view(member))
        return values

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples."""
        return self._once("fake", self._generate_fake)

    def _generate_fake(self) -> tf.Tensor:
        fake = self.networks.generate(self.latents, self.labels)
        return tf.stop_gradient(fake) if self.player == "discriminator" else fake

    @property
    def real_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the reals."""
        return self._once("real_pass", lambda: self.discriminator_pass(self._shown_as_real(), self.labels))

    def _shown_as_real(self) -> tf.Tensor:
        return self._transformed(self.real, self._real_members, "discriminator_real")

    @property
    def fake_pass(self) -> DiscriminatorPass:
        """The discriminator's pass on the fakes."""
        return self._once("fake_pass", lambda: self.discriminator_pass(self.fake, self.labels))

    @property
    def real_gradient(self) -> tf.Tensor:
        """The input gradient on the reals."""
        return self._once("real_gradient", self.real_pass.input_gradient)

    @property
    def fake_gradient(self) -> tf.Tensor:
        """The input gradient on the fakes."""
        return self._once("fake_gradient", self.fake_pass.input_gradient)

    def discriminator_pass(self, samples: tf.Tensor, labels: tf.Tensor | None) -> DiscriminatorPass:
        """A discriminator pass on samples, through every transformation of its input."""
        # Persistent, as branches of conditionals each take the gradient for themselves.
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(samples)
            inputs = self._transformed(samples, self._input_members, "discriminator_input")
            output = self.networks.discriminate(inputs, labels)
            logits_sum = tf.reduce_sum(output.logits)
        return DiscriminatorPass(output, logits_sum, samples, tape)


class Step:
    """One update of one player, as a component sees it. B is the batch size.

    Each tensor is computed when it is first asked for, and shared by all components of the update: asking for
    `real_gradient` costs one backward pass through the forward pass that the loss made.
    """

    def __init__(self, tensors: StepTensors, member: Member) -> None:
        self._tensors, self._member = tensors, member

    @property
    def iteration(self) -> tf.Tensor:
        """Int32 scalar: rounds of the schedule that are done."""
        return tf.cast(self._tensors.iteration, tf.int32)

    @property
    def real(self) -> tf.Tensor:
        """Real samples, `[B, *shape]`."""
        return self._tensors.real

    @property
    def labels(self) -> tf.Tensor | None:
        """The classes of the real samples, which the fakes are generated for too: int32 `[B]`, or `None`."""
        return self._tensors.labels

    @property
    def latents(self) -> tf.Tensor:
        """What the fakes are generated from, `[B, latent_dim]`."""
        return self._tensors.latents

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples, `[B, *shape]`; in the discriminator's update they carry no gradient to the generator."""
        return self._tensors.fake

    @property
    def real_output(self) -> Output:
        """The discriminator's output on the reals."""
        return self._tensors.real_pass.output

    @property
    def fake_output(self) -> Output:
        """The discriminator's output on the fakes."""
        return self._tensors.fake_pass.output

    @property
    def real_logits(self) -> tf.Tensor:
        """The discriminator's logits on the reals, float32 `[B]`; those of patches are averaged."""
        return per_sample(self.real_output.logits)

    @property
    def fake_logits(self) -> tf.Tensor:
        """The discriminator's logits on the fakes, float32 `[B]`; those of patches are averaged."""
        return per_sample(self.fake_output.logits)

    @property
    def real_gradient(self) -> tf.Tensor:
        """Gradient of the summed logits by `real`, `[B, *shape]`, differentiable in the discriminator's weights."""
        return self._tensors.real_gradient

    @property
    def fake_gradient(self) -> tf.Tensor:
        """Gradient of the summed logits by `fake`, `[B, *shape]`, differentiable in the discriminator's weights."""
        return self._tensors.fake_gradient

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """An extra pass of the generator: samples `[B, *shape]`, for the step's own labels unless others are given."""
        return self._tensors.networks.generate(latents, self.labels if labels is None else labels)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> Output:
        """An extra pass of the discriminator, for the step's own labels unless others are given."""
        return self._tensors.discriminator_pass(samples, self.labels if labels is None else labels).output

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Gradient of the summed logits at new points, `[B, *shape]`, through an extra pass of the discriminator."""
        labels = self.labels if labels is None else labels
        return self._tensors.discriminator_pass(samples, labels).input_gradient()

    def normal(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Standard normal numbers, float32, from (seed, iteration, component)."""
        return self._tensors.stream(self._member.label).normal(shape)

    def uniform(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Numbers uniform in [0, 1), float32, from (seed, iteration, component)."""
        return self._tensors.stream(self._member.label).uniform(shape)

    @property
    def state(self) -> Mapping[str, Any]:
        """This component's own variables, by the names in its `initial_state`."""
        return self._member.state

    @property
    def generator(self) -> Network | None:
        """The generator itself, for components that look inside it; `generate` is what others call."""
        return self._tensors.networks.generator

    @property
    def discriminator(self) -> Network:
        """The discriminator itself, for components that look inside it; `discriminate` is what others call."""
        return self._tensors.networks.discriminator

    @property
    def discriminator_variables(self) -> Sequence[Any]:
        """The discriminator's trainable variables."""
        return self._tensors.variables["discriminator"]

    @property
    def generator_variables(self) -> Sequence[Any]:
        """The generator's trainable variables."""
        return self._tensors.variables["generator"]
