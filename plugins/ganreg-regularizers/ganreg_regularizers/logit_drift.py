"""The drift penalty of progressive growing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class LogitDrift(Regularizer):
    """Keeps D's logits of real samples from drifting away from 0 (arXiv:1710.10196, appendix A.1).

    With the weight ε::

        ε · mean over the batch of D(x)²

    A Wasserstein loss depends only on differences of logits, so nothing else fixes their common level. Patch logits are
    averaged per sample first, as for the loss. It needs no extra pass of D.
    """

    weight: float = parameter(
        0.001, "multiplies the penalty (the paper's ε)", validators.ge(0.0), search=(0.0001, 0.1, "log")
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns ε · mean D(x)², a scalar."""
        return self.weight * ops.mean(ops.square(step.real_logits))
