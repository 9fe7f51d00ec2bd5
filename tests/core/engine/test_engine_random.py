"""Random numbers are a function of their key alone, and distributed as they should be."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.random import seed_generator
from scipy import stats

from ganreg.engine.random import RandomStream, seeded, static_key


def stream(seed=1, owner="discriminator/noise", update=3, replica=0, replicas=1):
    return RandomStream(seed, owner, update, replica, replicas)


@pytest.fixture(params=["normal", "uniform"])
def draw(request):
    """Draws from a stream by either method."""
    return lambda source, shape: getattr(source, request.param)(shape)


@pytest.fixture(params=["normal", "uniform"])
def draw_along(request):
    """Draws from a stream by either method, with the samples along an axis."""
    return lambda source, shape, axis: getattr(source, request.param)(shape, axis)


def test_static_key_is_the_hash_of_its_parts():
    """The first four bytes of SHA-256 of "0/a", as sha256sum prints them, without the sign bit."""
    assert static_key(0, "a") == 0x0D6B21D3


def test_same_key_gives_same_numbers(draw):
    np.testing.assert_array_equal(draw(stream(), (4, 3)), draw(stream(), (4, 3)))


@pytest.mark.parametrize(
    "other", [{"seed": 2}, {"owner": "generator/noise"}, {"update": 4}, {"replica": 1, "replicas": 2}]
)
def test_another_key_gives_independent_numbers(draw, other):
    first, second = draw(stream(), (2000,)).numpy(), draw(stream(**other), (2000,)).numpy()
    assert not np.any(first == second)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.08


@pytest.mark.parametrize(("shape", "axis"), [((6,), 0), ((6, 5), 0), ((4, 6, 3), 1), ((2, 3, 6), 2), ((6, 1, 1), 0)])
@pytest.mark.parametrize("replicas", [2, 3])
@pytest.mark.parametrize("is_known", [True, False])
def test_devices_draw_their_parts_of_what_one_device_draws(draw_along, shape, axis, replicas, is_known):
    own = [size // replicas if place == axis else size for place, size in enumerate(shape)]
    own = own if is_known else [tf.constant(size) for size in own]
    parts = [draw_along(stream(replica=tf.constant(i), replicas=replicas), own, axis) for i in range(replicas)]
    # The quantile function of the normal distribution depends on the size of an array in its last bit.
    np.testing.assert_allclose(np.concatenate(parts, axis=axis), draw_along(stream(), shape, axis), atol=1e-6)


def test_each_draw_is_fresh(draw):
    source = stream()
    first, second = draw(source, (2000,)).numpy(), draw(source, (2000,)).numpy()
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.08


def test_normal_numbers_are_standard_normal():
    values = stream().normal((20_000,)).numpy()
    assert stats.kstest(values, "norm").pvalue > 0.01


@pytest.mark.parametrize("bits", [0, 1, 2**31 - 1, 2**31, 2**32 - 512, 2**32 - 1])
def test_normal_numbers_are_finite_whatever_the_bits(monkeypatch, bits):
    """One infinite number in millions ends a training in NaN; and nothing lies beyond the quantile of 2^-24."""
    monkeypatch.setattr(RandomStream, "_bits", lambda self, shape, axis: tf.fill(shape, tf.constant(bits, tf.uint32)))
    value = float(stream().normal((1,))[0])
    probability = (2 * (bits >> 9) + 1) / 2**24
    assert value == pytest.approx(stats.norm.ppf(probability), rel=1e-3, abs=1e-6)


def test_normal_numbers_are_independent_within_a_draw():
    values = stream().normal((20_000,)).numpy()
    first, second = values[:10_000], values[10_000:]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03
    assert abs(np.corrcoef(first**2, second**2)[0, 1]) < 0.03


def test_uniform_numbers_are_uniform_below_one():
    values = stream().uniform((20_000,)).numpy()
    assert values.min() >= 0
    assert values.max() < 1
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_numbers_of_consecutive_updates_are_uniform_together():
    """One number an update, as a penalty that draws a scalar sees it."""
    values = [float(stream(update=update).uniform((1,))[0]) for update in range(500)]
    assert stats.kstest(values, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 0.1


@pytest.mark.parametrize("shape", [(), (1,), (3,), (5, 7), (2, 3, 5), (0, 3)])
def test_shapes_odd_and_even(draw, shape):
    values = draw(stream(), shape)
    assert values.shape == shape
    assert values.dtype == tf.float32
    assert np.isfinite(values).all()


def test_a_dynamic_batch_gives_the_numbers_of_a_static_one(draw):
    @tf.function(input_signature=[tf.TensorSpec([None, 2])], autograph=False)
    def drawn(samples):
        return draw(stream(), (tf.shape(samples)[0], 3))

    np.testing.assert_allclose(drawn(tf.zeros((5, 2))), draw(stream(), (5, 3)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("compiler", [False, True], ids=["graph", "xla"])
def test_compilation_changes_no_bit_of_a_uniform_number(compiler):
    compiled = tf.function(lambda update: stream(update=update).uniform((33,)), jit_compile=compiler, autograph=False)
    np.testing.assert_array_equal(compiled(tf.constant(3)), stream().uniform((33,)))


@pytest.mark.parametrize("compiler", [False, True], ids=["graph", "xla"])
def test_compilation_keeps_normal_numbers(compiler):
    """Up to the last bits of each compiler's logarithm and cosine."""
    compiled = tf.function(lambda update: stream(update=update).normal((33,)), jit_compile=compiler, autograph=False)
    np.testing.assert_allclose(compiled(tf.constant(3)), stream().normal((33,)), rtol=1e-4, atol=1e-5)


