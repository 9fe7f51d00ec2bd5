"""What networks that double and halve exactly require of images."""

from __future__ import annotations

from collections.abc import Iterator

from ganreg import DataSpec, Problem
from ganreg_networks.grids import COARSEST, Sides


def image_problems(component: str, data: DataSpec) -> Iterator[Problem]:
    """Yields an error if samples are not images with sides divisible by 4.

    Args:
        component: the component's kind and name for messages, such as `"generator style"`.
        data: the data that it would be built for.
    """
    kind = component.partition(" ")[0]
    if not data.is_image or any(side % 4 for side in data.shape[:2]):
        others = f"use {kind} dcgan or resnet, which take images of any size, signals and volumes"
        if len(data.shape) == 1:
            others = f"use {kind} mlp"
        elif data.is_image:
            others = f"{others}; or crop, pad or resize the images"
        yield Problem(
            "error",
            f"{component} needs images with sides divisible by 4, got samples of shape {data.shape}",
            others,
        )


def exact_pyramid(shape: Sides) -> list[Sides]:
    """Returns the sides of the maps from those of an image to the coarsest, each exactly half of the one before.

    The sides are halved twice, then again while the results are whole numbers of at least `COARSEST`: 28 to 7, 32 and
    64 to 4, 8 to 2, 48x64 to 6x8.

    Args:
        shape: one image's shape, with sides divisible by 4.
    """
    sides = shape[:-1]
    halvings = 2
    while all(side % (2 << halvings) == 0 for side in sides) and min(sides) >> (halvings + 1) >= COARSEST:
        halvings += 1
    return [tuple(side >> depth for side in sides) for depth in range(halvings + 1)]
