"""The random augmentation T of the consistency regularizers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.images import flipped, shifted

if TYPE_CHECKING:
    from ganreg import Output, Step


@attrs.frozen(kw_only=True)
class RandomTransformation(Regularizer):
    """A regularizer with a random augmentation T that does not change what a sample is (arXiv:1910.12027, section 3.1).

    Images are flipped left-right with probability ½, and shifted by whole pixels, uniformly by up to `shift` of a side
    in either direction, with mirrored borders: 4 pixels of 32 and 16 of 128, as in the paper. Samples that are not
    images, which the paper does not cover, get Gaussian noise.
    """

    shift: float = parameter(
        0.125, "largest shift of an image as a fraction of its side", validators.ge(0.0), validators.lt(1.0)
    )
    flip: bool = parameter(True, "flips images left-right with probability 1/2", validators.instance_of(bool))
    noise: float = parameter(
        0.05,
        "standard deviation of the noise added to samples that are not images, in units of the data",
        validators.ge(0.0),
    )

    def transformed(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns T(x), `[B, *shape]`."""
        if samples.shape.rank != 4:
            return samples + self.noise * tf.cast(step.normal(ops.shape(samples)), samples.dtype)
        count = ops.shape(samples)[0]
        if self.flip:
            samples = flipped(samples, step.uniform((count,)) < 0.5)
        reaches = [int(size * self.shift + 0.5) for size in samples.shape[1:3]]
        rows, columns = (tf.cast(step.uniform((count,)) * (2 * reach + 1), tf.int32) - reach for reach in reaches)
        return shifted(samples, rows, columns, reflect=True)


def squared_change(before: Output, after: Output) -> tf.Tensor:
    """Returns how much D's logit changes with the sample: (D(x) - D(T(x)))², `[B]`.

    The logits of patches are averaged, because an augmentation moves the patches too.

    Args:
        before: D's output on the samples.
        after: that on the augmented samples.
    """
    return tf.square(before.logits_per_sample - after.logits_per_sample)
