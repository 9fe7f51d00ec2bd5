"""What both networks ask of the data."""

from __future__ import annotations

from collections.abc import Iterator

from ganreg import AssemblyError, DataSpec, Problem
from ganreg.lazy import keras

SCALE = 4
"""How many times as wide as the smallest feature maps an image is."""


def problems(component: str, conditional: bool, data: DataSpec) -> Iterator[Problem]:
    """Yields what keeps a network from the data.

    Args:
        component: how messages call it.
        conditional: whether it takes labels.
        data: what it would be built for.
    """
    if not data.is_image or data.shape[0] % SCALE or data.shape[1] % SCALE:
        yield Problem(
            "error",
            f"{component} makes images whose sides are multiples of {SCALE}, but the data is {data}",
            "choose other networks, such as mlp, or resize the images",
        )
    if conditional and data.num_classes is None:
        yield Problem(
            "error",
            f"{component} is conditional, but the data ({data}) has no classes",
            "use labelled data or set conditional=false",
        )


def refuse(found: Iterator[Problem]) -> None:
    """Raises `AssemblyError` for the first problem, where a network is built without being checked before."""
    for problem in found:
        raise AssemblyError(str(problem))


def one_hot(labels: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
    """Labels `[B]` as rows of zeros with a single one, `[B, num_classes]`."""
    return keras.layers.CategoryEncoding(data.num_classes, output_mode="one_hot")(labels)
