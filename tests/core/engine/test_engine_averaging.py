"""The moving average, against its recursion in numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.averaging import MovingAverage


def _network():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])


@pytest.fixture
def average():
    made = MovingAverage(_network(), _network(), decay=0.5)
    made.reset()
    return made


def test_reset_copies_every_variable(average, numbers, same):
    assert same(numbers(average.source), numbers(average.target))


@pytest.mark.parametrize("decay", [0.9, 0.15])
def test_it_follows_the_recursion(decay):
    """average ← d·average + (1 - d)·value with d = min(decay, (1 + n)/(10 + n))."""
    average = MovingAverage(_network(), _network(), decay)
    average.reset()
    expected = average.target.weights[0].numpy().astype(float)
    rng = np.random.default_rng(0)
    for n in range(30):
        value = rng.normal(size=(2, 2))
        average.source.weights[0].assign(value)
        average.update(tf.constant(n, tf.int64))
        d = min(decay, (1 + n) / (10 + n))
        expected = d * expected + (1 - d) * value
    np.testing.assert_allclose(average.target.weights[0].numpy(), expected, rtol=1e-4, atol=1e-5)


def test_it_leaves_the_network_itself_alone(average, numbers, same):
    average.source.weights[0].assign(np.ones((2, 2)))
    before = numbers(average.source)
    average.update(tf.constant(3))
    assert same(before, numbers(average.source))


def test_whole_numbers_are_copied(average):
    """Half of a dropout's seed means nothing."""
    (seed,) = [variable for variable in average.source.variables if "int" in variable.dtype]
    seed.assign([11, 13])
    average.update(tf.constant(0))
    (copied,) = [variable for variable in average.target.variables if "int" in variable.dtype]
    np.testing.assert_array_equal(copied.numpy(), [11, 13])


def test_without_decay_there_is_one_generator(small):
    gan = small(ema_decay=0.0)
    assert gan.players.average is None
    assert gan.average_generator is gan.generator


def test_an_average_starts_as_the_generator_and_lags_behind_it(small, points, numbers, same):
    gan = small(ema_decay=0.9)
    assert same(numbers(gan.generator), numbers(gan.average_generator))
    gan.fit(points, steps=3, verbose=0, execution="eager")
    assert not same(numbers(gan.generator), numbers(gan.average_generator))


def test_an_average_in_training_follows_each_generator_update(dirac):
    """Wasserstein with psi held at -1: theta moves by -1 · rate an update, 0, -1, -2, -3."""
    gan = dirac(
        "wasserstein",
        ["weight-clipping:limit=1"],
        ganreg.Schedule("alternating", first="generator"),
        rate=1.0,
        theta=0.0,
        ema_decay=0.3,
    )
    theta, average = 0.0, 0.0
    x = np.full((64, 1), -100.0, np.float32)
    for n in range(3):
        gan.fit(x, steps=1, verbose=0, execution="eager", updates_per_call=1)
        theta -= 1.0
        average += (1 - min(0.3, (1 + n) / (10 + n))) * (theta - average)
    assert float(gan.generator.trainable_variables[0].numpy()[0]) == theta
    assert float(gan.average_generator.trainable_variables[0].numpy()[0]) == pytest.approx(average, rel=1e-5)
