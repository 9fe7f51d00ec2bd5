"""The step: one update of one player as a component sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.game_step import GameStep
from ganreg.contract.numbers import RandomNumbers
from ganreg.contract.outputs import Network, Output


class SharedTensors(Protocol):
    """The tensors of one update that the steps of all components share; the engine computes each at most once."""

    game_step: GameStep
    variables: Mapping[str, Sequence[Any]]

    @property
    def devices(self) -> int:
        """The number of devices that share the batch."""

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """Averages values over the samples of all devices."""

    @property
    def real(self) -> tf.Tensor:
        """Real samples, `[B, *shape]`."""

    @property
    def fake_labels(self) -> tf.Tensor | None:
        """The classes that the generated samples should have, int32 `[B]`, or `None`."""

    @property
    def latents(self) -> tf.Tensor:
        """The latents of the generated samples, `[B, latent_dim]`."""

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples, `[B, *shape]`."""

    @property
    def real_output(self) -> Output:
        """The discriminator's output on the real samples."""

    @property
    def fake_output(self) -> Output:
        """The discriminator's output on the generated samples."""

    @property
    def real_gradient(self) -> tf.Tensor:
        """The input gradient at the real samples, `[B, *shape]`."""

    @property
    def fake_gradient(self) -> tf.Tensor:
        """The input gradient at the generated samples, `[B, *shape]`."""

    @property
    def generator(self) -> Network | None:
        """The generator network, or `None` if there is none."""

    @property
    def discriminator(self) -> Network:
        """The discriminator network."""

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Runs an extra pass of the generator."""

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Runs an extra pass of the discriminator."""

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Computes the input gradient at new points."""

    def stream(self, owner: str) -> RandomNumbers:
        """Returns the random numbers of the component labelled `owner`."""


class Step:
    """One update of one player as a component sees it, in one match of the game. B is the batch size.

    A match is one discriminator with what it is shown; most games have a single one. Each tensor is computed when it is
    first used, and shared by all components of the update: `real_gradient`, for example, costs one backward pass
    through the forward pass that the loss already made.
    """

    def __init__(self, tensors: SharedTensors, part: Part) -> None:
        self._tensors, self._part = tensors, part

    @property
    def iteration(self) -> tf.Tensor:
        """The number of iterations of the schedule that are done, an int32 scalar."""
        return tf.cast(self._tensors.game_step.iteration, tf.int32)

    @property
    def game_step(self) -> GameStep:
        """The same update as the game sees it, for components that use the game's networks or its sources."""
        return self._tensors.game_step

    @property
    def real(self) -> tf.Tensor:
        """Real samples, `[B, *shape]`; where the game says so, joined with what they are judged with."""
        return self._tensors.real

    @property
    def labels(self) -> tf.Tensor | None:
        """The classes of the real samples: int32 `[B]`, or `None`."""
        return self._tensors.game_step.labels

    @property
    def fake_labels(self) -> tf.Tensor | None:
        """The classes that the generated samples should have: int32 `[B]`, or `None`; usually `labels`."""
        return self._tensors.fake_labels

    @property
    def latents(self) -> tf.Tensor:
        """The latents of the generated samples, `[B, latent_dim]`."""
        return self._tensors.latents

    @property
    def fake(self) -> tf.Tensor:
        """Generated samples, `[B, *shape]`; in the discriminator's update they carry no gradient to the generator."""
        return self._tensors.fake

    @property
    def real_output(self) -> Output:
        """The discriminator's output on the real samples."""
        return self._tensors.real_output

    @property
    def fake_output(self) -> Output:
        """The discriminator's output on the generated samples."""
        return self._tensors.fake_output

    @property
    def real_logits(self) -> tf.Tensor:
        """The discriminator's logits on the real samples, float32 `[B]`, or `[B·h·w]` of a patch discriminator."""
        return self.real_output.all_logits

    @property
    def fake_logits(self) -> tf.Tensor:
        """The discriminator's logits on the generated samples, float32 `[B]`, or `[B·h·w]` of a patch discriminator."""
        return self.fake_output.all_logits

    @property
    def real_gradient(self) -> tf.Tensor:
        """The gradient of the summed logits with respect to `real`, `[B, *shape]`.

        It is differentiable with respect to the discriminator's weights.
        """
        return self._tensors.real_gradient

    @property
    def fake_gradient(self) -> tf.Tensor:
        """The gradient of the summed logits with respect to `fake`, `[B, *shape]`.

        It is differentiable with respect to the discriminator's weights.
        """
        return self._tensors.fake_gradient

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Runs an extra pass of the generator.

        Args:
            latents: `[B, latent_dim]`.
            labels: int32 `[B]`. Defaults to the step's labels.

        Returns:
            Samples `[B, *shape]`, float32, as the discriminator would be shown them.

        Raises:
            AssemblyError: samples are made from other samples in this game.
        """
        return self._tensors.generate(latents, self.labels if labels is None else labels)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> Output:
        """Runs an extra pass of the discriminator.

        Args:
            samples: `[B, *shape]`.
            labels: int32 `[B]`. Defaults to the step's labels.
        """
        return self._tensors.discriminate(samples, self.labels if labels is None else labels)

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Computes the gradient of the summed logits at new points through an extra pass of the discriminator.

        Args:
            samples: `[B, *shape]`.
            labels: int32 `[B]`. Defaults to the step's labels.

        Returns:
            The gradient, `[B, *shape]`, differentiable with respect to the discriminator's weights.
        """
        return self._tensors.input_gradient(samples, self.labels if labels is None else labels)

    def normal(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws standard normal numbers, float32, determined by the seed, the update and the component.

        Args:
            shape: the shape of the numbers.
            axis: the axis of the samples. Where several devices share a batch, each draws its part of what one device
                would draw for the whole batch. Defaults to the first axis.
        """
        return self._tensors.stream(self._part.label).normal(shape, axis)

    def uniform(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws numbers uniformly from [0, 1), float32, determined by the seed, the update and the component.

        Args:
            shape: the shape of the numbers.
            axis: the axis of the samples, as for `normal`. Defaults to the first axis.
        """
        return self._tensors.stream(self._part.label).uniform(shape, axis)

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """Averages values `[B, ...]` over the samples of all devices that share the batch; differentiable.

        On a single device it is `tf.reduce_mean(values, axis=0)`. What a component computes from such means alone is
        the same on every device. It cannot be called inside of a conditional or a loop.

        Args:
            values: one value for each sample, or one for each logit.

        Returns:
            The mean, of the shape of one value.
        """
        return self._tensors.mean(values)

    @property
    def replicas(self) -> int:
        """The number of devices that share the batch, each with B of its samples; 1 outside of such a training."""
        return self._tensors.devices

    @property
    def state(self) -> Mapping[str, Any]:
        """The component's own variables, by the names in its `initial_state`."""
        return self._part.state

    @property
    def generator(self) -> Network | None:
        """The generator network, for components that inspect it; to generate samples, call `generate`."""
        return self._tensors.generator

    @property
    def discriminator(self) -> Network:
        """The discriminator network, for components that inspect it; to run it, call `discriminate`."""
        return self._tensors.discriminator

    @property
    def discriminator_variables(self) -> Sequence[Any]:
        """The discriminator's trainable variables."""
        return self._tensors.variables["discriminator"]

    @property
    def generator_variables(self) -> Sequence[Any]:
        """The generator's trainable variables."""
        return self._tensors.variables["generator"]
