"""The exceptions of checks."""

import pytest

from ganreg.testing.failures import CheckFailure, NotApplicableError, require


@pytest.mark.parametrize("holds", [True, 1, "text", [0]])
def test_a_condition_that_holds_passes(holds):
    require(holds, "it must hold")


@pytest.mark.parametrize("holds", [False, 0, "", [], None])
def test_a_condition_that_does_not_hold_fails(holds):
    with pytest.raises(CheckFailure, match="it must hold"):
        require(holds, "it must hold")


def test_only_a_failure_fails_a_test():
    """pytest and unittest report an `AssertionError` as a failed test, and other exceptions as errors."""
    assert issubclass(CheckFailure, AssertionError)
    assert not issubclass(NotApplicableError, AssertionError)
