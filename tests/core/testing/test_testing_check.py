"""The definition of checks."""

import pytest
from faulty_gan.losses import CrossEntropy

from ganreg.testing.check import Check, check
from ganreg.testing.subject import subject_of


def test_a_function_becomes_a_check_of_its_name():
    @check("loss", "metric", proves="it is a test")
    def is_a_test(subject):
        assert subject.kind == "loss"

    assert isinstance(is_a_test, Check)
    assert (is_a_test.name, is_a_test.kinds, is_a_test.proves) == ("is-a-test", ("loss", "metric"), "it is a test")
    is_a_test.prove(subject_of(CrossEntropy))
    with pytest.raises(AssertionError):
        is_a_test.prove(subject_of("metric", "precision-recall"))
