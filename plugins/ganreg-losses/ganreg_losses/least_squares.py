"""The least-squares loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
from attrs import validators

from ganreg import Loss, parameter

if TYPE_CHECKING:
    import tensorflow as tf

_FINITE = (validators.gt(-math.inf), validators.lt(math.inf))


def _above_fake_target(loss: LeastSquares, _: attrs.Attribute[Any], value: float) -> None:
    if not value > loss.fake_target:
        raise ValueError(f"'real_target' must be above 'fake_target' ({loss.fake_target}), got {value}")


@attrs.frozen(kw_only=True)
class LeastSquares(Loss):
    """Squared distance of the logits to targets (arXiv:1611.04076, equation 2, with its factor ½).

    With f for the logit of a fake, r for that of a real, and the targets a (fake), b (real) and c (generator)::

        L_D = ½·(r - b)² + ½·(f - a)²
        L_G = ½·(f - c)²

    The defaults are the paper's 0-1 coding, a = 0 and b = c = 1. Targets with b - c = 1 and b - a = 2, such as a = -1,
    b = 1, c = 0, minimise the Pearson χ² divergence.

    >>> LeastSquares().discriminator_loss(real_logits=0.0, fake_logits=2.0)
    2.5
    """

    fake_target: float = parameter(0.0, "logit that D aims at for fakes (the paper's a)", *_FINITE)
    real_target: float = parameter(1.0, "logit that D aims at for reals (the paper's b)", *_FINITE, _above_fake_target)
    generator_target: float = parameter(1.0, "logit that G wants for its samples (the paper's c)", *_FINITE)

    @property
    def decision_boundary(self) -> float:
        """The logit midway between the discriminator's two targets."""
        return (self.fake_target + self.real_target) / 2

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns ½·(r - b)² + ½·(f - a)², elementwise, `[B]`."""
        return ((real_logits - self.real_target) ** 2 + (fake_logits - self.fake_target) ** 2) / 2

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns ½·(f - c)², elementwise, `[B]`."""
        return (fake_logits - self.generator_target) ** 2 / 2
