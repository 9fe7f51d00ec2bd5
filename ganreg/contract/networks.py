"""The base classes of generators and discriminators.

B is the batch size, `shape` is `DataSpec.shape`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg.contract.implementation import Implementation
from ganreg.contract.parameters import parameter
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from ganreg.contract.step import Step


@attrs.frozen(kw_only=True)
class Generator(Implementation):
    """Turns latents into samples.

    Attributes:
        latent_dim: how many numbers one latent vector has.
        conditional: whether the network takes labels in addition to the latents; `None` follows the data, so that it
            does where they have labels. An assembly settles it before `build`.
    """

    latent_dim: int = parameter(64, "numbers in one latent vector", validators.ge(1))
    conditional: bool | None = parameter(
        False, "whether it takes class labels as a second input; none: where the data have labels"
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network: latents `[B, latent_dim]` (with labels `[B]`, as a list) to samples `[B, *shape]`.

        Args:
            data: what the samples must look like.

        Returns:
            A model whose output keeps to `data.value_range` where there is one.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    def sample_latents(self, step: Step, count: int | tf.Tensor) -> tf.Tensor:
        """Draws `count` latents, `[count, latent_dim]`; a standard normal unless overridden.

        Args:
            step: gives `step.normal(shape)` and `step.uniform(shape)`, which a resumed run repeats exactly.
            count: how many to draw.
        """
        return step.normal((count, self.latent_dim))


@attrs.frozen(kw_only=True)
class Discriminator(Implementation):
    """Tells real samples from generated ones.

    Attributes:
        conditional: whether the network takes labels in addition to the samples; `None` follows the data, so that it
            does where they have labels. An assembly settles it before `build`.
        gives_energy: whether its logits are minus an energy, never above 0, such as an autoencoder's error.
    """

    conditional: bool | None = parameter(
        False, "whether it takes class labels as a second input; none: where the data have labels"
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network: samples `[B, *shape]` (with labels `[B]`, as a list) to a dict.

        Returns:
            A model with the outputs `"logits"`, `[B, 1]` or `[B, h, w, 1]`, unbounded, greater for real; and
            `"features"`, a tuple of hidden activations, shallow to deep.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    gives_energy: ClassVar[bool] = False

    @property
    def normalizes_batch(self) -> bool:
        """Whether one sample's logits depend on the others in its batch through batch statistics."""
        return False

    def without_batch_statistics(self) -> Discriminator | None:
        """Returns the same discriminator without batch statistics, for messages that suggest it; `None` if it has none."""
        return None
