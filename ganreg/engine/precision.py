"""Mixed precision: the floating-point types that networks compute in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import keras

FULL = "float32"


@contextlib.contextmanager
def precision(name: str) -> Iterator[None]:
    """Sets Keras's global dtype policy inside the block: variables in float32, computation in the policy's type.

    Args:
        name: `"mixed_bfloat16"` or `"mixed_float16"`; `"float32"` leaves Keras's own setting unchanged.
    """
    before = keras.config.dtype_policy()
    if name != FULL:
        keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def needs_loss_scaling(name: str) -> bool:
    """Whether small gradients would underflow in a policy's range of exponents."""
    return name == "mixed_float16"
