"""Minibatch standard deviation as an addition to D's logits."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.minibatch_stddev import MinibatchStddev
from ganreg_regularizers.wgan_gp import WganGp

import ganreg

POINTS = ganreg.DataSpec((3,))


def _patches():
    samples = keras.Input((4, 4, 2))
    hidden = keras.layers.Conv2D(3, 3, strides=2, padding="same", activation="tanh")(samples)
    return keras.Model(samples, {"logits": keras.layers.Conv2D(1, 1)(hidden), "features": (hidden,)}, name="patchy")


@pytest.mark.parametrize("kind", ["points", "patches"])
def test_is_added_to_the_logits(kind):
    model = ganreg.create("discriminator", "mlp:widths=(6,)").build(POINTS) if kind == "points" else _patches()
    wrapped = MinibatchStddev(group_size=None).wrap_discriminator(model, POINTS)
    assert wrapped.name == model.name
    assert len(wrapped.trainable_variables) == len(model.trainable_variables) + 1
    samples = np.random.default_rng(0).normal(size=(6, *model.input.shape[1:])).astype("float32")
    before = model(samples)
    np.testing.assert_array_equal(wrapped(samples)["logits"], before["logits"])  # as it starts

    wrapped.get_layer("stddev_head").kernel.assign([[2.0]])
    added = wrapped(samples)["logits"] - before["logits"]
    hidden = np.float64(np.reshape(before["features"][-1], (6, -1)))
    deviation = np.sqrt(hidden.var(axis=0) + 1e-8).mean()
    np.testing.assert_allclose(added, np.full(added.shape, 2 * deviation), rtol=1e-4)
    np.testing.assert_array_equal(wrapped(samples)["features"][-1], before["features"][-1])


def test_saves_and_loads(tmp_path):
    model = ganreg.create("discriminator", "mlp:widths=(6,)").build(POINTS)
    wrapped = MinibatchStddev().wrap_discriminator(model, POINTS)
    wrapped.get_layer("stddev_head").kernel.assign([[2.0]])
    wrapped.save(tmp_path / "discriminator.keras")
    samples = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    loaded = keras.models.load_model(tmp_path / "discriminator.keras")
    np.testing.assert_array_equal(loaded(samples)["logits"], wrapped(samples)["logits"])


def test_half_precision_measures_in_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = ganreg.create("discriminator", "mlp:widths=(6,)").build(POINTS)
        wrapped = MinibatchStddev().wrap_discriminator(model, POINTS)
    finally:
        keras.config.set_dtype_policy(before)
    assert wrapped(np.ones((4, 3), np.float32))["logits"].dtype == tf.float32


def test_names_the_remedy():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ganreg.AssemblyError, match="return them as 'features' alongside 'logits'"):
        MinibatchStddev().wrap_discriminator(model, POINTS)


def test_warns_of_penalties_on_single_samples():
    mine = MinibatchStddev()
    assert list(mine.check(SimpleNamespace(regularizers=[mine]))) == []
    (problem,) = mine.check(SimpleNamespace(regularizers=[mine, WganGp()]))
    assert problem.severity == "warning"


def test_refuses():
    with pytest.raises(ValueError, match="group_size"):
        MinibatchStddev(group_size=1)
