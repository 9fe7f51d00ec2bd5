"""The gradient penalty of DRAGAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import norms
from ganreg_regularizers.interpolation import shares

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class Dragan(Regularizer):
    """Penalises gradient norms of D other than 1 near real samples (arXiv:1705.07215, section 2.3).

    With the weight λ, the scale c, and the standard deviation s of all values in the batch of real samples::

        x̂ = x + c·s·u,    u ~ U[0, 1) for each value of each sample
        λ · mean over the batch of (‖∇D(x̂)‖ - 1)²

    The paper writes the noise as N(0, cI); its authors' code draws it as above, with c = 0.5 and λ = 10, which are the
    defaults here. That code then moves x̂ to a random point on the line from x to x̂, by one number per sample, which
    `along_line` does. `noise="normal"` draws u from N(0, 1).

    ∇D is the gradient of a sample's logits, summed over patches if there are several; the norm is over all axes of
    the sample. The gradient must depend on one sample only, so D must not normalise over the batch.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True
    sees_batch: ClassVar[bool] = True

    weight: float = parameter(
        10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )
    scale: float = parameter(
        0.5, "scale of the noise, in standard deviations of the real samples (c)", validators.ge(0.0), search=(0.1, 1.0)
    )
    noise: Literal["uniform", "normal"] = parameter(
        "uniform", "distribution of the noise: U[0, 1) or N(0, 1)", validators.in_(("uniform", "normal"))
    )
    along_line: bool = parameter(
        False, "uses a random point between each real sample and its perturbed copy", validators.instance_of(bool)
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · mean (‖∇D(x̂)‖ - 1)², a scalar; costs one extra pass of D."""
        excess = norms(step.input_gradient(self._perturbed(step))) - 1.0
        return self.weight * ops.mean(ops.square(excess))

    def _perturbed(self, step: Step) -> tf.Tensor:
        real = step.real
        shape = ops.shape(real)
        draw = step.uniform if self.noise == "uniform" else step.normal
        shift = self.scale * ops.std(real) * ops.cast(draw(shape), real.dtype)
        if self.along_line:
            shift *= shares(step)
        return real + shift
