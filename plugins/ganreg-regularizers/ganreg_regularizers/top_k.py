"""Top-k training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class TopK(Regularizer):
    """Lets G learn only from the k fakes of a batch that D takes for the most real (arXiv:2002.06224, section 4).

    The generator's loss is the mean over the k greatest of the logits D(G(z)) instead of all B. k starts at B and
    falls to ν·B, with the least share ν, at the iteration i of the annealing's K::

        k = ⌈ B · ν^min(1, i/K) ⌉

    The paper multiplies k by γ = 0.99 after each epoch down to ν = 0.5, which is the same where K is the iterations of
    log ν / log γ = 69 epochs. K = 0 takes ν·B from the start. Only the loss is weighted, not G's penalties; of
    equal logits the first in the batch count.
    """

    least_share: float = parameter(
        0.5, "of the batch that k falls to (the paper's ν)", validators.gt(0.0), validators.le(1.0)
    )
    anneal_steps: int = parameter(10_000, "iterations over which k falls; 0 for at once", validators.ge(0))

    def generator_weights(self, step: Step) -> tf.Tensor:
        """Returns 1 for the k fakes of the greatest logits and 0 for the others, `[B]`."""
        import tensorflow as tf

        logits = tf.stop_gradient(step.fake_logits)
        count = tf.shape(logits)[0]
        place = tf.range(count)
        greater = logits[None, :] > logits[:, None]
        equal_before = (logits[None, :] == logits[:, None]) & (place[None, :] < place[:, None])
        # By counting rather than sorting, which compilers do slowly; batches are small.
        rank = tf.reduce_sum(tf.cast(greater | equal_before, tf.int32), axis=1)
        kept = tf.math.ceil(self._share(step) * tf.cast(count, tf.float32) - _ROUNDING)
        return tf.cast(rank < tf.maximum(tf.cast(kept, tf.int32), 1), tf.float32)

    def _share(self, step: Step) -> tf.Tensor | float:
        import tensorflow as tf

        if not self.anneal_steps:
            return self.least_share
        done = tf.cast(step.iteration, tf.float32) / self.anneal_steps
        return self.least_share ** tf.minimum(done, 1.0)


_ROUNDING = 1e-3
"""What float32 may add to a whole number of samples, which must not round up to one more."""
