"""The checks of updates on several devices find the faults that are planted for them."""

import pytest
from faulty_gan.proving import failed_checks, faults_of, result_of, unproved_checks


@pytest.mark.parametrize("fault", faults_of("sharing"))
def test_a_check_finds_its_fault(fault):
    result = result_of(fault)

    assert result.status == "failed", result
    assert fault.reason in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults_of("sharing"))
def test_no_other_check_finds_it(fault):
    assert failed_checks(fault) == {fault.check, *fault.also}


def test_every_check_has_a_fault():
    assert unproved_checks("sharing") == set()
