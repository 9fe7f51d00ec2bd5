"""The base class of regularizers. B is the batch size, `shape` is `DataSpec.shape`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

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
class Regularizer(Implementation):
    """Anything that joins the game beside the loss. Every method is optional; only what is overridden costs.

    Attributes:
        every: lazy regularization (StyleGAN2, arXiv:1912.04958, appendix B): the penalties are computed each N-th
            update of their player and then count N times.
        bounds_slope: whether it keeps the discriminator's slope bounded, which a Wasserstein loss needs.
        needs_independent_samples: whether it is wrong where one sample's logits depend on the batch's statistics.
        replaces_generator_loss: whether its generator penalty stands instead of the loss's own generator part.
        judges_labels: whether it makes the generator heed its labels, so that the discriminator need not take them.
        needs_output_per_sample: whether it is wrong where the discriminator judges several samples at once.
    """

    bounds_slope: ClassVar[bool] = False
    needs_independent_samples: ClassVar[bool] = False
    judges_labels: ClassVar[bool] = False
    needs_output_per_sample: ClassVar[bool] = False

    every: int = parameter(1, "penalties are applied each N-th update, N times as strong", validators.ge(1))

    @property
    def replaces_generator_loss(self) -> bool:
        """Whether the generator's penalty stands instead of the loss's own generator part."""
        return False

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with layers changed or added; same inputs and output shape."""
        return model

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with layers changed or added; same inputs and output structure."""
        return model

    def discriminator_data(self, data: DataSpec) -> DataSpec:
        """Returns what the discriminator is built for; `wrap_discriminator` then makes it take the data's samples.

        A regularizer that overrides it wraps the discriminator after all others, which are given what this returns.
        """
        return data

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns named initial values that the engine keeps as checkpointed variables, found in `step.state`.

        Scalars among them are logged, as `LABEL/NAME`.
        """
        return {}

    def initial_network_state(self, generator: keras.Model, discriminator: keras.Model) -> Mapping[str, Any]:
        """Returns further initial values, where they depend on the networks' own variables."""
        return {}

    def transform_latents(self, latents: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms the latents that fakes are generated from, `[B, latent_dim]`, in training and in sampling."""
        return latents

    def discriminator_real(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns what the discriminator is shown as real, `[B, *shape]`; `step.real` stays as it is."""
        return samples

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms whatever the discriminator sees, `[B, *shape]`: reals and fakes, in both players' updates."""
        return samples

    def generator_weights(self, step: Step) -> tf.Tensor:
        """Returns how much each fake counts in the generator's loss, `[B]`, at least one of them above 0."""
        raise NotImplementedError

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns what is added to the discriminator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns what is added to the generator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""
