"""What convolutional networks ask of images, and how their maps shrink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganreg import DataSpec, Problem

if TYPE_CHECKING:
    import keras

COARSEST = 4
"""The side that halving stops at, which is that of DCGAN's first maps (arXiv:1511.06434, figure 1)."""


def image_problems(component: str, data: DataSpec) -> Iterator[Problem]:
    """Yields what keeps a convolutional component from samples that are no square images of a fitting side.

    Args:
        component: how messages call it, such as `"generator dcgan"`.
        data: what it would be built for.
    """
    if not data.is_image or data.shape[0] != data.shape[1] or data.shape[0] % 4:
        kind = component.partition(" ")[0]
        yield Problem(
            "error",
            f"{component} needs square images with a side divisible by 4, got samples of shape {data.shape}",
            f"use {kind} mlp, or resize the images",
        )


def widths_of(side: int, width: int, max_width: int) -> list[int]:
    """The channels of the hidden maps, fine to coarse, one for each halving of the side.

    The side is halved twice, then for as long as that leaves a whole number of at least `COARSEST`: 28 to 7, 32 and
    64 to 4, 8 to 2.
    """
    halvings = 2
    while side % (2 << halvings) == 0 and side >> (halvings + 1) >= COARSEST:
        halvings += 1
    return [min(width << depth, max_width) for depth in range(halvings)]


def first_weights(deviation: float | None) -> keras.initializers.Initializer:
    """A new initializer for one layer, as one that is shared would draw the same weights again.

    Args:
        deviation: the weights' standard deviation; `None` scales it to the layer (He et al., arXiv:1502.01852).
    """
    import keras

    if deviation is None:
        return keras.initializers.HeNormal()
    return keras.initializers.RandomNormal(stddev=deviation)
