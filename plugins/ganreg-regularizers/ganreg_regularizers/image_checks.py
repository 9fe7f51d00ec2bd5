"""What the augmentations of images require of the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganreg import Problem

if TYPE_CHECKING:
    from ganreg import DataSpec


def image_problems(name: str, data: DataSpec, *, color: bool) -> Iterator[Problem]:
    """Yields the problems of an image augmentation with the data.

    Args:
        name: the augmentation, for messages.
        data: what a sample looks like.
        color: whether it changes colours, by amounts that are meant for values in -1..1.
    """
    if not data.is_image:
        yield Problem(
            "error",
            f"{name} augments images, but the samples have the shape {data.shape}",
            f"leave {name} out, or use -r instance-noise, which works for samples of any shape",
        )
    elif color and data.value_range != (-1.0, 1.0):
        yield Problem(
            "warning",
            f"{name} changes colours by amounts meant for values in -1..1, but the data's range is {data.value_range}",
            "scale the images to -1..1, or set color=false",
        )
