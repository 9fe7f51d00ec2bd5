"""Adaptive discriminator augmentation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Problem, parameter
from ganreg_regularizers.adaptation import AdaptiveProbability
from ganreg_regularizers.image_checks import image_problems

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class Ada(AdaptiveProbability):
    """Augments whatever D sees, as strongly as D overfits (arXiv:2006.06676, section 3).

    p starts at 0. Each `interval` updates of D it moves by a fixed amount, by D's logits on reals::

        r = E sign(D(x))
        p ← p + sign(r - target) · interval·B / images,   kept in [0, limit]

    Each of these is done to each image with the probability p, in this order (appendix B, figure 20)::

        pixels     flip left-right with ½; rotation by 0, 90, 180 or 270°; shift by whole pixels, up to 1/8 of a side
        geometry   scaling by 2^N(0, 0.2²); rotation by U(-180°, 180°); scaling of x against y by 2^N(0, 0.2²);
                   rotation again; shift by N(0, 1/8²) of a side
        color      brightness + N(0, 0.2²); contrast · 2^N(0, 0.5²); and of three channels: brightness inverted with ½
                   (hues kept), hue turned by U(-180°, 180°), saturation · 2^N(0, 1)

    Either rotation has the probability 1 - √(1 - p), so that one of both happens with p. `pixels`, `geometry` and
    `color` are the paper's "bgc", its choice; filters, noise and cutout, which it found no use for, are left out.
    All moves are one map, read bilinearly, where the paper filters between scales; beyond the borders the image is
    mirrored, as in the paper. Values are in -1..1. Images only.

    State: `p` and `r`, which are logged.
    """

    pixels: bool = parameter(True, "flips, turns by 90° and shifts by whole pixels", validators.instance_of(bool))
    geometry: bool = parameter(True, "scales, turns and shifts by any amount", validators.instance_of(bool))
    color: bool = parameter(True, "changes brightness, contrast, hue, saturation", validators.instance_of(bool))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses samples that are no images."""
        yield from image_problems("ada", assembly.data, color=self.color)

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns the augmented images, `[B, H, W, C]`."""
        from ganreg_regularizers.ada_pipeline import moved, recoloured

        probability = step.state["p"]
        if self.pixels or self.geometry:
            samples = moved(samples, step, probability, pixels=self.pixels, geometry=self.geometry)
        return recoloured(samples, step, probability) if self.color else samples
