"""The definition of a check and of its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs

from ganreg.contract.kinds import IMPLEMENTED as _IMPLEMENTED
from ganreg.contract.kinds import KINDS
from ganreg.testing.subject import Subject

Status = Literal["passed", "failed", "skipped", "expected-failure"]

MAKERS = ("generator", "translator")
"""The kinds that make samples."""
NETWORKS = (*MAKERS, "discriminator")
PLAYED = (*NETWORKS, "loss", "regularizer", "game")
"""The kinds that take part in an update."""
IMPLEMENTED = tuple(_IMPLEMENTED)
"""The kinds whose components are classes."""
EVERY_KIND = tuple(KINDS)


@attrs.frozen
class Check:
    """One requirement for components.

    Attributes:
        name: unique, in kebab-case.
        kinds: the kinds of component that it applies to.
        proves: one line that describes a component that passes.
        prove: takes the `Subject`; raises `CheckFailure`, or `NotApplicableError` if the check does not apply. Any
            other exception counts as a failure too.
    """

    name: str
    kinds: tuple[str, ...]
    proves: str
    prove: Callable[[Subject], None] = attrs.field(repr=False)


@attrs.frozen
class Result:
    """The result of one check.

    Attributes:
        kind: the component's kind.
        component: its name.
        check: the check's name.
        status: `"passed"`, `"failed"`, `"skipped"` (the check does not apply), or `"expected-failure"` (it failed, as
            the component's author expected).
        reason: why it failed or was skipped; the author's reason for an expected failure; empty if it passed.
        details: the traceback of a failure.
        seconds: the duration.
    """

    kind: str
    component: str
    check: str
    status: Status
    reason: str = ""
    details: str = attrs.field(default="", repr=False)
    seconds: float = 0.0


def check(*kinds: str, proves: str) -> Callable[[Callable[[Subject], None]], Check]:
    """Turns a function into a check of the same name.

    Args:
        *kinds: the kinds that it applies to.
        proves: see `Check`.

    >>> @check("loss", proves="nothing")
    ... def is_a_loss(subject): ...
    >>> is_a_loss.name
    'is-a-loss'
    """

    def declare(prove: Callable[[Subject], None]) -> Check:
        return Check(prove.__name__.replace("_", "-"), kinds, proves, prove)

    return declare
