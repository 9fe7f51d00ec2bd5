"""LeCam regularization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Regularizer, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class LeCam(Regularizer):
    """Penalises the distance of D's logits to moving averages, for small datasets (arXiv:2104.03310).

    With the weight λ, and the moving averages α_R and α_F of D's mean logit on real and on generated samples::

        λ · (mean over the batch of max(0, D(x) - α_F)² + mean over the batch of max(0, α_R - D(G(z)))²)

    The paper (equation 4) penalises both sides, without the max; its authors' code only these, which is the default
    here. The averages are constants in the penalty. After each update of D, from the mean logits l of that update::

        a ← d·a + (1 - d)·l,    w ← d·w + (1 - d),    α = a / w,    with a and w initially 0

    so that α is an average of the logits so far, not of them and zeros. There is no penalty in D's first update. The
    paper uses λ = 0.3 for BigGAN on CIFAR. It needs no extra pass of D.
    """

    state_follows_weights: ClassVar[bool] = True

    weight: float = parameter(
        0.3, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.001, 10.0, "log")
    )
    decay: float = parameter(0.99, "decay of the moving averages", validators.ge(0.0), validators.lt(1.0))
    one_sided: bool = parameter(
        True, "penalises only logits on the correct side, as the authors' code does", validators.instance_of(bool)
    )

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns both averages and their weight, initially 0."""
        return {"real_average": 0.0, "fake_average": 0.0, "weight": 0.0}

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · (mean max(0, D(x) - α_F)² + mean max(0, α_R - D(G(z)))²), a scalar."""
        weight = ops.convert_to_tensor(step.state["weight"])
        started = weight > 0
        divisor = ops.where(started, weight, ops.ones_like(weight))
        real_excess = step.real_logits - step.state["fake_average"] / divisor
        fake_excess = step.state["real_average"] / divisor - step.fake_logits
        if self.one_sided:
            real_excess, fake_excess = ops.relu(real_excess), ops.relu(fake_excess)
        penalty = ops.mean(ops.square(real_excess)) + ops.mean(ops.square(fake_excess))
        return ops.where(started, self.weight * penalty, ops.zeros_like(penalty))

    def after_discriminator_update(self, step: Step) -> None:
        """Moves both averages towards the mean logits of this update."""
        means = {
            "real_average": step.mean(step.real_logits),
            "fake_average": step.mean(step.fake_logits),
            "weight": 1.0,
        }
        for name, mean in means.items():
            step.state[name].assign(self.decay * step.state[name] + (1 - self.decay) * mean)
