"""Adaptive pseudo augmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ganreg_regularizers.adaptation import AdaptiveProbability

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class Apa(AdaptiveProbability):
    """Passes fakes off as reals to D, the more of them the more it overfits (arXiv:2111.06849, section 3.2).

    Each real that D is shown is, with the probability p, replaced by a generated sample. p starts at 0 and follows
    the paper's λ_r = E sign(D(x)), over what D was shown as real::

        p ← p + sign(λ_r - target) · interval·B / images,   kept in [0, limit]

    each `interval` updates of D. The fakes are those of the same update: with labels that at the same place, which is
    of the real's class; otherwise its neighbour in the batch, so that no real is paired with itself. They are
    constants: G does not learn from being taken for real. For samples of any shape.

    State: `p` and `r` (λ_r), which are logged.
    """

    def discriminator_real(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns reals, some of them replaced by fakes, `[B, *shape]`."""
        import tensorflow as tf
        from keras import ops

        fakes = tf.stop_gradient(step.fake)
        if step.labels is None:
            fakes = tf.roll(fakes, 1, axis=0)
        replaced = step.uniform((ops.shape(samples)[0], *(1 for _ in samples.shape[1:]))) < step.state["p"]
        return tf.where(replaced, tf.cast(fakes, samples.dtype), samples)
