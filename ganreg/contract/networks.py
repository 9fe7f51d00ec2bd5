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
        latent_dim: the size of a latent vector. Defaults to 64.
        conditional: whether the network takes labels in addition to the latents. `None` means that it does if the data
            have labels; the assembly decides this before `build`. Defaults to `False`.
    """

    latent_dim: int = parameter(64, "size of a latent vector", validators.ge(1))
    conditional: bool | None = parameter(
        False, "whether it takes class labels as a second input; none: if the data have labels"
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network.

        Args:
            data: the description of one sample.

        Returns:
            A model from latents `[B, latent_dim]` (if conditional, from a list of latents and labels `[B]`) to samples
            `[B, *shape]`, which are within `data.value_range` unless that is `None`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    def sample_latents(self, step: Step, count: int | tf.Tensor) -> tf.Tensor:
        """Draws latents, `[count, latent_dim]`. Defaults to a standard normal distribution.

        Args:
            step: the source of random numbers, `step.normal(shape)` and `step.uniform(shape)`, which a resumed run
                repeats exactly.
            count: the number of latents.
        """
        return step.normal((count, self.latent_dim))

    def split(self, network: keras.Model) -> tuple[keras.Model, keras.Model] | None:
        """Splits the network into a mapping and a synthesis network, where it consists of these.

        Truncation then moves what the mapping network makes towards its mean, as in StyleGAN. Otherwise it draws the
        latents from a truncated distribution, as in BigGAN.

        Args:
            network: what `build` returned, perhaps changed by a regularizer.

        Returns:
            A model from latents `[B, latent_dim]` (if conditional, from a list of latents and labels `[B]`) to styles
            `[B, ...]`, and a model from styles to samples, which share the network's weights; or `None`, which is the
            default.
        """
        return None


@attrs.frozen(kw_only=True)
class Discriminator(Implementation):
    """Distinguishes real samples from generated ones.

    Attributes:
        conditional: whether the network takes labels in addition to the samples. `None` means that it does if the data
            have labels; the assembly decides this before `build`. Defaults to `False`.
        gives_energy: whether its logits are a negative energy, never above 0, such as minus an autoencoder's error.
            Defaults to `False`.
    """

    conditional: bool | None = parameter(
        False, "whether it takes class labels as a second input; none: if the data have labels"
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network.

        Args:
            data: the description of one sample.

        Returns:
            A model from samples `[B, *shape]` (if conditional, from a list of samples and labels `[B]`) to a dict:
            `"logits"`, `[B, 1]` or `[B, h, w, 1]`, unbounded and greater for real samples; and `"features"`, a tuple of
            hidden activations, from shallow to deep.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    gives_energy: ClassVar[bool] = False

    @property
    def normalizes_batch(self) -> bool:
        """Whether one sample's logits depend on the other samples of its batch through batch statistics."""
        return False

    def without_batch_statistics(self) -> Discriminator | None:
        """Returns the same discriminator without batch statistics, to suggest it in messages; `None` if impossible."""
        return None
