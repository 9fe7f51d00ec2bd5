"""How a check says that a component fails it, or that it does not apply."""

from __future__ import annotations


class CheckFailure(AssertionError):  # noqa: N818 - what it is called wherever tests fail
    """A component does not do what a check asks of it; the text says what it does instead."""


class NotApplicableError(Exception):
    """A check has nothing to prove about a component; the text says why."""


def require(holds: object, message: str) -> None:
    """Raises `CheckFailure` with a message unless something holds."""
    if not holds:
        raise CheckFailure(message)
