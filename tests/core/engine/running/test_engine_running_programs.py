"""The compiled functions of an assembly: each made once, and made anew when it must be."""

import pytest

from ganreg.contract.schedule import Phase
from ganreg.engine.running.execution import Execution

BOTH, TURNS = Phase(1, 1, simultaneous=True), Phase(1, 1)
ONE, SEVERAL = Execution("graph", 1), Execution("graph", 5)


@pytest.fixture
def programs(small):
    """Programs of a GAN with a penalty in each third update."""
    return small(regularizers=["r1:every=3"]).programs


def test_a_function_is_made_once(programs):
    first = programs.function_for(BOTH, SEVERAL)
    assert programs.function_for(Phase(1, 1, simultaneous=True), Execution("graph", 5), iteration=7) is first
    assert programs.functions == (first,)


@pytest.mark.parametrize("other", [(TURNS, SEVERAL), (BOTH, ONE), (BOTH, Execution("xla", 5))])
def test_another_phase_or_execution_has_its_own(programs, other):
    assert programs.function_for(BOTH, SEVERAL) is not programs.function_for(*other)


def test_single_iterations_with_the_same_due_penalties_share_a_function(programs):
    """R1 is due in iterations 0 and 3."""
    functions = [programs.function_for(BOTH, ONE, iteration) for iteration in range(5)]
    assert [functions.index(function) for function in functions] == [0, 1, 1, 0, 1]


def test_what_was_compiled_can_be_forgotten(programs):
    before = programs.function_for(BOTH, ONE)
    programs.forget()
    assert programs.functions == ()
    assert programs.function_for(BOTH, ONE) is not before


def test_how_the_last_training_ran_is_kept(small, points):
    gan = small()
    assert gan.programs.execution is gan.execution is None
    gan.fit(points, steps=2, verbose=0, execution="eager", updates_per_call=2)
    assert gan.execution == Execution("eager", 2)
