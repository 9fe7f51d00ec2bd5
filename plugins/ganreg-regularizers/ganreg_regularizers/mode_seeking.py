"""Mode seeking."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class ModeSeeking(Regularizer):
    """Rewards samples for differing as much as their latents do (MSGAN, arXiv:1903.05628, equation 3).

    With two latents z₁ and z₂ per sample, the same label c, and the mean absolute difference d over the batch::

        r = d(G(c, z₁), G(c, z₂)) / d(z₁, z₂)

        inverse    λ / (r + ε)      the authors' code, ε = 1e-5; bounded from below
        negative   -λ · r           the paper's equation, which is maximised; unbounded

    z₂ is the latent of the sample's neighbour in the batch, so that no extra pass of G is needed without labels. λ is 1
    in the paper. A batch of 1 has no neighbour, and its r is 0.
    """

    needs_latents: ClassVar[bool] = True
    sees_batch: ClassVar[bool] = True

    weight: float = parameter(
        1.0, "multiplies the penalty (the paper's λ_ms)", validators.ge(0.0), search=(0.01, 10.0, "log")
    )
    form: Literal["inverse", "negative"] = parameter(
        "inverse", "1/(r + ε) or -r", validators.in_(("inverse", "negative"))
    )
    epsilon: float = parameter(1e-5, "keeps 1/(r + ε) finite", validators.gt(0.0))

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ/(r + ε) or -λ·r, a scalar."""
        latents = tf.roll(step.latents, 1, axis=0)
        others = tf.roll(step.fake, 1, axis=0) if step.labels is None else step.generate(latents)
        apart = tf.reduce_mean(tf.abs(step.latents - latents))
        some = apart > 0
        ratio = tf.reduce_mean(tf.abs(step.fake - others)) / tf.cast(tf.where(some, apart, 1.0), step.fake.dtype)
        ratio = tf.where(some, ratio, tf.zeros_like(ratio))
        return self.weight * (-ratio if self.form == "negative" else 1.0 / (ratio + self.epsilon))
