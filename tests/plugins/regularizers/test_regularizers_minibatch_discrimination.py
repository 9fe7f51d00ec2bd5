"""Minibatch discrimination against a numpy loop over pairs of samples."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.minibatch_discrimination import MinibatchDiscrimination
from ganreg_regularizers.wgan_gp import WganGp

import ganreg

POINTS = ganreg.DataSpec((3,))
IMAGES = ganreg.DataSpec((4, 4, 2), num_classes=3)


def _plain():
    samples = keras.Input((3,))
    shallow = keras.layers.Dense(6, activation="tanh")(samples)
    deep = keras.layers.Dense(4, activation="tanh")(shallow)
    outputs = {"logits": keras.layers.Dense(1)(deep), "features": (shallow, deep)}
    return keras.Model(samples, outputs, name="discriminator")


def _conditional_patches():
    samples, labels = keras.Input((4, 4, 2)), keras.Input((), dtype="int32")
    hidden = keras.layers.Conv2D(3, 3, strides=2, padding="same", activation="tanh")(samples)
    shift = keras.layers.Reshape((1, 1, 3))(keras.layers.Embedding(3, 3, embeddings_initializer="normal")(labels))
    hidden = keras.layers.Add()([hidden, shift])
    outputs = {"logits": keras.layers.Conv2D(1, 1)(hidden), "features": (hidden,)}
    return keras.Model([samples, labels], outputs, name="discriminator")


def _wrap(model, data, **options):
    """Wraps a discriminator, and gives the similarities weights as if it had learned to use them."""
    wrapped = MinibatchDiscrimination(**options).wrap_discriminator(model, data)
    kernel = wrapped.get_layer("minibatch_head").kernel
    kernel.assign(np.random.default_rng(8).normal(size=kernel.shape))
    return wrapped


def _measured(wrapped, inputs):
    """The similarities that the wrapped discriminator's own layer computes."""
    layer = wrapped.get_layer("minibatch_similarities")
    return keras.Model(wrapped.input, layer.output)(inputs)


def _similarities(hidden, projection, kernels, dimensions):
    """The paper's o(x_i)_b, pair by pair, without a sample's similarity to itself."""
    batch = len(hidden)
    tensor = np.float64(projection).reshape(-1, kernels, dimensions)
    result = np.zeros((batch, kernels))
    for i in range(batch):
        for j in range(batch):
            for b in range(kernels):
                if i != j:
                    mine, other = np.float64(hidden[i]) @ tensor[:, b], np.float64(hidden[j]) @ tensor[:, b]
                    result[i, b] += np.exp(-np.abs(mine - other).sum())
    return result


@pytest.fixture(scope="module", params=["points", "patches"])
def case(request):
    """A discriminator, the same one wrapped, and samples for them."""
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(6)
    data, model = (POINTS, _plain()) if request.param == "points" else (IMAGES, _conditional_patches())
    samples = np.float32(rng.normal(size=(5, *data.shape)))
    inputs = samples if request.param == "points" else [samples, np.array([0, 2, 1, 1, 0], np.int32)]
    wrapped = _wrap(model, data, kernels=2, dimensions=3)
    return SimpleNamespace(model=model, wrapped=wrapped, inputs=inputs)


def test_against_a_loop_over_pairs(case):
    before, after = case.model(case.inputs, training=True), case.wrapped(case.inputs, training=True)
    hidden = np.reshape(before["features"][-1], (5, -1))
    projection = case.wrapped.get_layer("minibatch_similarities").projection.numpy()
    head = np.float64(case.wrapped.get_layer("minibatch_head").kernel.numpy())
    similarities = _similarities(hidden, projection, 2, 3)

    patches = (5,) + (1,) * (len(before["logits"].shape) - 1)
    expected = before["logits"] + (similarities @ head).reshape(patches)
    assert after["logits"].shape == before["logits"].shape
    np.testing.assert_allclose(after["logits"], expected, rtol=1e-5, atol=1e-6)
    assert np.abs(after["logits"] - before["logits"]).max() > 0.1

    for mine, theirs in zip(after["features"], before["features"], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_allclose(_measured(case.wrapped, case.inputs), similarities, rtol=1e-5, atol=1e-6)


def test_keeps_the_discriminators_name_inputs_and_variables(case):
    assert case.wrapped.name == "discriminator"
    assert [tensor.shape for tensor in case.wrapped.inputs] == [tensor.shape for tensor in case.model.inputs]
    added = {id(variable) for variable in case.wrapped.trainable_variables} - {
        id(variable) for variable in case.model.trainable_variables
    }
    assert len(added) == 2
    assert len(case.wrapped.trainable_variables) == len(case.model.trainable_variables) + 2


def test_is_the_papers_concatenation():
    """A last layer [v, u] on [h, o] gives what the wrapped discriminator gives."""
    keras.utils.set_random_seed(1)
    model = _plain()
    *_, last = model.layers
    wrapped = _wrap(model, POINTS)
    samples = np.float32(np.random.default_rng(0).normal(size=(6, 3)))
    outputs = wrapped(samples)
    joined = np.concatenate([outputs["features"][-1], _measured(wrapped, samples)], axis=1)
    kernel = np.concatenate([last.kernel.numpy(), wrapped.get_layer("minibatch_head").kernel.numpy()])
    np.testing.assert_allclose(outputs["logits"], joined @ kernel + last.bias.numpy(), rtol=1e-5, atol=1e-6)


def test_starts_near_the_discriminator_alone():
    keras.utils.set_random_seed(1)
    model = _plain()
    wrapped = MinibatchDiscrimination().wrap_discriminator(model, POINTS)
    samples = np.zeros((128, 3), np.float32)  # equal, so that all similarities are at their greatest
    shift = np.abs(wrapped(samples)["logits"] - model(samples)["logits"])
    assert 0.0 < shift.max() < 2.0


def test_saves_and_loads(case, tmp_path):
    case.wrapped.save(tmp_path / "discriminator.keras")
    loaded = keras.models.load_model(tmp_path / "discriminator.keras")
    np.testing.assert_array_equal(loaded(case.inputs)["logits"], case.wrapped(case.inputs)["logits"])


def test_half_precision_sums_in_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        wrapped = MinibatchDiscrimination().wrap_discriminator(_plain(), POINTS)
    finally:
        keras.config.set_dtype_policy(before)
    samples = np.ones((302, 3), np.float32)
    assert wrapped(samples)["logits"].dtype == tf.float32
    # bfloat16 has no 301, and would stop counting at 256.
    np.testing.assert_allclose(_measured(wrapped, samples), np.full((302, 5), 301.0), rtol=1e-6)


@pytest.mark.parametrize("kind", ["without features", "not functional"])
def test_names_the_remedy(kind):
    model = keras.Sequential([keras.layers.Dense(1)])
    if kind == "without features":
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ganreg.AssemblyError, match="return them as 'features' alongside 'logits'"):
        MinibatchDiscrimination().wrap_discriminator(model, POINTS)


def test_warns_of_penalties_on_single_samples():
    mine = MinibatchDiscrimination()
    assert list(mine.check(SimpleNamespace(regularizers=[mine]))) == []
    (problem,) = mine.check(SimpleNamespace(regularizers=[mine, WganGp()]))
    assert problem.severity == "warning"


@pytest.mark.parametrize("name", ["kernels", "dimensions"])
def test_refuses(name):
    with pytest.raises(ValueError, match=name):
        MinibatchDiscrimination(**{name: 0})
