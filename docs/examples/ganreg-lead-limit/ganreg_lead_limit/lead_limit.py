"""The regularizer `lead-limit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from attrs import validators
from ganreg import DataSpec, Regularizer, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class LeadLimit(Regularizer):
    """Limits how far the discriminator is ahead, as hard as it takes.

    With D's lead l, its mean logit on reals minus that on fakes, D minimises beside its loss::

        weight * p * max(0, l - limit)

    The price p is state: it starts at 0, and after each update of D rises by `rate` for each logit that the lead is
    above the limit and falls by as much for each below it, between 0 and `highest_price`. It is what a Lagrange
    multiplier is to a constrained problem, found by dual ascent. Being a scalar of the state, it is logged as
    `lead-limit/price`.
    """

    weight: float = parameter(1.0, "multiplies the penalty", validators.ge(0))
    limit: float = parameter(2.0, "the lead that is allowed, in logits", validators.ge(0))
    rate: float = parameter(0.01, "how fast the price moves, for each logit and update", validators.gt(0))
    highest_price: float = parameter(10.0, "where the price stops rising", validators.gt(0))

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """The price, 0."""
        return {"price": 0.0}

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """What the excess lead costs, a scalar."""
        return self.weight * step.state["price"] * ops.relu(self._excess(step))

    def after_discriminator_update(self, step: Step) -> None:
        """Moves the price, by the logits that the update was made of."""
        price = step.state["price"]
        price.assign(ops.clip(price + self.rate * self._excess(step), 0.0, self.highest_price))

    def _excess(self, step: Step) -> tf.Tensor:
        return ops.mean(step.real_logits) - ops.mean(step.fake_logits) - self.limit
