"""How a model of one's own takes class labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ganreg.adapters.signatures import Shape, Signature
from ganreg.errors import AssemblyError
from ganreg.lazy import keras, ops

JOINED = -1
"""In place of the number of an input: labels are joined with the samples or latents."""


@attrs.frozen
class Places:
    """Which input of a model takes what.

    Attributes:
        samples: the number of the input that takes samples or latents.
        labels: the number of the input that takes labels, `JOINED` if they are joined with the samples or latents as
            further channels, one for each class; `None` if the model takes no labels.
    """

    samples: int
    labels: int | None = None


def places_in(
    signature: Signature, fits: Callable[[Shape | None], bool], num_classes: int | None, what: str, takes: str
) -> Places:
    """Finds the inputs of a model.

    Args:
        signature: the model's inputs.
        fits: whether an input of a shape can take samples or latents.
        num_classes: the number of classes in the data; `None` if there are none.
        what: the model, for messages.
        takes: what it takes in addition to labels, for messages: `"latents"`.

    Raises:
        AssemblyError: there are more than two inputs, or none is for labels.
    """
    count = len(signature.shapes)
    if count == 1:
        return Places(0)
    if count > 2:
        raise AssemblyError(f"{what} has {count} inputs, but it can take only {takes} and, as a second input, labels")
    orders = [
        (samples, labels)
        for samples, labels in ((0, 1), (1, 0))
        if fits(signature.shapes[samples]) and _can_be_labels(signature, labels, num_classes)
    ]
    if not orders:
        shapes = " and ".join(_text(shape) for shape in signature.shapes)
        raise AssemblyError(
            f"{what} has inputs of shapes {shapes}, but it can take only {takes} and labels: one class for each "
            "sample, as a number or as a one-hot vector"
        )
    whole = [order for order in orders if "int" in signature.dtypes[order[1]]]
    return Places(*(whole or orders)[0])


def _can_be_labels(signature: Signature, place: int, num_classes: int | None) -> bool:
    shape = signature.shapes[place]
    return shape in (None, (), (1,), (None,)) or (num_classes is not None and shape == (num_classes,))


def _text(shape: Shape | None) -> str:
    return "?" if shape is None else f"{('B', *shape)}".replace("'", "").replace("None", "?")


def labels_for(signature: Signature, place: int, labels: Any, num_classes: int | None) -> Any:
    """Converts labels, int32 `[B]`, to what an input takes: numbers `[B]` or `[B, 1]`, or one-hot `[B, classes]`."""
    shape, dtype = signature.shapes[place], signature.dtypes[place]
    if shape in (None, ()):
        return ops.cast(labels, dtype)
    if shape == (num_classes,) and shape != (1,):
        return one_hot(labels, shape[0], dtype)  # type: ignore[arg-type]
    return ops.cast(ops.expand_dims(labels, -1), dtype)


def one_hot(labels: Any, num_classes: int, dtype: str = "float32") -> Any:
    """One-hot vectors `[B, classes]` for labels `[B]`."""
    return ops.one_hot(ops.cast(labels, "int32"), num_classes, dtype=dtype if "float" in dtype else "float32")


def joined_with(samples: Any, labels: Any, num_classes: int) -> Any:
    """Joins samples `[B, ..., C]` with one constant channel for each class: `[B, ..., C + classes]`."""
    vectors = one_hot(labels, num_classes, keras.backend.standardize_dtype(samples.dtype))
    axes = len(samples.shape) - 2
    maps = ops.reshape(vectors, (-1, *([1] * axes), num_classes))
    return ops.concatenate([samples, ops.zeros_like(samples[..., :1]) + maps], axis=-1)
