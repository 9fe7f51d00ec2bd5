"""Weight clipping."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class WeightClipping(Regularizer):
    """Clips each of D's weights to [-c, c] after each of its updates (arXiv:1701.07875, algorithm 1).

    A discriminator with bounded weights has a bounded slope. As in the authors' code, every trainable variable is
    clipped, including biases and normalisation gains. This is not a penalty, so it has no weight.
    """

    bounds_slope: ClassVar[bool] = True

    limit: float = parameter(
        0.01, "largest absolute value of a weight (the paper's c)", validators.gt(0.0), search=(0.001, 0.1, "log")
    )

    def after_discriminator_update(self, step: Step) -> None:
        """Assigns min(max(w, -c), c) to each trainable variable of D."""
        for variable in step.discriminator_variables:
            variable.assign(ops.clip(variable, -self.limit, self.limit))
