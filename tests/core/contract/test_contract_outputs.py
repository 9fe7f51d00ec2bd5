"""The output of a discriminator."""

import numpy as np
import pytest
import tensorflow as tf

from ganreg.contract.outputs import Output


def test_a_discriminator_may_return_logits_alone():
    output = Output.of(tf.constant([[1.0]], tf.float64))
    assert output.features == ()
    assert output.logits.dtype == tf.float32


def test_more_outputs_stay_reachable():
    assert Output.of({"logits": tf.zeros((1, 1)), "classes": 7}).outputs["classes"] == 7


def test_logits_of_patches_are_averaged_for_each_sample():
    averaged = Output.of(tf.constant(np.arange(12.0).reshape(2, 2, 3, 1), tf.float16)).logits_per_sample
    assert averaged.dtype == tf.float32
    np.testing.assert_allclose(averaged, [2.5, 8.5])


def test_all_logits_are_those_of_each_sample_one_after_another():
    output = Output.of(tf.constant(np.arange(12.0).reshape(2, 2, 3, 1), tf.float16))
    assert output.all_logits.dtype == tf.float32
    assert output.all_logits.numpy().tolist() == list(range(12))
    assert output.repeated(tf.constant([1.0, 2.0])).numpy().tolist() == [1.0] * 6 + [2.0] * 6


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_a_single_logit_for_each_sample_is_not_repeated(shape):
    output = Output.of(tf.reshape(tf.constant([3.0, 4.0]), shape))
    assert output.all_logits.numpy().tolist() == output.logits_per_sample.numpy().tolist() == [3.0, 4.0]
    assert output.repeated(tf.constant([True, False])).numpy().tolist() == [True, False]
