"""Adapts the strength of augmentations to how much D overfits (arXiv:2006.06676, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg import DataSpec, Step


@attrs.frozen(kw_only=True)
class AdaptiveProbability(Regularizer):
    """A probability p that rises while D overfits and falls otherwise.

    Every `interval` updates of D::

        r = E sign(D(x))                                  on what D is shown as real
        p ← p + sign(r - target) · interval·B / images,   kept in [0, limit]

    State: `p`; `r` as last measured; `signs`, the sum of the mean signs since then and the number of updates.
    """

    state_follows_weights: ClassVar[bool] = True

    target: float = parameter(
        0.6,
        "mean sign of D's logits on real samples above which p rises",
        validators.ge(-1.0),
        validators.le(1.0),
        search=(0.3, 0.9),
    )
    interval: int = parameter(4, "updates of D between changes of p", validators.ge(1))
    images: int = parameter(
        500_000,
        "real samples that D sees while p rises from 0 to 1",
        validators.ge(1),
        search=(20_000, 1_000_000, "log"),
    )
    limit: float = parameter(1.0, "upper bound of p", validators.gt(0.0), validators.le(1.0))

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns p = 0, as in the paper."""
        return {"p": 0.0, "r": 0.0, "signs": [0.0, 0.0]}

    def after_discriminator_update(self, step: Step) -> None:
        """Accumulates the signs, and changes p every `interval` updates."""
        state = step.state
        mean_sign = step.mean(tf.sign(step.real_logits))
        total, updates = tf.unstack(state["signs"] + tf.stack([mean_sign, 1.0]))
        due = updates >= self.interval
        measured = total / updates
        shown = tf.cast(tf.shape(step.real)[0] * step.replicas * self.interval, tf.float32)
        moved = state["p"] + tf.sign(measured - self.target) * shown / self.images
        state["r"].assign(tf.where(due, measured, state["r"]))
        state["p"].assign(tf.where(due, tf.clip_by_value(moved, 0.0, self.limit), state["p"]))
        state["signs"].assign(tf.where(due, tf.zeros(2), tf.stack([total, updates])))
