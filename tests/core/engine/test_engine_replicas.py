"""The devices that share a batch: what each gets, draws and keeps, and what they add up."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganreg.engine.replicas import Replicas, assembling_on, seeds_of
from ganreg.errors import AssemblyError


@pytest.fixture(scope="module")
def two(strategy):
    return Replicas(strategy)


def called(replicas, function, *arguments):
    """What a function returns on the first device, compiled."""
    return tf.function(lambda *given: replicas.run(function, *given), autograph=False)(*arguments)


def copies(strategy, variable):
    value = variable.value if isinstance(variable, keras.Variable) else variable
    return [copy.numpy() for copy in strategy.experimental_local_results(value)]


def test_outside_of_any_strategy_there_is_one_device():
    alone = Replicas.present()
    assert (alone.strategy, alone.count, alone.here, alone.index, alone.name) == (None, 1, 1, 0, None)


def test_the_devices_are_those_of_the_scope_or_of_the_block(strategy):
    with strategy.scope():
        assert Replicas.present().strategy is strategy
    with assembling_on(strategy):
        assert Replicas.present().strategy is strategy
    assert Replicas.present().strategy is None


def test_two_parts_of_the_processor_are_two_devices(two):
    assert (two.count, two.name) == (2, "cpu:2")
    assert two.here == 1  # nothing is shared outside of `run`


def test_another_kind_of_strategy_is_refused():
    with tf.distribute.OneDeviceStrategy("CPU:0").scope(), pytest.raises(AssemblyError) as error:
        Replicas.present()
    assert "OneDeviceStrategy" in str(error.value)
    assert "tf.distribute.MirroredStrategy" in str(error.value)


@pytest.mark.parametrize(("size", "pack", "nearest"), [(63, 1, 64), (1, 1, 2), (13, 3, 12), (15, 2, 16), (66, 4, 64)])
def test_a_batch_that_cannot_be_shared_names_the_nearest_that_can(two, size, pack, nearest):
    with pytest.raises(AssemblyError, match=f"batch of {size} .* 2 devices.* batch size of {nearest}$"):
        two.refuse_batch_size(size, pack=pack)
    two.refuse_batch_size(nearest, pack=pack)
    Replicas().refuse_batch_size(size, pack=pack)


def test_each_device_gets_its_part(two):
    parts = two.split(np.arange(12.0, dtype=np.float32).reshape(3, 4), axis=1)
    sums = two.strategy.experimental_local_results(two.strategy.run(tf.reduce_sum, args=(parts,)))
    assert [float(one) for one in sums] == [0 + 1 + 4 + 5 + 8 + 9, 2 + 3 + 6 + 7 + 10 + 11]
    assert Replicas().split(np.ones((3, 4)), axis=1).shape == (3, 4)


def test_what_an_update_assigns_stays_on_its_device(two):
    with two.building():
        variable = tf.Variable(1.0)
    called(two, lambda: variable.assign(10.0 + tf.cast(two.index, tf.float32)))
    assert copies(two.strategy, variable) == [10.0, 11.0]
    assert variable.numpy() == 10.0  # the first copy is what a checkpoint keeps


def test_the_mean_over_all_devices_has_the_gradient_of_the_mean(two):
    """Each device adds half of a square of the mean m of 1, 2, 3 and 6: by each value it is m / 2."""
    parts = two.split(np.float32([1, 2, 3, 6]), axis=0)

    def gradient(values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            mean = two.mean(tf.reduce_mean(values))
            share = two.share(mean**2)
        return tf.concat([[mean], tape.gradient(share, values)], axis=0)

    assert called(two, gradient, parts).numpy().tolist() == [3.0, 1.5, 1.5]


def test_a_mean_inside_of_a_conditional_is_refused(two):
    def update(values):
        return tf.cond(values[0] > 0, lambda: two.mean(values), lambda: values)

    with pytest.raises(RuntimeError, match="conditional or a loop"):
        called(two, update, two.split(np.ones(2, np.float32), axis=0))


def test_sums_have_the_shapes_of_what_is_summed_and_take_one_exchange_for_each_type(two, monkeypatch):
    reduce, exchanged = Replicas._reduced, []
    monkeypatch.setattr(Replicas, "_reduced", lambda self, *what: exchanged.append(what) or reduce(self, *what))
    parts = two.split(np.float32([[1, 2], [10, 20]]), axis=0)

    def sums(values):
        total = two.sums([values[0], tf.constant([1, 2]), values[0, 0], tf.constant([[3]])])
        return [tf.cast(one, tf.float32) for one in total]

    assert [one.numpy().tolist() for one in called(two, sums, parts)] == [[11, 22], [2, 4], 11, [[6]]]
    assert len(exchanged) == 2 * two.count
    assert Replicas().sums([tf.constant(2.0)])[0].numpy() == 2.0


def test_each_device_draws_other_dropout_masks(two):
    with two.building():
        network = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5, seed=1)])
    (seed,) = seeds_of(network)
    first = seed.numpy()

    for _ in range(2):  # a second training begins like the first
        two.separate_seeds([network])
        own = copies(two.strategy, seed)
        assert own[0].tolist() == first.tolist()
        assert own[1][0] != first[0]
        assert own[1][1] == first[1]


def test_an_optimizer_that_was_used_is_refused(two):
    optimizer = keras.optimizers.Adam()
    assert Replicas().adopt(optimizer) is optimizer
    optimizer.build([keras.Variable(1.0)])
    with two.building(), pytest.raises(AssemblyError, match="has been used before"):
        two.adopt(optimizer)


def test_what_is_summed_may_have_any_length(two):
    """A component's state of open shape takes part in the exchange."""
    with two.building():
        variable = tf.Variable([1.0, 2.0], shape=(None,))
    first, second = called(two, lambda: two.sums([variable.read_value(), tf.constant(3.0)]))
    assert (first.numpy().tolist(), second.numpy()) == ([2.0, 4.0], 6.0)
