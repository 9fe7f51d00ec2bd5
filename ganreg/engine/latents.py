"""Drawing latents, in training and for samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.overriding import overridden
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

    @property
    def are_normal(self) -> bool:
        """Whether the component leaves them standard normal, before regularizers transform them."""
        return "sample_latents" not in overridden(self.component)

    @property
    def stay_normal(self) -> bool:
        """Whether they are standard normal after that too."""
        return self.are_normal and not self.parts

    def draw(
        self, view: Callable[[Part], Step], count: int | tf.Tensor, *, truncation: float | None = None
    ) -> tf.Tensor:
        """Draws latents, `[count, latent_dim]`.

        Args:
            view: the step as a component sees it.
            count: the number of latents.
            truncation: the greatest absolute value of a normal latent. Defaults to no bound.
        """
        latents = self.component.sample_latents(view(Part(self.component, "latents")), count)
        if truncation is not None:
            latents = truncated(latents, truncation)
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


def truncated(latents: tf.Tensor, limit: float) -> tf.Tensor:
    """Turns standard normal latents into ones from the normal distribution within ±limit.

    That is the distribution that BigGAN draws from by drawing each number outside anew (Brock et al. 2019,
    arXiv:1809.11096). Here each keeps its quantile, so that the same seed gives similar samples at every limit.

    Args:
        latents: float32 `[B, latent_dim]`.
        limit: above 0.
    """
    root = tf.sqrt(tf.constant(2.0, tf.float64))
    share = tf.math.erf(tf.constant(limit, tf.float64) / root)  # of the normal distribution
    quantiles = tf.math.erf(tf.cast(latents, tf.float64) / root) * share
    return tf.cast(tf.clip_by_value(root * tf.math.erfinv(quantiles), -limit, limit), latents.dtype)
