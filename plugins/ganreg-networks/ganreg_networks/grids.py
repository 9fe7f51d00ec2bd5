"""Signals, images and volumes in convolutional networks: the sides of their maps, and layers of as many axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ganreg import DataSpec, Problem
from ganreg.lazy import keras

COARSEST = 4
"""The side at which halving stops, that of DCGAN's first maps (arXiv:1511.06434, figure 1)."""
KERNEL = 4
"""The side of kernels along halved axes. It is a multiple of the stride, so that every value is covered equally often;
DCGAN's 5 causes checkerboard artifacts (https://distill.pub/2016/deconv-checkerboard)."""
_KERNEL_OF_OTHERS = 3

_MOST_AXES = 3
_CHANNELS = (1, 3, 4)
"""The usual numbers of channels of an image."""
_LARGE = 8
"""A last axis of this size may be a side rather than the channels."""

Sides = tuple[int, ...]


def grid_problems(component: str, data: DataSpec) -> Iterator[Problem]:
    """Yields an error if samples are not signals, images or volumes, and a warning if their channels may not be last.

    Args:
        component: the component's kind and name for messages, such as `"generator dcgan"`.
        data: the data that it would be built for.
    """
    kind = component.partition(" ")[0]
    *sides, channels = data.shape
    got = f"got samples of shape {data.shape}"
    if not 1 <= len(sides) <= _MOST_AXES:
        yield Problem(
            "error",
            f"{component} needs signals (length, channels), images (height, width, channels) or volumes "
            f"(depth, height, width, channels), {got}",
            f"use {kind} mlp",
        )
    elif (remedy := _channels_first(data.shape)) and max(sides) >= COARSEST:
        yield Problem("error", f"{component} needs channels last, {got}", remedy)
    elif max(sides) < COARSEST:
        yield Problem(
            "error",
            f"{component} needs samples with a side of at least {COARSEST}, {got}",
            remedy or f"use {kind} mlp",
        )
    elif len(sides) == 1 and sides[0] == channels >= _LARGE:
        yield Problem(
            "error",
            f"{component} cannot tell whether samples of shape {data.shape} are images or signals",
            f"give grey images a channel axis: x[..., np.newaxis]; for signals with {channels} channels, "
            f"use {kind} mlp",
        )
    elif len(sides) == 1 and _LARGE <= channels > sides[0] // 2:
        yield Problem(
            "warning",
            f"{component} takes samples of shape {data.shape} for signals of {sides[0]} steps in {channels} channels",
            "if they are grey images, add a channel axis: x[..., np.newaxis]; if channels come first, "
            "move them: np.moveaxis(x, 1, -1)",
        )
    elif len(sides) > 1 and len(set(data.shape)) == 1 and channels >= _LARGE:
        yield Problem(
            "warning",
            f"{component} takes samples of shape {data.shape} for images with {channels} channels",
            "if they are volumes, add a channel axis: x[..., np.newaxis]",
        )


def _channels_first(shape: Sides) -> str:
    """The remedy for samples whose channels seem to come first; empty for others."""
    first, *rest = shape
    if len(shape) > 2 and first in _CHANNELS and shape[-1] not in _CHANNELS and min(rest) >= _LARGE:
        return "channels come last: np.moveaxis(x, 1, -1)"
    if len(shape) == 2 and first < COARSEST and shape[-1] >= _LARGE:
        return "channels come last: np.moveaxis(x, 1, -1)"
    return ""


def pyramid(shape: Sides) -> list[Sides]:
    """Returns the sides of the maps from those of the samples to the coarsest.

    Each axis is halved twice, then again while the result is at least `COARSEST`. Odd sides are rounded up: 187 to 94,
    47, 24, 12 and 6. Only square images with a side divisible by 4 stop at an odd side: 28 to 14 and 7.

    Args:
        shape: one sample's shape, of which the last axis is the channels.
    """
    sides = shape[:-1]
    exactly = len(sides) == 2 and sides[0] == sides[1] and sides[0] % 4 == 0
    halvings = [_halvings(side, exactly=exactly) for side in sides]
    return [
        tuple(-(-side >> min(depth, most)) for side, most in zip(sides, halvings, strict=True))
        for depth in range(max(halvings) + 1)
    ]


def _halvings(side: int, *, exactly: bool) -> int:
    count = min(2, (side - 1).bit_length())  # a side of 1 or 2 cannot be halved twice
    while -(-side >> count + 1) >= COARSEST and not (exactly and side % (2 << count)):
        count += 1
    return count


def widths_of(halvings: int, width: int, max_width: int) -> list[int]:
    """Returns the channels of the hidden maps from fine to coarse, one number for each halving of the sides.

    Args:
        halvings: how often they are halved.
        width: channels of the finest hidden maps, doubled at each halving.
        max_width: maximum number of channels.
    """
    return [min(width << depth, max_width) for depth in range(halvings)]


def layer_of(name: str, maps: keras.KerasTensor) -> Any:
    """Returns Keras's layer for maps of so many axes.

    Args:
        name: its name with `{}` for the number of axes, such as `"Conv{}D"`.
        maps: `[B, ..., C]` with one to three axes between.
    """
    return getattr(keras.layers, name.format(len(maps.shape) - 2))


def halved(maps: keras.KerasTensor, width: int, sides: Sequence[int], **options: Any) -> keras.KerasTensor:
    """Convolves maps `[B, ..., C]` with stride 2, which gives `[B, *sides, width]`.

    Args:
        maps: the maps.
        width: number of output channels.
        sides: half of the sides, rounded up; axes that keep their side are not halved.
        **options: options of Keras's layer.
    """
    steps = steps_between(maps.shape[1:-1], sides)
    return layer_of("Conv{}D", maps)(width, _kernel(steps), strides=steps, padding="same", **options)(maps)


def doubled(maps: keras.KerasTensor, width: int, sides: Sequence[int], **options: Any) -> keras.KerasTensor:
    """Applies a transposed convolution with stride 2 to maps `[B, ..., C]`, which gives `[B, *sides, width]`.

    Args:
        maps: the maps.
        width: number of output channels.
        sides: twice the sides or one less, which cuts off the last values; axes that keep their side are not doubled.
        **options: options of Keras's layer.
    """
    steps = steps_between(sides, maps.shape[1:-1])
    transposed = layer_of("Conv{}DTranspose", maps)(width, _kernel(steps), strides=steps, padding="same", **options)
    return cropped(transposed(maps), sides)


def cropped(maps: keras.KerasTensor, sides: Sequence[int]) -> keras.KerasTensor:
    """Cuts off the last values of maps `[B, ..., C]`, which gives `[B, *sides, C]`."""
    surplus = [(0, own - side) for own, side in zip(maps.shape[1:-1], sides, strict=True)]
    if not any(after for _, after in surplus):
        return maps
    return layer_of("Cropping{}D", maps)(surplus if len(surplus) > 1 else surplus[0])(maps)


def steps_between(fine: Sequence[int], coarse: Sequence[int]) -> tuple[int, ...]:
    """Returns the stride along each axis: 2 where the coarse side is smaller, otherwise 1."""
    return tuple(1 if side == other else 2 for side, other in zip(fine, coarse, strict=True))


def _kernel(steps: Sequence[int]) -> tuple[int, ...]:
    return tuple(KERNEL if step == 2 else _KERNEL_OF_OTHERS for step in steps)
