"""How networks are called: with labels if they take them, in training mode, to float32 samples."""

import numpy as np
import pytest
import tensorflow as tf

from ganreg import PluginError
from ganreg.engine.forward import Judge, Maker


@pytest.fixture
def seen():
    return []


@pytest.fixture
def network(seen):
    def call(inputs, training):
        seen.append((inputs, training))
        return tf.cast(tf.zeros((2, 1)), tf.bfloat16)

    return call


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("role", [Maker, Judge])
def test_a_network_gets_labels_if_it_takes_them(network, seen, role, conditional):
    role(network, conditional)("inputs", "labels")
    assert seen == [(["inputs", "labels"] if conditional else "inputs", True)]


def test_samples_and_logits_are_float32_in_half_precision(network):
    assert Maker(network)(None, None).dtype == tf.float32
    assert Judge(network)(None, None).logits.dtype == tf.float32


def test_double_precision_is_kept():
    values = np.zeros((2, 1))
    assert Maker(lambda inputs, training: tf.constant(values))(None, None).dtype == tf.float64


def test_an_error_names_the_component():
    def broken(inputs, training):
        raise ValueError("shapes differ")

    with pytest.raises(PluginError, match="translator 'u-net' of acme failed in call: ValueError: shapes differ"):
        Maker(broken, origin="translator 'u-net' of acme")(None, None)
