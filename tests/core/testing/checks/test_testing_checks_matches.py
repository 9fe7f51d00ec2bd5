"""The checks of what games show find the faults that are planted for them."""

import pytest
from faulty_gan.games import Means
from faulty_gan.proving import failed_checks, faults_of, result_of, unproved_checks

from ganreg.testing import check_component
from ganreg.testing.checks import matches


@pytest.mark.parametrize("fault", faults_of("matches"))
def test_a_check_finds_its_fault(fault):
    result = result_of(fault)

    assert result.status == "failed", result
    assert fault.reason in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults_of("matches"))
def test_no_other_check_finds_it(fault):
    assert failed_checks(fault) == {fault.check, *fault.also}


@pytest.mark.parametrize("game", [Means, ("game", "cycle"), ("game", "bidirectional")])
def test_a_correct_game_passes(game):
    results = [one.result for one in check_component(game) if one.check in vars(matches).values()]

    assert {result.status for result in results} <= {"passed", "skipped"}, results
    assert len(results) == 1


def test_every_check_has_a_fault():
    assert unproved_checks("matches") == set()
