"""What components rely on when they draw random numbers is what the engine gives them."""

import inspect

import pytest

from ganreg.contract.numbers import RandomNumbers
from ganreg.engine.random import RandomStream


@pytest.mark.parametrize("method", ["normal", "uniform"])
def test_the_engines_streams_have_its_methods(method):
    declared, given = (inspect.signature(getattr(one, method)) for one in (RandomNumbers, RandomStream))
    assert list(given.parameters) == list(declared.parameters) == ["self", "shape", "axis"]
    assert [one.parameters["axis"].default for one in (declared, given)] == [0, 0]
