"""The random transformation T of the consistency regularizers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class RandomTransformation(Regularizer):
    """A regularizer with a transformation T that does not change what a sample is (arXiv:1910.12027, section 3.1).

    Images are flipped left-right with the probability ½, and shifted by whole pixels of up to `shift` of a side in
    either direction, all equally likely, what comes in being the image mirrored: 4 pixels of 32 and 16 of 128, as in
    the paper. Samples that are no images, which the paper has none of, get Gaussian noise.
    """

    shift: float = parameter(
        0.125, "the farthest move of an image, as a share of a side", validators.ge(0.0), validators.lt(1.0)
    )
    flip: bool = parameter(True, "flips images left-right with probability 1/2", validators.instance_of(bool))
    noise: float = parameter(
        0.05,
        "standard deviation, in units of the data, of what is added to samples that are no images",
        validators.ge(0.0),
    )

    def transformed(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns T(x), `[B, *shape]`."""
        import tensorflow as tf
        from keras import ops

        if samples.shape.rank != 4:
            return samples + self.noise * tf.cast(step.normal(ops.shape(samples)), samples.dtype)
        from ganreg_regularizers.images import flipped, shifted

        count = ops.shape(samples)[0]
        if self.flip:
            samples = flipped(samples, step.uniform((count,)) < 0.5)
        reaches = [int(size * self.shift + 0.5) for size in samples.shape[1:3]]
        rows, columns = (tf.cast(step.uniform((count,)) * (2 * reach + 1), tf.int32) - reach for reach in reaches)
        return shifted(samples, rows, columns, reflect=True)


def squared_change(before: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """How far D's word moves when a sample does: (D(x) - D(T(x)))², `[B]`.

    Args:
        before: logits of each sample, `[B]`.
        logits: those of the transformed samples, `[B, 1]`, or `[B, h, w, 1]` of patches, which a transformation moves
            too, so that only their mean is comparable.
    """
    import tensorflow as tf

    return tf.square(before - tf.reduce_mean(logits, axis=list(range(1, logits.shape.rank))))
