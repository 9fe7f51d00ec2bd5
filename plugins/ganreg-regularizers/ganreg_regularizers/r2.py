"""The R2 penalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import squared_norms

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class R2(Regularizer):
    """Penalises D's squared gradient norm on generated samples (arXiv:1801.04406, equation 10).

    With the weight gamma and the paper's factor ½::

        gamma/2 · mean over the batch of ‖∇D(G(z))‖²

    ∇D is the gradient of a sample's logits, summed over patches if there are several; its squared norm is the sum over
    all axes of the sample. The loss's own forward pass is reused, so the penalty costs one backward pass.
    """

    bounds_slope: ClassVar[bool] = True

    weight: float = parameter(
        10.0,
        "multiplies half the mean squared norm (the paper's gamma)",
        validators.ge(0.0),
        search=(0.01, 100.0, "log"),
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns gamma/2 · mean ‖∇D(G(z))‖², a scalar."""
        return self.weight / 2 * ops.mean(squared_norms(step.fake_gradient))
