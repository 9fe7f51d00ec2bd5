"""The loss of boundary equilibrium GAN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Loss, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class BoundaryEquilibrium(Loss):
    """Energies kept in balance by a controller (BEGAN, arXiv:1703.10717, sections 3.4 and 3.4.1).

    With e(x) = -logit, the energy of a sample (such as an autoencoder's error), and E the mean over the batch::

        L_D = e(real) - k·e(fake)
        L_G = e(fake)
        k  <- clip(k + λ·(γ·E e(real) - E e(fake)), 0, 1)       after each update of the discriminator
        M   = E e(real) + |γ·E e(real) - E e(fake)|

    γ is the ratio of the two energies that k maintains. k and the paper's convergence measure M are kept in the state
    and logged. The paper updates k with the generated samples of the generator's update; here they are those of the
    discriminator's update, made by the same generator from other latents, which saves a forward pass.

    >>> loss = BoundaryEquilibrium(initial_k=0.5)
    >>> float(loss.discriminator_loss(real_logits=-0.25, fake_logits=-0.5))
    0.0
    """

    needs_energy: ClassVar[bool] = True
    state_follows_weights: ClassVar[bool] = True

    diversity_ratio: float = parameter(
        0.5,
        "target ratio of generated to real energy (γ); lower favours quality over diversity",
        validators.gt(0),
        validators.le(1),
        search=(0.3, 0.9),
    )
    proportional_gain: float = parameter(0.001, "step size of the controller of k (λ)", validators.gt(0))
    initial_k: float = parameter(
        0.0, "initial weight of the generated energy in D's loss (k)", validators.ge(0), validators.le(1)
    )

    @property
    def decision_boundary(self) -> float | None:
        """None: no fixed energy separates real from generated samples."""
        return None

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns the controller's k, and M, which is 0 until the first update."""
        return {"k": self.initial_k, "convergence": 0.0}

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns e(real) - k·e(fake) for the initial k, elementwise, `[B]`."""
        return self.initial_k * fake_logits - real_logits

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """Returns e(real) - k·e(fake) for the k of the step, `[B]`."""
        return step.state["k"] * step.fake_logits - step.real_logits

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns e(fake), elementwise, `[B]`."""
        return -fake_logits

    def after_discriminator_update(self, step: Step) -> None:
        """Moves k towards the balance, using the energies before the update, and records M."""
        real_energy, fake_energy = -step.mean(step.real_logits), -step.mean(step.fake_logits)
        imbalance = self.diversity_ratio * real_energy - fake_energy
        step.state["k"].assign(ops.clip(step.state["k"] + self.proportional_gain * imbalance, 0.0, 1.0))
        step.state["convergence"].assign(real_energy + ops.abs(imbalance))
