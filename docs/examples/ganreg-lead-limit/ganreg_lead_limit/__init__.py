"""A regularizer for ganreg that keeps state, as a separate package offers one."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_regularizers() -> list[Component]:
    """Offers the regularizer."""
    return [
        Component(
            "lead-limit",
            "ganreg_lead_limit.lead_limit:LeadLimit",
            "limits how far D's mean logit on reals is above that on fakes",
        )
    ]
