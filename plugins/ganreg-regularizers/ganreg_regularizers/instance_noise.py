"""Instance noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class InstanceNoise(Regularizer):
    """Adds Gaussian noise to everything D sees, so that real and generated data overlap (arXiv:1610.04490).

    With the standard deviation s, the iteration k and K iterations of annealing::

        D(x + ε),    ε ~ N(0, s²·max(0, 1 - k/K)²) for each value of each sample

    Real and generated samples get independent noise in every update of either player. K = 0 keeps s constant. Why noise
    helps is explained in arXiv:1701.04862.
    """

    standard_deviation: float = parameter(
        0.1, "standard deviation of the noise, in units of the data", validators.ge(0.0), search=(0.01, 1.0, "log")
    )
    anneal_steps: int = parameter(
        0, "iterations over which the noise falls linearly to 0; 0 keeps it constant", validators.ge(0)
    )

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns x + ε, `[B, *shape]`."""
        noise = self._deviation(step) * step.normal(ops.shape(samples))
        return samples + ops.cast(noise, samples.dtype)

    def _deviation(self, step: Step) -> tf.Tensor | float:
        if not self.anneal_steps:
            return self.standard_deviation
        done = ops.cast(step.iteration, "float32") / self.anneal_steps
        return self.standard_deviation * ops.relu(1.0 - done)
