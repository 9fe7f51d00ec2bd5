"""LeCam regularization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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

        λ · (mean over the batch of (D(x) - α_F)² + mean over the batch of (D(G(z)) - α_R)²)

    The averages are constants in the penalty. They start at 0, and after each update of D become
    d·α + (1 - d)·(mean logit), from the logits of that update. `one_sided` follows the authors' code, which penalises
    only real samples scored above α_F and generated samples scored below α_R: max(0, D(x) - α_F)² and
    max(0, α_R - D(G(z)))². The paper uses λ = 0.3 for BigGAN on CIFAR. Patch logits are averaged per sample first, as
    for the loss. It needs no extra pass of D.
    """

    weight: float = parameter(0.3, "multiplies the penalty (the paper's λ)", validators.ge(0.0))
    decay: float = parameter(0.99, "decay of the moving averages", validators.ge(0.0), validators.lt(1.0))
    one_sided: bool = parameter(
        False, "penalises only logits on the correct side, as the authors' code does", validators.instance_of(bool)
    )

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns both averages, initially 0."""
        return {"real_average": 0.0, "fake_average": 0.0}

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · (mean (D(x) - α_F)² + mean (D(G(z)) - α_R)²), a scalar."""
        real_excess = step.real_logits - step.state["fake_average"]
        fake_excess = step.state["real_average"] - step.fake_logits
        if self.one_sided:
            real_excess, fake_excess = ops.relu(real_excess), ops.relu(fake_excess)
        return self.weight * (ops.mean(ops.square(real_excess)) + ops.mean(ops.square(fake_excess)))

    def after_discriminator_update(self, step: Step) -> None:
        """Moves both averages towards the mean logits of this update."""
        for name, logits in (("real_average", step.real_logits), ("fake_average", step.fake_logits)):
            average = step.state[name]
            average.assign(self.decay * average + (1 - self.decay) * ops.mean(logits))
