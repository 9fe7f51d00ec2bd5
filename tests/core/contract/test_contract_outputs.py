"""The output of a discriminator."""

import numpy as np
import tensorflow as tf

from ganreg.contract.outputs import Output, per_sample


def test_a_discriminator_may_return_logits_alone():
    output = Output.of(tf.constant([[1.0]], tf.float64))
    assert output.features == ()
    assert output.logits.dtype == tf.float32


def test_more_outputs_stay_reachable():
    assert Output.of({"logits": tf.zeros((1, 1)), "classes": 7}).outputs["classes"] == 7


def test_logits_of_patches_are_averaged_for_each_sample():
    patches = tf.constant(np.arange(12.0).reshape(2, 2, 3, 1), tf.float16)
    averaged = per_sample(patches)
    assert averaged.dtype == tf.float32
    np.testing.assert_allclose(averaged, [2.5, 8.5])