def test_an_update_of_int64_gives_the_numbers_of_int32(draw):
    np.testing.assert_array_equal(
        draw(stream(update=tf.constant(3, tf.int64)), (4,)), draw(stream(update=tf.constant(3, tf.int32)), (4,))
    )


def test_seeded_restores_the_global_generators():
    python, legacy = random.getstate(), np.random.get_state()
    with seeded(0, "generator"):
        random.seed(5)
        np.random.seed(5)
    assert random.getstate() == python
    np.testing.assert_array_equal(np.random.get_state()[1], legacy[1])
    assert np.random.get_state()[2] == legacy[2]


def test_seeded_restores_them_after_an_error():
    python = random.getstate()
    with pytest.raises(TypeError, match="seed"), seeded(0):
        random.seed([])
    assert random.getstate() == python


def _weights(*parts):
    with seeded(*parts):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dropout(0.5)])
    return [variable.numpy() for variable in model.variables]


def test_seeded_fixes_initializers_and_dropout(same):
    random.seed(1)
    first = _weights(0, "generator")
    random.seed(2)
    assert same(first, _weights(0, "generator"))


@pytest.mark.parametrize("parts", [(1, "generator"), (0, "discriminator")])
def test_other_parts_give_other_weights(same, parts):
    assert not same(_weights(0, "generator"), _weights(*parts))


def test_layers_of_one_network_differ():
    with seeded(0):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3), keras.layers.Dense(3)])
    assert not np.array_equal(model.layers[0].kernel.numpy(), model.layers[1].kernel.numpy())


def test_what_other_threads_draw_changes_nothing_that_is_built():
    def seeds(meanwhile):
        with seeded("networks", 3):
            meanwhile()
            return [keras.layers.Dense(2).kernel_initializer.seed for _ in range(3)]

    def draw_elsewhere():
        thread = threading.Thread(target=random.random)
        thread.start()
        thread.join()

    assert seeds(draw_elsewhere) == seeds(lambda: None)


def test_networks_that_threads_build_at_once_depend_on_their_seeds_alone(same):
    alone = [_weights(seed) for seed in range(4)]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(_weights, range(4)))

    assert all(same(first, second) for first, second in zip(alone, together, strict=True))
    assert seed_generator.python_random is random


def test_what_another_thread_builds_meanwhile_changes_nothing():
    def seed(_=None):
        return keras.layers.Dense(2).kernel_initializer.seed

    with seeded("networks", 3):
        undisturbed = [seed(), seed()]
    with seeded("networks", 3), ThreadPoolExecutor(1) as another:
        first = seed()
        another.submit(seed).result()
        assert [first, seed()] == undisturbed
