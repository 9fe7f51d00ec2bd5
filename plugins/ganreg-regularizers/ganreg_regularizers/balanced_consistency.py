"""Balanced consistency regularization."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import parameter
from ganreg.lazy import tf
from ganreg_regularizers.transformations import RandomTransformation, squared_change

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class BalancedConsistency(RandomTransformation):
    """Penalises changes of D's logits when any samples are augmented (bCR, arXiv:2002.04724, section 2.1).

    With the weights λ_real and λ_fake, and a random augmentation T::

        D:  weight · mean over the batch of λ_real·(D(x) - D(T(x)))² + λ_fake·(D(G(z)) - D(T(G(z))))²

    on D's output before its activation; patch logits are averaged. T is that of `consistency`. If only real samples
    were augmented, G would learn to imitate the augmentation. Both weights are 10 in the paper.
    """

    weight: float = parameter(1.0, "multiplies the whole penalty", validators.ge(0.0))
    real_weight: float = parameter(
        10.0, "multiplies the term of real samples (the paper's λ_real)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )
    fake_weight: float = parameter(
        10.0,
        "multiplies the term of generated samples (the paper's λ_fake)",
        validators.ge(0.0),
        search=(0.1, 100.0, "log"),
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the weighted squared changes of both terms, `[B]`; costs two extra passes of D."""
        reals = step.discriminate(self.transformed(step.real, step))
        fakes = step.discriminate(self.transformed(step.fake, step))
        on_reals = self.real_weight * squared_change(step.real_output, reals)
        return self.weight * (on_reals + self.fake_weight * squared_change(step.fake_output, fakes))
