"""The random numbers of a component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf


class RandomNumbers(Protocol):
    """One component's random numbers in one update."""

    def normal(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws standard normal numbers, float32."""

    def uniform(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws numbers uniformly from [0, 1), float32."""
