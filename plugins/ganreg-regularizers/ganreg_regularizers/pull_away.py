"""The pulling-away term."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import AssemblyError, Regularizer, parameter
from ganreg.lazy import tf
from ganreg_regularizers.gradients import squared_norms

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class PullAway(Regularizer):
    """Pushes the features of generated samples apart (EBGAN, arXiv:1609.03126, section 2.4, equation 14).

    With S_i ∈ R^A the deepest feature that D returns for the i-th of N generated samples, flattened (an autoencoder's
    code)::

        G:  λ · 1/(N·(N - 1)) · Σ_i Σ_{j ≠ i} (S_i·S_j / (‖S_i‖·‖S_j‖))²

    λ is 0.1 in the paper. A feature of zeros has no direction, and counts as 0.
    """

    sees_batch: ClassVar[bool] = True

    weight: float = parameter(
        0.1, "multiplies the term (the paper's λ_PT)", validators.ge(0.0), search=(0.01, 1.0, "log")
    )

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · the mean squared cosine over pairs, a scalar.

        Raises:
            AssemblyError: the discriminator returns no features.
        """
        features = step.fake_output.features
        if not features:
            raise AssemblyError(
                "pull-away needs a discriminator that returns its hidden activations, but this one returns none; "
                "return them as 'features' alongside 'logits', or leave pull-away out"
            )
        deepest = features[-1]
        deepest = deepest if deepest.dtype.size >= tf.float32.size else tf.cast(deepest, tf.float32)
        deepest = tf.reshape(deepest, [tf.shape(deepest)[0], -1])
        squared = squared_norms(deepest)[:, None]
        directions = deepest * tf.math.rsqrt(tf.where(squared > 0, squared, tf.ones_like(squared)))
        cosines = tf.linalg.matmul(directions, directions, transpose_b=True)
        count = tf.shape(deepest)[0]
        others = 1 - tf.eye(count, dtype=cosines.dtype)
        pairs = tf.cast(tf.maximum(count * (count - 1), 1), cosines.dtype)
        return self.weight * tf.reduce_sum(tf.square(cosines) * others) / pairs
