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

    from ganreg.contract.assembly import Assembly
    from ganreg.contract.step import Step


@attrs.frozen(kw_only=True)
class Regularizer(Implementation):
    """Anything that changes the training in addition to the loss.

    Every method is optional; methods that are not overridden cost nothing.

    Attributes:
        every: lazy regularization (StyleGAN2, arXiv:1912.04958, appendix B): the penalties are computed in every N-th
            update of their player and multiplied by N. Defaults to 1.
        bounds_slope: whether it bounds the discriminator's slope, which a Wasserstein loss needs. Defaults to `False`.
        needs_independent_samples: whether each sample's logits must not depend on batch statistics. Defaults to
            `False`.
        replaces_generator_loss: whether its generator penalty replaces the loss's generator part. Defaults to `False`.
        judges_labels: whether it makes the generator follow its labels, so that the discriminator need not take them.
            Defaults to `False`.
        needs_output_per_sample: whether the discriminator must compute one logit per sample. Defaults to `False`.
        needs_latents: whether it uses latents, so that samples must be generated from latents. Defaults to `False`.
    """

    bounds_slope: ClassVar[bool] = False
    needs_independent_samples: ClassVar[bool] = False
    judges_labels: ClassVar[bool] = False
    needs_output_per_sample: ClassVar[bool] = False
    needs_latents: ClassVar[bool] = False

    every: int = parameter(1, "apply penalties in every N-th update, N times as strong", validators.ge(1))

    @property
    def pack(self) -> int:
        """The number of neighbours in a batch that the discriminator classifies jointly. Defaults to 1.

        If the discriminator takes labels, they share theirs, in batches from samples in memory.
        """
        return 1

    @property
    def replaces_generator_loss(self) -> bool:
        """Whether the generator penalty replaces the loss's generator part."""
        return False

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with changed or added layers, but with the same inputs and output shape."""
        return model

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with changed or added layers, but with the same inputs and output structure."""
        return model

    def discriminator_data(self, data: DataSpec) -> DataSpec:
        """Returns the description of the samples for which the discriminator is built. Defaults to `data`.

        A regularizer that overrides this method must make the discriminator accept the data's own samples in
        `wrap_discriminator`, which is called after those of all other regularizers; they get the description that this
        method returns.
        """
        return data

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns the initial values of the component's own variables, by name. Defaults to none.

        The variables are stored in checkpoints and available as `step.state`. Scalars are logged as `LABEL/NAME`.
        """
        return {}

    def initial_network_state(self, generator: keras.Model, discriminator: keras.Model) -> Mapping[str, Any]:
        """Returns further initial values that depend on the networks' own variables. Defaults to none."""
        return {}

    def initial_assembly_state(self, assembly: Assembly) -> Mapping[str, Any]:
        """Returns further initial values that depend on the assembly, such as on its dataset. Defaults to none.

        A value can be a `tf.Variable` whose shape is open. If `assembly.restored`, values from a checkpoint replace all
        initial ones; files that only initial values are made from may then be missing.
        """
        return {}

    def transform_latents(self, latents: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms the latents `[B, latent_dim]`, during training and sampling."""
        return latents

    def discriminator_real(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms the samples `[B, *shape]` that the discriminator is shown as real; `step.real` does not change."""
        return samples

    def discriminator_fake(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms the samples `[B, *shape]` that the discriminator is shown as fake in its own updates.

        `step.fake` and the generator's updates do not change.
        """
        return samples

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms every input of the discriminator, `[B, *shape]`: real and generated samples, in all updates."""
        return samples

    def generator_weights(self, step: Step) -> tf.Tensor:
        """Returns each generated sample's weight in the generator's loss, `[B]`; at least one must be positive."""
        raise NotImplementedError

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty that is added to the discriminator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty that is added to the generator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""
