"""Latent consistency regularization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import squared_norms
from ganreg_regularizers.transformations import squared_change

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class LatentConsistency(Regularizer):
    """Makes D insensitive, and G sensitive, to small changes of the latents (zCR, arXiv:2002.04724, section 2.2).

    With the weights λ_dis and λ_gen, and Δ ~ N(0, σ²) for each latent::

        D:   weight · λ_dis · mean over the batch of (D(G(z)) - D(G(z + Δ)))²
        G:  -weight · λ_gen · mean over the batch of ‖G(z) - G(z + Δ)‖²

    The norm sums over a sample's values, as the paper writes it; `distance="mean"` takes their mean, as some
    implementations do, which is weaker by a factor of the number of values in a sample. The second term keeps G from
    ignoring its latents, which the first alone would encourage. The paper's weights are 5 and 0.5.
    """

    needs_latents: ClassVar[bool] = True

    weight: float = parameter(1.0, "multiplies both penalties", validators.ge(0.0), search=(0.1, 10.0, "log"))
    discriminator_weight: float = parameter(5.0, "multiplies D's penalty (the paper's λ_dis)", validators.ge(0.0))
    generator_weight: float = parameter(0.5, "multiplies G's penalty (the paper's λ_gen)", validators.ge(0.0))
    standard_deviation: float = parameter(0.07, "standard deviation of Δ (the paper's σ)", validators.gt(0.0))
    distance: Literal["sum", "mean"] = parameter(
        "sum", "sum or mean of squares over a sample's values", validators.in_(("sum", "mean"))
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns weight · λ_dis · (D(G(z)) - D(G(z + Δ)))², `[B]`; costs an extra pass of G and of D."""
        after = step.discriminate(tf.stop_gradient(self._moved(step)))
        return self.weight * self.discriminator_weight * squared_change(step.fake_output, after)

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns -weight · λ_gen · ‖G(z) - G(z + Δ)‖², `[B]`; costs an extra pass of G."""
        squared = squared_norms(step.fake - self._moved(step))
        if self.distance == "mean":
            squared /= float(step.fake.shape[1:].num_elements())
        return -self.weight * self.generator_weight * squared

    def _moved(self, step: Step) -> tf.Tensor:
        """Returns G(z + Δ), `[B, *shape]`."""
        noise = tf.cast(step.normal(ops.shape(step.latents)), step.latents.dtype)
        return step.generate(step.latents + self.standard_deviation * noise)
