"""Evaluation and validation: against sums by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.running.evaluation import Evaluation, Validation, listed

X = np.array([[0.5], [-1.0], [2.0], [0.25]], np.float32)


@pytest.fixture(scope="module")
def gan(dirac):
    """D(x) = -x under the minimax loss, whose value on reals is the mean of softplus(x)."""
    return dirac()


def made(gan, x=X, **options):
    return Evaluation(gan.programs, lambda: gan.batches_of(x, shuffle=False), **options)


def loss(x):
    return np.mean(np.log1p(np.exp(x))) + np.log1p(np.exp(-1.0))


def run(one):
    return one.run(keras.callbacks.CallbackList())["discriminator_loss"]


def test_the_mean_over_batches(gan):
    assert run(made(gan)) == pytest.approx(loss(X), rel=1e-5)
    assert run(made(gan, steps=1)) == pytest.approx(loss(X[:2]), rel=1e-5)
    assert made(gan, steps=99).steps == 2


def test_a_pipeline_starts_anew_each_time(gan):
    pipeline = tf.data.Dataset.from_tensor_slices(X).batch(2)
    one = made(gan, pipeline, steps=1)
    assert run(one) == run(one) == pytest.approx(loss(X[:2]), rel=1e-5)


def test_an_unknown_length_needs_steps(gan):
    endless = tf.data.Dataset.from_tensor_slices(X).batch(2).repeat()
    with pytest.raises(ganreg.DataError, match="does not know its length; pass validation_steps="):
        made(gan, endless, name="validation_steps")
    assert run(made(gan, endless, steps=2)) == pytest.approx(loss(X), rel=1e-5)


def test_callbacks_hear_of_each_batch(gan):
    told = []
    one = keras.callbacks.LambdaCallback(on_test_batch_end=lambda batch, logs: told.append((batch, len(logs))))
    made(gan).run(keras.callbacks.CallbackList([one]))
    assert [batch for batch, _ in told] == [0, 1]


@pytest.mark.parametrize(("every", "due"), [(1, [0, 1, 2, 3]), (2, [1, 3]), ([1, 4], [0, 3]), (np.int64(3), [2])])
def test_when_a_validation_is_due(gan, every, due):
    validation = Validation(made(gan), every)
    assert [epoch for epoch in range(4) if validation.is_due(epoch)] == due


@pytest.mark.parametrize("every", [0, "2", 1.5, [0]])
def test_other_frequencies_are_refused(gan, every):
    with pytest.raises(ganreg.SpecError, match="validation_freq must be a whole number"):
        Validation(made(gan), every)


def test_names_of_validation_values(gan):
    values = Validation(made(gan)).run(keras.callbacks.CallbackList())
    assert sorted(values) == sorted(f"val_{name}" for name in gan.players.updates.log_names)


def test_values_as_a_list():
    assert listed({"b": 1.0, "a": 2.0}, as_dict=False) == [1.0, 2.0]
    assert listed({"b": 1.0}, as_dict=True) == {"b": 1.0}
    with pytest.raises(ganreg.SpecError, match="return_dict must be True or False"):
        listed({}, as_dict="yes")
