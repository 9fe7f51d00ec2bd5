"""The exceptions of checks: a component fails, or the check does not apply."""

from __future__ import annotations


class CheckFailure(AssertionError):  # noqa: N818 - tests fail, they do not have errors
    """A component does not meet the requirement of a check; the text says what it does instead."""


class NotApplicableError(Exception):
    """A check does not apply to a component; the text says why."""


def require(holds: object, message: str) -> None:
    """Raises `CheckFailure` with a message if a condition does not hold."""
    if not holds:
        raise CheckFailure(message)
