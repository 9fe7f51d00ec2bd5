"""Top-k training."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class TopK(Regularizer):
    """Trains G only on the k samples of a batch that D scores highest (arXiv:2002.06224, section 4).

    The generator's loss is the mean over the k largest of all B logits D(G(z)). k starts at B and falls to ν·B, with
    the smallest share ν, over K iterations; at iteration i::

        k = ⌈ B · ν^min(1, i/K) ⌉

    The paper multiplies k by γ = 0.99 after each epoch down to ν = 0.5, which is equivalent if K is the number of
    iterations in log ν / log γ = 69 epochs. K = 0 uses ν·B from the start. Only the loss is weighted, not G's
    penalties; among equal logits, the first in the batch count.
    """

    sees_batch: ClassVar[bool] = True

    least_share: float = parameter(
        0.5,
        "fraction of the batch to which k falls (the paper's ν)",
        validators.gt(0.0),
        validators.le(1.0),
        search=(0.3, 1.0),
    )
    anneal_steps: int = parameter(
        10_000, "iterations over which k falls; 0 uses the smallest k from the start", validators.ge(0)
    )

    def generator_weights(self, step: Step) -> tf.Tensor:
        """Returns 1 for the k generated samples with the largest logits and 0 for the others, `[B]`."""
        logits = tf.stop_gradient(step.fake_output.logits_per_sample)
        count = tf.shape(logits)[0]
        place = tf.range(count)
        greater = logits[None, :] > logits[:, None]
        equal_before = (logits[None, :] == logits[:, None]) & (place[None, :] < place[:, None])
        # Counts instead of sorting, which is slow when compiled; batches are small.
        rank = tf.reduce_sum(tf.cast(greater | equal_before, tf.int32), axis=1)
        kept = tf.math.ceil(self._share(step) * tf.cast(count, tf.float32) - _ROUNDING)
        return tf.cast(rank < tf.maximum(tf.cast(kept, tf.int32), 1), tf.float32)

    def _share(self, step: Step) -> tf.Tensor | float:
        if not self.anneal_steps:
            return self.least_share
        done = tf.cast(step.iteration, tf.float32) / self.anneal_steps
        return self.least_share ** tf.minimum(done, 1.0)


_ROUNDING = 1e-3
"""Rounding error of float32 in a whole number of samples, which must not round up to the next."""
