"""Consistency regularization."""

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
class Consistency(RandomTransformation):
    """Penalises changes of D's logits when real samples are augmented (CR, arXiv:1910.12027, equation 3).

    With the weight λ and a random augmentation T::

        D:  λ · mean over the batch of (D(x) - D(T(x)))²

    on D's output before its activation, as in the paper; patch logits are averaged. T flips images and shifts them by
    up to 1/8 of a side (4 pixels of 32); other samples get Gaussian noise, which extends the paper.
    """

    weight: float = parameter(
        10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · (D(x) - D(T(x)))², `[B]`; costs one extra pass of D."""
        after = step.discriminate(self.transformed(step.real, step))
        return self.weight * squared_change(step.real_output, after)
