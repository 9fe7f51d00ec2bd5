"""Differentiable augmentation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Problem, Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.image_checks import image_problems
from ganreg_regularizers.images import shifted

if TYPE_CHECKING:
    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class DiffAugment(Regularizer):
    """Augments everything D sees, real or generated, in both players' updates (arXiv:2006.10738, equations 4 and 5).

    Each image gets its own random numbers, u ~ U[0, 1), for each enabled augmentation, applied in this order::

        color         brightness   x + (u - ½)
                      saturation   m + 2u·(x - m),      m the pixel's mean over channels
                      contrast     m + (u + ½)·(x - m),  m the image's mean
        translation   by whole pixels, uniform in [-r·H, r·H] and [-r·W, r·W], filled with 0
        cutout        a rectangle of c·H by c·W with its centre anywhere in the image, set to 0

    with r = `translation_ratio` and c = `cutout_ratio`, and sizes rounded to whole pixels. Values are in -1..1. The
    gradient flows through to G. Images only.
    """

    color: bool = parameter(True, "changes brightness, saturation and contrast", validators.instance_of(bool))
    translation: bool = parameter(True, "shifts images by whole pixels", validators.instance_of(bool))
    cutout: bool = parameter(True, "hides a rectangle of each image", validators.instance_of(bool))
    translation_ratio: float = parameter(
        0.125,
        "largest shift as a fraction of the image's side",
        validators.ge(0.0),
        validators.le(1.0),
        search=(0.0, 0.25),
    )
    cutout_ratio: float = parameter(
        0.5,
        "sides of the rectangle as a fraction of the image's",
        validators.ge(0.0),
        validators.le(1.0),
        search=(0.0, 0.5),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses samples that are not images."""
        yield from image_problems("diffaugment", assembly.data, color=self.color)

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns the augmented images, `[B, H, W, C]`."""
        if self.color:
            samples = _recoloured(samples, step)
        if self.translation:
            samples = self._translated(samples, step)
        if self.cutout:
            samples = self._with_holes(samples, step)
        return samples

    def _translated(self, images: tf.Tensor, step: Step) -> tf.Tensor:
        rows, columns = (
            _whole_numbers(step, images, -reach, reach)
            for reach in (_rounded(size * self.translation_ratio) for size in images.shape[1:3])
        )
        return shifted(images, rows, columns)

    def _with_holes(self, images: tf.Tensor, step: Step) -> tf.Tensor:
        inside = []
        for size in images.shape[1:3]:
            hole = _rounded(size * self.cutout_ratio)
            # The centre of an even-sized hole lies between pixels; with the edges, there is one more such place.
            first = _whole_numbers(step, images, 0, size - hole % 2) - hole // 2
            position = tf.range(size)[None, :]
            inside.append((position >= first[:, None]) & (position < first[:, None] + hole))
        rows, columns = inside
        hidden = rows[:, :, None, None] & columns[:, None, :, None]
        return tf.where(hidden, tf.zeros_like(images), images)


def _rounded(size: float) -> int:
    return int(size + 0.5)


def _whole_numbers(step: Step, images: tf.Tensor, least: int, greatest: int) -> tf.Tensor:
    """Returns a random integer per image, from `least` to `greatest` inclusive: int32 `[B]`."""
    count = greatest - least + 1
    return least + tf.cast(tf.floor(step.uniform((ops.shape(images)[0],)) * count), tf.int32)


def _recoloured(images: tf.Tensor, step: Step) -> tf.Tensor:
    def draw() -> tf.Tensor:
        return tf.cast(step.uniform((ops.shape(images)[0], 1, 1, 1)), images.dtype)

    images += draw() - 0.5
    mean = tf.reduce_mean(images, axis=3, keepdims=True)
    images = mean + 2.0 * draw() * (images - mean)
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (draw() + 0.5) * (images - mean)
