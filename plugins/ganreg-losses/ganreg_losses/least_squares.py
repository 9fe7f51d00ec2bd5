"""The least-squares loss."""

from __future__ import annotations

import math
from typing import Any

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import tf

_FINITE = (validators.gt(-math.inf), validators.lt(math.inf))


def _above_fake_target(loss: LeastSquares, _: attrs.Attribute[Any], value: float) -> None:
    if not value > loss.fake_target:
        raise ValueError(f"'real_target' must be above 'fake_target' ({loss.fake_target}), got {value}")


@attrs.frozen(kw_only=True)
class LeastSquares(Loss):
    """Squared distance of logits to targets (arXiv:1611.04076, equation 2, with its factor ½).

    With f for the logit of a generated sample, r for that of a real sample, and the targets a (generated), b (real) and
    c (generator)::

        L_D = ½·(r - b)² + ½·(f - a)²
        L_G = ½·(f - c)²

    The defaults are the paper's 0-1 coding, a = 0 and b = c = 1. With b - c = 1 and b - a = 2, such as a = -1, b = 1,
    c = 0, the generator minimises the Pearson χ² divergence.

    >>> LeastSquares().discriminator_loss(real_logits=0.0, fake_logits=2.0)
    2.5
    """

    fake_target: float = parameter(0.0, "target logit of generated samples for D (the paper's a)", *_FINITE)
    real_target: float = parameter(
        1.0, "target logit of real samples for D (the paper's b)", *_FINITE, _above_fake_target
    )
    generator_target: float = parameter(1.0, "target logit of generated samples for G (the paper's c)", *_FINITE)

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
