"""What convolutional networks require of images, and how many channels their maps have."""

from __future__ import annotations

from collections.abc import Iterator

from ganreg import DataSpec, Problem
from ganreg.lazy import keras

COARSEST = 4
"""The side at which halving stops, that of DCGAN's first maps (arXiv:1511.06434, figure 1)."""


def image_problems(component: str, data: DataSpec) -> Iterator[Problem]:
    """Yields an error if samples are not square images with a side divisible by 4.

    Args:
        component: the component's kind and name for messages, such as `"generator dcgan"`.
        data: the data that it would be built for.
    """
    if not data.is_image or data.shape[0] != data.shape[1] or data.shape[0] % 4:
        kind = component.partition(" ")[0]
        yield Problem(
            "error",
            f"{component} needs square images with a side divisible by 4, got samples of shape {data.shape}",
            f"use {kind} mlp, or resize the images",
        )


def widths_of(side: int, width: int, max_width: int) -> list[int]:
    """Returns the channels of the hidden maps from fine to coarse, one number for each halving of the side.

    The side is halved twice, then again while the result is a whole number of at least `COARSEST`: 28 to 7, 32 and
    64 to 4, 8 to 2.

    Args:
        side: height and width of the images, divisible by 4.
        width: channels of the finest hidden maps, doubled at each halving.
        max_width: maximum number of channels.
    """
    halvings = 2
    while side % (2 << halvings) == 0 and side >> (halvings + 1) >= COARSEST:
        halvings += 1
    return [min(width << depth, max_width) for depth in range(halvings)]


def first_weights(deviation: float | None) -> keras.initializers.Initializer:
    """Returns a new initializer for one layer; a shared one would draw the same weights again.

    Args:
        deviation: the weights' standard deviation; `None` scales it to the layer (He et al., arXiv:1502.01852).
    """
    if deviation is None:
        return keras.initializers.HeNormal()
    return keras.initializers.RandomNormal(stddev=deviation)
