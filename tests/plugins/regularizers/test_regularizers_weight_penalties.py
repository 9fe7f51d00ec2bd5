"""The penalties of weights, orthogonal regularization and historical averaging, against float64 numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.historical_averaging import HistoricalAveraging
from ganreg_regularizers.kernels import kernels_of
from ganreg_regularizers.orthogonal import Orthogonal

import ganreg
from ganreg.testing import discriminator_step, generator_step

POINTS = ganreg.DataSpec((3,))


def _convolutional():
    """A network with a kernel of each layout, one of them in a model of its own, and what is no kernel."""
    samples = keras.Input((6, 6, 2))
    hidden = keras.layers.Conv2D(3, 3)(samples)
    hidden = keras.layers.BatchNormalization()(hidden)
    inner = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2DTranspose(2, 2, name="up")])
    hidden = keras.layers.DepthwiseConv2D(2, depth_multiplier=2, name="depthwise")(inner(hidden))
    logits = keras.layers.Dense(1)(keras.layers.Flatten()(hidden))
    return keras.Model(samples, {"logits": logits, "features": (hidden,)})


def _matrices(model):
    """The kernels of `_convolutional` as `[everything else, outputs]`, by index arithmetic."""
    matrices = []
    for variable in model.trainable_variables:
        value = np.float64(variable.numpy())
        if "up" in variable.path and value.ndim > 1:
            value = np.einsum("hwoi->hwio", value)
        if value.ndim > 1:
            # A depthwise kernel [h, w, in, multiplier] has in · multiplier outputs, all others their last axis.
            outputs = value.shape[-1] * (value.shape[-2] if "depthwise" in variable.path else 1)
            matrices.append(value.reshape(-1, outputs))
    return matrices


@pytest.fixture(scope="module")
def convolutional():
    keras.utils.set_random_seed(3)
    return _convolutional()


def _orthogonal(matrix, off_diagonal):
    product = matrix.T @ matrix
    identity = np.eye(len(product))
    return np.sum(np.square(product * (1 - identity) if off_diagonal else product - identity))


def _penalty_of(model, **options):
    step = discriminator_step(model, real=np.zeros((2, *model.input_shape[1:])), fake=np.zeros((2, 1)))
    return Orthogonal(**options).discriminator_penalty(step)


def test_kernels_as_matrices(convolutional):
    kernels, expected = kernels_of(convolutional), _matrices(convolutional)
    assert len(kernels) == len(expected) == 4
    by_variable = {id(variable): index for index, variable in enumerate(convolutional.trainable_variables)}
    for kernel, matrix in zip(sorted(kernels, key=lambda k: by_variable[id(k.variable)]), expected, strict=True):
        assert kernel.outputs == matrix.shape[1]
        np.testing.assert_allclose(kernel.matrix(), matrix)


@pytest.mark.parametrize("off_diagonal", [True, False])
def test_orthogonal(convolutional, off_diagonal):
    expected = 0.3 * sum(_orthogonal(matrix, off_diagonal) for matrix in _matrices(convolutional))
    value = _penalty_of(convolutional, weight=0.3, off_diagonal=off_diagonal)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("off_diagonal", [True, False])
@pytest.mark.parametrize("shape", [(3, 2), (4, 9), (2, 40)], ids=str)
def test_orthogonal_gradient(shape, off_diagonal, finite_differences):
    model = keras.Sequential([keras.Input((shape[0],)), keras.layers.Dense(shape[1], use_bias=False, dtype="float64")])
    kernel = model.layers[0].kernel
    start = kernel.numpy().ravel()

    def reference(weights):
        return 2.0 * _orthogonal(weights.reshape(shape), off_diagonal)

    with tf.GradientTape() as tape:
        value = _penalty_of(model, weight=2.0, off_diagonal=off_diagonal)
    np.testing.assert_allclose(value, reference(start), rtol=1e-5)
    gradient = tape.gradient(value, kernel.value).numpy().ravel()
    np.testing.assert_allclose(gradient, finite_differences(reference, start), rtol=1e-4, atol=1e-6)


def test_orthogonal_columns_cost_nothing():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, use_bias=False)])
    model.layers[0].kernel.assign(np.diag([1.0, 2.0, 0.0, 5.0]))
    assert _penalty_of(model) == 0.0
    model.layers[0].kernel.assign(np.eye(4))
    assert _penalty_of(model, off_diagonal=False) == 0.0


def test_orthogonal_of_the_generator(convolutional):
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(3)])
    latents, real = np.ones((2, 3)), np.ones((2, 6, 6, 2))
    step = generator_step(generator, convolutional, real=real, latents=latents)
    kernels = [np.float64(layer.kernel.numpy()) for layer in generator.layers]
    expected = sum(_orthogonal(kernel, True) for kernel in kernels)
    for networks, on_generator in (("generator", True), ("both", True), ("discriminator", False)):
        penalty = Orthogonal(weight=1.0, networks=networks)
        np.testing.assert_allclose(penalty.generator_penalty(step), expected if on_generator else 0.0, rtol=1e-5)
        assert (penalty.discriminator_penalty(step) == 0.0) == (networks == "generator")


def test_orthogonal_names_what_it_needs():
    step = discriminator_step(lambda samples, training: samples, real=np.ones((2, 1)), fake=np.ones((2, 1)))
    with pytest.raises(ganreg.AssemblyError, match="discriminator that is a Keras model"):
        Orthogonal().discriminator_penalty(step)


def _dense(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="tanh"), keras.layers.Dense(1)])


def _flat(model):
    return np.concatenate([np.float64(variable.numpy()).ravel() for variable in model.trainable_variables])


def _state(regularizer, generator, discriminator):
    initial = regularizer.initial_network_state(generator, discriminator)
    return {name: tf.Variable(value) for name, value in initial.items()}


def test_historical_averages():
    """Weights that jump about: the average is of the start and all values since."""
    regularizer = HistoricalAveraging(weight=0.5)
    generator, discriminator = _dense(1), _dense(2)
    state = _state(regularizer, generator, discriminator)
    arguments = {"real": np.ones((2, 3)), "state": state}
    steps = {
        "discriminator": discriminator_step(discriminator, fake=np.ones((2, 3)), generator=generator, **arguments),
        "generator": generator_step(generator, discriminator, latents=np.ones((2, 3)), **arguments),
    }
    rng = np.random.default_rng(0)
    for player, model in (("discriminator", discriminator), ("generator", generator)):
        assert getattr(regularizer, f"{player}_penalty")(steps[player]) == 0.0
        past = [_flat(model)]
        for _ in range(4):
            for variable in model.trainable_variables:
                variable.assign(rng.normal(size=variable.shape))
            getattr(regularizer, f"after_{player}_update")(steps[player])
            past.append(_flat(model))
        with tf.GradientTape() as tape:
            value = getattr(regularizer, f"{player}_penalty")(steps[player])
        difference = past[-1] - np.mean(past, axis=0)
        np.testing.assert_allclose(value, 0.5 * np.sum(difference**2), rtol=1e-5)
        gradients = tape.gradient(value, [variable.value for variable in model.trainable_variables])
        flat = np.concatenate([gradient.numpy().ravel() for gradient in gradients])
        np.testing.assert_allclose(flat, difference, rtol=1e-4, atol=1e-6)


def test_historical_averages_of_one_player():
    generator, discriminator = _dense(1), _dense(2)
    state = HistoricalAveraging(networks="generator").initial_network_state(generator, discriminator)
    assert {name.split("_")[0] for name in state} == {"generator"}
    assert len(state) == 5


@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_training_counts_each_players_updates(execution):
    gan = ganreg.assemble(
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        regularizers=["historical-averaging", "orthogonal:networks=both", "lecam", "logit-drift", "r1"],
        data=POINTS,
        schedule=ganreg.Schedule(discriminator_steps=2),
    )
    before = _flat(gan.generator)
    history = gan.fit(np.ones((48, 3), np.float32), batch_size=8, verbose=0, steps=3, execution=execution).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    state = gan.component_state["historical-averaging"]
    assert [float(state[f"{player}_count"][0]) for player in ("discriminator", "generator")] == [7.0, 4.0]
    averages = np.concatenate([state[f"generator_{index}"].numpy().ravel() for index in range(4)])
    after = _flat(gan.generator)
    assert 0 < np.linalg.norm(averages - before) < np.linalg.norm(after - before)
    assert history["discriminator/historical-averaging"][-1] > 0


@pytest.mark.parametrize("penalty", [Orthogonal, HistoricalAveraging])
def test_bounds(penalty):
    for wrong in ({"weight": -1.0}, {"networks": "all"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            penalty(**wrong)
