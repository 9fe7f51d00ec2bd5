"""Sources: the model itself once, then copies; or a function at each call."""

import cloudpickle
import numpy as np
import pytest

import ganreg
from ganreg.adapters.sources import FunctionSource, ModelSource, required_parameters
from tests.core.adapters.conftest import sequential

DATA = ganreg.DataSpec((2,))


def test_the_model_itself_comes_first_then_copies_with_its_weights(generator):
    source = ModelSource(generator)
    first, second = source.model(DATA), source.model(DATA)
    assert first is generator
    assert second is not generator
    np.testing.assert_array_equal(second.get_weights()[0], generator.get_weights()[0])


def test_a_model_of_another_gan_is_copied(generator):
    ModelSource(generator).model(DATA)
    other = ModelSource(generator)
    assert other.belongs_to_another
    assert other.model(DATA) is not generator


def test_a_pattern_is_never_handed_out(generator):
    source = ModelSource(generator, pattern=True)
    first = source.model(DATA)
    assert first is not generator
    assert not np.allclose(first.get_weights()[0], generator.get_weights()[0])


def test_a_model_can_be_sent_to_another_process(generator):
    again = cloudpickle.loads(cloudpickle.dumps(ModelSource(generator, pattern=True)))
    assert [one.shape for one in again.model(DATA).weights] == [one.shape for one in generator.weights]


@pytest.mark.parametrize("function", [lambda: sequential(4, 2), lambda data: sequential(4, *data.shape)])
def test_a_function_builds_a_model_at_each_call(function):
    source = FunctionSource(function)
    assert source.model(DATA) is not source.model(DATA)


def test_what_is_wrong_with_a_function_is_said(generator):
    source = FunctionSource(lambda: generator)
    source.model(DATA)
    with pytest.raises(ganreg.AssemblyError, match="returned the same model again"):
        source.model(DATA)
    with pytest.raises(ganreg.AssemblyError, match=r"must return a keras\.Model, got int"):
        FunctionSource(lambda: 3).model(DATA)
    with pytest.raises(ganreg.AssemblyError, match=r"<lambda>\(a, b\) cannot build a network"):
        FunctionSource(lambda a, b: None)


def test_required_parameters():
    assert required_parameters(lambda a, b=1, *c, d=2: None) == ["a"]
    assert required_parameters(dict) == []
