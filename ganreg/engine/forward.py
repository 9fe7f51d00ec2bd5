"""Forward passes: how the engine calls a network in training mode."""

from __future__ import annotations

from typing import Any

import attrs
import tensorflow as tf

from ganreg.contract.networks import Generator
from ganreg.contract.outputs import Network, Output
from ganreg.engine.attribution import attributed
from ganreg.errors import AssemblyError


@attrs.frozen(eq=False)
class Maker:
    """A network that makes samples.

    Attributes:
        network: `inputs -> samples`, or `[inputs, labels] -> samples`; `None` in tests of discriminators.
        conditional: whether the network takes labels. Defaults to `False`.
        component: the implementation that built it, a `ganreg.Generator` or a `ganreg.Translator`.
        origin: its name in messages, with its distribution.
    """

    network: Network | None
    conditional: bool = False
    component: Any = attrs.field(factory=Generator)
    origin: str = "the generator"

    def __call__(self, inputs: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Runs the network.

        Args:
            inputs: latents or samples, `[B, ...]`.
            labels: int32 `[B]`, or `None`.

        Returns:
            Samples `[B, *shape]`, float32 even in mixed precision.

        Raises:
            AssemblyError: there is no network.
        """
        if self.network is None:
            raise AssemblyError("this step has no generator; pass one to the function that made the step")
        with attributed(self.origin, "call"):
            samples = self.network([inputs, labels] if self.conditional else inputs, training=True)
        return samples if samples.dtype.size >= tf.float32.size else tf.cast(samples, tf.float32)


@attrs.frozen(eq=False)
class Judge:
    """A discriminator.

    Attributes:
        network: `samples -> outputs`, or `[samples, labels] -> outputs`.
        conditional: whether the network takes labels. Defaults to `False`.
        origin: its name in messages, with its distribution.
    """

    network: Network
    conditional: bool = False
    origin: str = "the discriminator"

    def __call__(self, samples: tf.Tensor, labels: tf.Tensor | None) -> Output:
        """Runs the network.

        Args:
            samples: `[B, *shape]`.
            labels: int32 `[B]`, or `None`.
        """
        with attributed(self.origin, "call"):
            outputs = self.network([samples, labels] if self.conditional else samples, training=True)
        return Output.of(outputs)
