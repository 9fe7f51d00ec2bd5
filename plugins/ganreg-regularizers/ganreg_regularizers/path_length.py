"""Path length regularization."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import norms

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class PathLength(Regularizer):
    """Makes steps of equal length in latent space change samples equally (arXiv:1912.04958, equation 4).

    With the weight γ, the Jacobian J of G, and random values y ~ N(0, 1) of each sample's shape::

        l = ‖Jᵀy‖ / √(H·W)                           √(H·W) is 1 for samples that are not images
        a ← decay·a + (1 - decay)·mean over the batch of l
        γ · mean over the batch of (l - a)²

    J is taken with respect to w if G is a Keras model with layers named "mapping" (latents, or latents and labels, to
    w) and "synthesis" (w to samples), as in the paper, and otherwise with respect to the latents z. Where there is one
    w for each of several layers, `[B, layers, W]`, ‖Jᵀy‖² is the mean over layers. This, and that a includes this
    batch's mean in value and gradient, follows the authors' code, which uses γ = 2 in every 4th update (`every=4`); the
    paper regularizes every 8th.

    State: `mean_length` (a), initially 0, which is logged.
    """

    needs_latents: ClassVar[bool] = True
    state_follows_weights: ClassVar[bool] = True

    weight: float = parameter(
        2.0, "multiplies the penalty (the paper's γ_pl)", validators.ge(0.0), search=(0.1, 10.0, "log")
    )
    decay: float = parameter(0.99, "decay of the moving average of lengths", validators.ge(0.0), validators.lt(1.0))

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns a = 0."""
        return {"mean_length": 0.0}

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns γ · (l - a)², `[B]`, and updates a; costs an extra pass of G and its gradient."""
        lengths = _lengths(step)
        mean = step.state["mean_length"]
        moved = self.decay * mean + (1 - self.decay) * tf.cast(step.mean(lengths), mean.dtype)
        mean.assign(tf.stop_gradient(moved))
        return self.weight * tf.square(lengths - tf.cast(moved, lengths.dtype))


def _lengths(step: Step) -> tf.Tensor:
    """Returns ‖Jᵀy‖ / √(H·W) of each sample, `[B]`."""
    points, synthesize = _latent_space(step)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(points)
        samples = synthesize(points)
        samples = samples if samples.dtype.size >= tf.float32.size else tf.cast(samples, tf.float32)
        noise = tf.cast(step.normal(ops.shape(samples)), samples.dtype)
        positions = math.prod(samples.shape[1:3]) if samples.shape.rank == 4 else 1
        projected = tf.reduce_sum(samples * noise) / math.sqrt(positions)
    gradient = tape.gradient(projected, points, unconnected_gradients="zero")
    layers = gradient.shape[1] if gradient.shape.rank == 3 else 1
    return norms(gradient) / math.sqrt(layers)


def _latent_space(step: Step) -> tuple[tf.Tensor, Any]:
    """Returns the points to differentiate by, and the function that turns them into samples."""
    layers = {layer.name: layer for layer in getattr(step.generator, "layers", ())}
    if not {"mapping", "synthesis"} <= set(layers):
        return step.latents, step.generate
    mapping, synthesis = layers["mapping"], layers["synthesis"]
    takes_labels = len(getattr(mapping, "inputs", ())) > 1
    points = mapping([step.latents, step.labels] if takes_labels else step.latents, training=True)
    return points, lambda w: synthesis(w, training=True)
