"""Adaptive discriminator augmentation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Problem, parameter
from ganreg.lazy import tf
from ganreg_regularizers.ada_pipeline import moved, recoloured
from ganreg_regularizers.adaptation import AdaptiveProbability
from ganreg_regularizers.image_checks import image_problems

if TYPE_CHECKING:
    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class Ada(AdaptiveProbability):
    """Augments everything D sees, more strongly as D overfits (arXiv:2006.06676, section 3).

    p starts at 0. Every `interval` updates of D it moves by a fixed amount, depending on D's logits on real samples::

        r = E sign(D(x))
        p ← p + sign(r - target) · interval·B / images,   kept in [0, limit]

    Each augmentation is applied to each image with probability p, in this order (appendix B, figure 20)::

        pixels     left-right flip with ½; rotation by 0, 90, 180 or 270°; shift by whole pixels, up to 1/8 of a side
        geometry   scaling by 2^N(0, 0.2²); rotation by U(-180°, 180°); scaling of x against y by 2^N(0, 0.2²);
                   rotation again; shift by N(0, 1/8²) of a side
        color      brightness + N(0, 0.2²); contrast · 2^N(0, 0.5²); brightness inverted with ½ (hues kept); and of
                   three channels: hue rotated by U(-180°, 180°), saturation · 2^N(0, 1)

    Each of the two rotations has probability 1 - √(1 - p), so that at least one happens with probability p. `pixels`,
    `geometry` and `color` are the "bgc" set that the paper recommends; filters, noise and cutout, which it found not to
    help, are left out. All moves are combined into one map with bilinear sampling, where the paper filters between
    scales; beyond the border the image is mirrored, as in the paper. Values are in -1..1. Images only.

    State: `p` and `r`, both logged.
    """

    pixels: bool = parameter(True, "flips, rotations by 90° and shifts by whole pixels", validators.instance_of(bool))
    geometry: bool = parameter(True, "scaling, rotation and shifts by any amount", validators.instance_of(bool))
    color: bool = parameter(True, "changes of brightness, contrast, hue and saturation", validators.instance_of(bool))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses samples that are not images."""
        yield from image_problems("ada", assembly.data, color=self.color)

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns the augmented images, `[B, H, W, C]`."""
        probability = step.state["p"]
        if self.pixels or self.geometry:
            samples = moved(samples, step, probability, pixels=self.pixels, geometry=self.geometry)
        return recoloured(samples, step, probability) if self.color else samples
