"""Drawing latents, in training and for samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.step import Step
from ganreg.engine.attribution import attributed


@attrs.frozen(eq=False)
class Latents:
    """The distribution of latents.

    Attributes:
        component: the implementation that draws them, a `ganreg.Generator`.
        parts: the regularizers that transform them, in order.
    """

    component: Any
    parts: Sequence[Part] = ()

    def draw(self, view: Callable[[Part], Step], count: int | tf.Tensor) -> tf.Tensor:
        """Draws latents, `[count, latent_dim]`.

        Args:
            view: the step as a component sees it.
            count: the number of latents.
        """
        latents = self.component.sample_latents(view(Part(self.component, "latents")), count)
        return transformed(latents, self.parts, "transform_latents", view)


def transformed(values: tf.Tensor, parts: Sequence[Part], method: str, view: Callable[[Part], Step]) -> tf.Tensor:
    """Applies a method of several components to values, one after the other.

    Args:
        values: `[B, ...]`.
        parts: the components, in order.
        method: the name of a method of values and a step, which returns new values.
        view: the step as a component sees it.
    """
    for part in parts:
        with attributed(part.origin, method):
            values = getattr(part.implementation, method)(values, view(part))
    return values
