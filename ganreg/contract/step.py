"""The step: one update of one player, as a component sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part

Network = Callable[..., Any]
"""A Keras model, or in a test any function with the same signature."""


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


def per_sample(logits: tf.Tensor) -> tf.Tensor:
    """Logits `[B, 1]`, or those of a patch discriminator `[B, h, w, 1]`, averaged to float32 `[B]`."""
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(logits, axis=list(range(1, logits.shape.rank)))


class RandomNumbers(Protocol):
    """One component's random numbers in one update."""

    def normal(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Standard normal numbers, float32."""

    def uniform(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Numbers uniform in [0, 1), float32."""


class SharedTensors(Protocol):
    """What the steps of all components of one update read; the engine computes each tensor at most once."""

    real: tf.Tensor
    labels: tf.Tensor | None
    iteration: tf.Tensor | int
    variables: Mapping[str, Sequence[Any]]

    @property
    def latents(self) -> tf.Tensor:
        """See `Step`; so are the rest."""

    @property
    def fake(self) -> tf.Tensor: ...  # noqa: D102

    @property
    def real_output(self) -> Output: ...  # noqa: D102

    @property
    def fake_output(self) -> Output: ...  # noqa: D102

    @property
    def real_gradient(self) -> tf.Tensor: ...  # noqa: D102

    @property
    def fake_gradient(self) -> tf.Tensor: ...  # noqa: D102

    @property
    def generator(self) -> Network | None: ...  # noqa: D102

    @property
    def discriminator(self) -> Network: ...  # noqa: D102

    def generate(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor: ...  # noqa: D102

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output: ...  # noqa: D102

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor: ...  # noqa: D102

    def stream(self, owner: str) -> RandomNumbers: ...  # noqa: D102


class Step:
    """One update of one player, as a component sees it. B is the batch size.

    Each tensor is computed when it is first asked for, and shared by all components of the update: asking for
    `real_gradient` costs one backward pass through the forward pass that the loss made.
    """

    def __init__(self, tensors: SharedTensors, part: Part) -> None:
        self._tensors, self._part = tensors, part

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
        return self._tensors.real_output

    @property
    def fake_output(self) -> Output:
        """The discriminator's output on the fakes."""
        return self._tensors.fake_output

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
        return self._tensors.generate(latents, self.labels if labels is None else labels)

    def discriminate(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> Output:
        """An extra pass of the discriminator, for the step's own labels unless others are given."""
        return self._tensors.discriminate(samples, self.labels if labels is None else labels)

    def input_gradient(self, samples: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Gradient of the summed logits at new points, `[B, *shape]`, through an extra pass of the discriminator."""
        return self._tensors.input_gradient(samples, self.labels if labels is None else labels)

    def normal(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Standard normal numbers, float32, from (seed, iteration, component)."""
        return self._tensors.stream(self._part.label).normal(shape)

    def uniform(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Numbers uniform in [0, 1), float32, from (seed, iteration, component)."""
        return self._tensors.stream(self._part.label).uniform(shape)

    @property
    def state(self) -> Mapping[str, Any]:
        """This component's own variables, by the names in its `initial_state`."""
        return self._part.state

    @property
    def generator(self) -> Network | None:
        """The generator itself, for components that look inside it; `generate` is what others call."""
        return self._tensors.generator

    @property
    def discriminator(self) -> Network:
        """The discriminator itself, for components that look inside it; `discriminate` is what others call."""
        return self._tensors.discriminator

    @property
    def discriminator_variables(self) -> Sequence[Any]:
        """The discriminator's trainable variables."""
        return self._tensors.variables["discriminator"]

    @property
    def generator_variables(self) -> Sequence[Any]:
        """The generator's trainable variables."""
        return self._tensors.variables["generator"]
