"""What a check is, and how it says that a component fails it or that it does not apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs

from ganreg.contract.kinds import IMPLEMENTED as _IMPLEMENTED
from ganreg.contract.kinds import KINDS
from ganreg.testing.subject import Subject

Status = Literal["passed", "failed", "skipped", "expected-failure"]

NETWORKS = ("generator", "discriminator")
PLAYED = (*NETWORKS, "loss", "regularizer")
"""The kinds that take part in an update."""
IMPLEMENTED = tuple(_IMPLEMENTED)
"""The kinds whose components are classes."""
EVERY_KIND = tuple(KINDS)


@attrs.frozen
class Check:
    """One thing that components are held to.

    Attributes:
        name: kebab-case, unique.
        kinds: the kinds of component that it applies to.
        proves: one line that says what a component has that passes it.
        prove: takes the `Subject`; raises `CheckFailure`, or `NotApplicableError` where there is nothing to prove.
            Whatever else it raises counts as a failure too.
    """

    name: str
    kinds: tuple[str, ...]
    proves: str
    prove: Callable[[Subject], None] = attrs.field(repr=False)


@attrs.frozen
class Result:
    """What came of one check.

    Attributes:
        kind: the component's kind.
        component: its name.
        check: the check's name.
        status: `"passed"`, `"failed"`, `"skipped"` (which says nothing about the component), or
            `"expected-failure"`, where it failed as its author said it would.
        reason: why it failed or was skipped; the author's reason for an expected failure; empty where it passed.
        details: the traceback of a failure.
        seconds: how long it took.
    """

    kind: str
    component: str
    check: str
    status: Status
    reason: str = ""
    details: str = attrs.field(default="", repr=False)
    seconds: float = 0.0


def check(*kinds: str, proves: str) -> Callable[[Callable[[Subject], None]], Check]:
    """Makes a check of a function, named after it.

    Args:
        *kinds: what it applies to.
        proves: see `Check`.

    >>> @check("loss", proves="nothing")
    ... def is_a_loss(subject): ...
    >>> is_a_loss.name
    'is-a-loss'
    """

    def declare(prove: Callable[[Subject], None]) -> Check:
        return Check(prove.__name__.replace("_", "-"), kinds, proves, prove)

    return declare
