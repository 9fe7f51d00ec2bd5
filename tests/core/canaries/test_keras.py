"""What ganreg relies on that Keras does not promise. A failure here names the module to mend."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.random import seed_generator

from ganreg.adapters.optimizers import LOCAL

SEEDING = (
    "Keras no longer draws unset seeds from `keras.src.random.seed_generator.python_random`: mend `_keras_draws_from` "
    "in ganreg/engine/random.py, which makes weights depend on the seed alone in every thread"
)
SCALING = (
    "Keras's LossScaleOptimizer has changed: mend ganreg/engine/loss_scaling.py, the only module that looks into it"
)
WRAPPING = (
    "Keras no longer wraps what a layer raises as it did: mend `_unwrapped` in ganreg/engine/attribution.py, which "
    "finds the original exception"
)
WALKING = (
    "Keras's `_flatten_layers` no longer gives the layers inside layers: mend `normalizes_batch` in "
    "ganreg/engine/networks.py, which looks for batch statistics, and ganreg_regularizers/kernels.py, which looks for "
    "weights"
)

SEED = "Keras no longer keeps the seed of set_random_seed as it did: mend `global_seed` in ganreg/engine/random.py"
CALLBACKS = (
    "Keras's callbacks have changed: mend `wants_each_update` in ganreg/engine/running/keras_callbacks.py, which asks "
    "TensorBoard whether it traces, and ganreg/engine/running/loop.py, which reads where BackupAndRestore continues"
)


class Failing(keras.layers.Layer):
    """Raises when it is called."""

    def call(self, inputs):
        raise ValueError("the reason")


def test_unset_seeds_come_from_the_random_module_by_a_name_that_can_be_replaced(monkeypatch):
    assert seed_generator.python_random is random, SEEDING
    monkeypatch.setattr(seed_generator, "python_random", random.Random(7))  # noqa: S311 - nothing secret
    expected = random.Random(7)  # noqa: S311

    seeds = [keras.initializers.HeNormal().seed, keras.initializers.RandomNormal().seed]
    dropout = int(keras.layers.Dropout(0.5).seed_generator.state.numpy()[0])

    assert [*seeds, dropout] == [expected.randint(1, 10**9) for _ in range(3)], SEEDING


def test_the_loss_scale_is_a_variable_and_the_inner_optimizer_is_there():
    inner = keras.optimizers.Adam()
    optimizer = keras.optimizers.LossScaleOptimizer(inner, initial_scale=8.0)
    optimizer.build([keras.Variable(1.0)])

    assert getattr(optimizer, "inner_optimizer", None) is inner, SCALING
    scale = getattr(getattr(optimizer, "dynamic_scale", None), "value", None)
    assert isinstance(scale, tf.Variable), SCALING
    assert float(scale) == 8.0, SCALING


def test_what_a_layer_raises_is_the_context_of_keras_s_own_exception():
    try:
        Failing()(np.zeros((1, 1), np.float32))
    except ValueError as error:
        raised = error

    assert str(raised).startswith("Exception encountered when calling"), WRAPPING
    assert str(raised.__context__) == "the reason", WRAPPING


class Nested(keras.layers.Layer):
    """Keeps a layer in some container."""

    def __init__(self, kept):
        super().__init__()
        self.kept = kept

    def build(self, input_shape):
        pass

    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    "contain",
    [
        lambda layer: layer,
        lambda layer: [layer],
        lambda layer: {"a": layer},
        lambda layer: keras.Sequential([layer]),
        lambda layer: Nested([layer]),
    ],
    ids=["attribute", "list", "dict", "sequential", "layer"],
)
def test_the_layers_inside_layers_are_found(contain):
    inner = keras.layers.BatchNormalization()
    model = keras.Sequential([keras.Input((4,)), Nested(contain(inner)), keras.layers.Dense(1)])

    assert any(layer is inner for layer in model._flatten_layers()), WALKING


def test_the_seed_of_the_program_can_be_read():
    from keras.src.utils import rng_utils

    before = rng_utils.get_random_seed()
    try:
        keras.utils.set_random_seed(17)
        assert rng_utils.get_random_seed() == 17, SEED
    finally:
        rng_utils.global_state.set_global_attribute(rng_utils.GLOBAL_RANDOM_SEED, before)


def test_callbacks_tell_what_they_need(tmp_path):
    assert keras.callbacks.TensorBoard(tmp_path)._should_trace is False, CALLBACKS
    assert keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])._initial_epoch is None, CALLBACKS


OPTIMIZING = (
    "Keras's optimizers have changed: mend ganreg/adapters/optimizers.py, which has each device move its own copies of "
    "the variables"
)
SEEDS = (
    "Keras no longer keeps a layer's seed in a variable `seed_generator_state` of two numbers: mend `seeds_of` in "
    "ganreg/engine/replicas.py, which gives each device other dropout masks"
)


@pytest.mark.parametrize("name", LOCAL)
def test_tensorflows_optimizers_replace_these_methods_of_all_backends(name):
    from keras.src.backend.tensorflow.optimizer import TFOptimizer
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    assert callable(getattr(BaseOptimizer, name, None)), OPTIMIZING
    assert getattr(TFOptimizer, name) is not getattr(BaseOptimizer, name), OPTIMIZING


def test_tensorflows_optimizers_replace_no_other_method_that_exchanges_anything():
    """Whatever else talks to `tf.distribute` would do so once more on each device."""
    import inspect

    from keras.src.backend.tensorflow.optimizer import TFOptimizer

    found = {
        name
        for name, method in vars(TFOptimizer).items()
        if callable(method) and "_distribution_strategy" in inspect.getsource(method)
    }
    harmless = {"__init__", "add_variable_from_reference", "_distributed_tf_update_step"}
    assert found - harmless == set(LOCAL), OPTIMIZING


def test_a_scaling_optimizer_has_one_way_for_all_backends_and_one_for_tensorflow():
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())
    assert callable(getattr(optimizer, "_common_apply", None)), OPTIMIZING
    assert callable(getattr(optimizer, "_tf_apply", None)), OPTIMIZING


def test_a_seed_is_a_variable_of_two_numbers_with_a_known_name():
    (seed,) = keras.Sequential([keras.Input((1,)), keras.layers.Dropout(0.5)]).non_trainable_variables
    assert (seed.name, tuple(seed.shape)) == ("seed_generator_state", (2,)), SEEDS
    assert not seed.value.dtype.is_floating, SEEDS
