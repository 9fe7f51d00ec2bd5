"""The checks of regularizers find the faults that are planted for them."""

import attrs
import pytest
import tensorflow as tf
from faulty_gan.proving import failed_checks, faults_of, result_of, unproved_checks

from ganreg import Regularizer, parameter
from ganreg.testing import check_component


@pytest.mark.parametrize("fault", faults_of("regularizers"))
def test_a_check_finds_its_fault(fault):
    result = result_of(fault)

    assert result.status == "failed", result
    assert fault.reason in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults_of("regularizers"))
def test_no_other_check_finds_it(fault):
    assert failed_checks(fault) == {fault.check, *fault.also}


def test_every_check_has_a_fault():
    assert unproved_checks("regularizers") == set()


def test_the_weight_of_a_penalty_of_0_is_not_checked():
    @attrs.frozen(kw_only=True)
    class Far(Regularizer):
        weight: float = parameter(1.0, "is not used")

        def discriminator_penalty(self, step):
            return tf.nn.relu(tf.reduce_mean(step.real_logits) - 1000.0)

    (result,) = [one.result for one in check_component(Far) if one.name == "weight-multiplies-its-penalty"]

    assert result.status == "skipped"
    assert "is 0 on the samples of the check" in result.reason
