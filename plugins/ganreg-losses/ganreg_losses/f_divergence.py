"""The losses of f-GAN."""

from __future__ import annotations

import math
from typing import Literal, get_args

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import ops, tf

Divergence = Literal["kl", "reverse-kl", "pearson", "squared-hellinger", "jensen-shannon", "total-variation"]


@attrs.frozen(kw_only=True)
class FDivergence(Loss):
    """A lower bound of an f-divergence of real and generated data (f-GAN, arXiv:1606.00709, equation 6 and table 2).

    With r for the logit of a real sample, f for that of a generated sample, g for the divergence's output activation
    and f* for the Fenchel conjugate of its function::

        L_D = -g(r) + f*(g(f))
        L_G = -f*(g(f))           or, non-saturating, -g(f)           (section 3.2)

        divergence           g(v)                    f*(t)               f*(g(v))               undecided at
        kl                   v                       exp(t - 1)          exp(v - 1)             v = 1
        reverse-kl           -exp(-v)                -1 - log(-t)        v - 1                  v = 0
        pearson              v                       t²/4 + t            v²/4 + v               v = 0
        squared-hellinger    1 - exp(-v)             t / (1 - t)         exp(v) - 1             v = 0
        jensen-shannon       log 2 - softplus(-v)    -log(2 - exp(t))    softplus(v) - log 2    v = 0
        total-variation      tanh(v) / 2             t                   tanh(v) / 2            v = 0

    The discriminator is undecided where g(v) = f'(1) (the threshold of table 2): there it considers a sample equally
    likely to be real or generated. The fourth column is what is computed: it needs no division and no logarithm, so no
    logit within ±80 overflows float32. -L_D is a lower estimate of the divergence, tight for an optimal discriminator.

    >>> float(FDivergence(divergence="pearson").discriminator_loss(real_logits=2.0, fake_logits=-2.0))
    -3.0
    """

    divergence: Divergence = parameter(
        "jensen-shannon", "which f-divergence to estimate", validators.in_(get_args(Divergence))
    )
    non_saturating: bool = parameter(False, "the generator minimises -g(f), whose gradient does not vanish")

    @property
    def decision_boundary(self) -> float:
        """The logit at which the output activation equals f'(1)."""
        return 1.0 if self.divergence == "kl" else 0.0

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns -g(r) + f*(g(f)), elementwise, `[B]`."""
        return self._conjugate(fake_logits) - self._activation(real_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -f*(g(f)), or -g(f), elementwise, `[B]`."""
        return -(self._activation(fake_logits) if self.non_saturating else self._conjugate(fake_logits))

    def _activation(self, logits: tf.Tensor) -> tf.Tensor:
        """Returns the divergence's g(v)."""
        match self.divergence:
            case "kl" | "pearson":
                return logits
            case "reverse-kl":
                return -ops.exp(-logits)
            case "squared-hellinger":
                return -ops.expm1(-logits)
            case "jensen-shannon":
                return math.log(2.0) - ops.softplus(-logits)
            case "total-variation":
                return ops.tanh(logits) / 2

    def _conjugate(self, logits: tf.Tensor) -> tf.Tensor:
        """Returns the divergence's f*(g(v))."""
        match self.divergence:
            case "kl":
                return ops.exp(logits - 1.0)
            case "reverse-kl":
                return logits - 1.0
            case "pearson":
                return ops.square(logits) / 4 + logits
            case "squared-hellinger":
                return ops.expm1(logits)
            case "jensen-shannon":
                return ops.softplus(logits) - math.log(2.0)
            case "total-variation":
                return ops.tanh(logits) / 2
