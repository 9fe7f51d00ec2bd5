"""Every check finds the fault that is meant for it, in a component that is right in all else."""

import pytest
from faulty_gan import FAULTS

from ganreg.testing import CheckFailure, check_component
from ganreg.testing.checks import all_checks
from ganreg.testing.subject import subject_of

BY_OTHER_TESTS = {"is-listed-without-tensorflow", "is-listed-fast"}
"""Checks of installed plugins; see test_testing_importing."""


def fault_id(fault):
    return f"{subject_of(fault.component).kind}-{fault}"


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=[pytest.mark.slow] * fault.slow, id=fault_id(fault)) for fault in FAULTS],
)
def test_a_check_finds_its_fault(fault):
    (check,) = [check for check in check_component(fault.component) if check.name == fault.check]

    assert (check.result.status, fault.reason in check.result.reason) == ("failed", True), check.result
    with pytest.raises(CheckFailure, match=fault.check):
        check()


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=fault_id)
def test_no_other_check_finds_it(fault):
    failed = {check.name: check.reason for check in check_component(fault.component) if check.status == "failed"}

    assert set(failed) == {fault.check}, failed


def test_every_check_has_a_fault():
    found = {check.check for fault in FAULTS for check in check_component(fault.component) if check.name == fault.check}

    assert {check.name for check in set(all_checks()) - found} == BY_OTHER_TESTS
