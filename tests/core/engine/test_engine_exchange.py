"""What devices exchange in one update."""

import numpy as np
import pytest
import tensorflow as tf

from ganreg.engine.exchange import Changes, shared
from ganreg.engine.replicas import Replicas


@pytest.fixture(scope="module")
def two(strategy):
    return Replicas(strategy)


def called(replicas, function):
    return tf.function(lambda: replicas.run(function), autograph=False)()


def copies(strategy, variable):
    return [copy.numpy().tolist() for copy in strategy.experimental_local_results(variable)]


def test_a_device_alone_exchanges_nothing():
    variable, gradient, terms = tf.Variable(1.0), tf.constant(2.0), {"loss": tf.constant(3.0)}
    changes = Changes(Replicas(), [variable])
    variable.assign(5.0)

    gradients, same = shared(Replicas(), [[gradient]], terms, changes)
    changes.agree()

    assert gradients[0][0] is gradient
    assert same is terms
    assert variable.numpy() == 5.0


def test_the_change_of_all_is_the_mean_of_the_changes(two):
    """1 becomes 3 on one device and 6 on the other: 4.5. Integers are left alone, and so is what has not changed."""
    with two.building():
        statistic, untouched, count = tf.Variable(1.0), tf.Variable(0.1), tf.Variable(1)

    def update():
        changes = Changes(two, [statistic, untouched, count])
        statistic.assign(3.0 + 3.0 * tf.cast(two.index, tf.float32))
        count.assign_add(two.index)
        changes.agree()

    called(two, update)

    assert copies(two.strategy, statistic) == [4.5, 4.5]
    assert copies(two.strategy, count) == [1, 2]
    assert copies(two.strategy, untouched) == [float(np.float32(0.1))] * 2


def test_gradients_and_terms_are_sums_and_changes_are_everyones(two):
    with two.building():
        statistic = tf.Variable([0.0, 0.0])

    def update():
        own = tf.cast(two.index, tf.float32)
        changes = Changes(two, [statistic])
        statistic.assign([own, 4.0])
        (first, second), terms = shared(two, [[own + 1.0], [own * tf.ones((2, 1))]], {"a": own, "b": own + 10}, changes)
        return [*first, *second, *terms.values()]

    found = called(two, update)

    assert [one.numpy().tolist() for one in found] == [3.0, [[1.0], [1.0]], 1.0, 21.0]
    assert copies(two.strategy, statistic) == [[0.5, 4.0]] * 2
