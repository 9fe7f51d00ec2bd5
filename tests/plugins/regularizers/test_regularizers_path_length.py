"""Path lengths against Jacobians in numpy, and the running mean."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.path_length import PathLength

import ganreg
from ganreg.testing import generator_step

RNG = np.random.default_rng(0)
LATENTS = RNG.normal(size=(5, 3))


def _critic(samples, training):
    return tf.reduce_sum(samples, axis=list(range(1, samples.shape.rank)))[:, None]


def _state(mean=0.0):
    return {"mean_length": tf.Variable(mean)}


@pytest.mark.parametrize("shape", [(4,), (2, 6, 2)], ids=["points", "images"])
def test_value_state_and_gradient(shape, recording, finite_differences):
    """G(z) = tanh(s·zM): the Jacobian is s·M·diag(1 - tanh²)."""
    size = int(np.prod(shape))
    matrix = np.random.default_rng(1).normal(size=(3, size))

    def generator(scale):
        return lambda z, training: tf.reshape(tf.tanh(scale * (z @ matrix)), (-1, *shape))

    def reference(scale, noise, mean=0.4):
        slopes = 1 - np.tanh(scale * (LATENTS @ matrix)) ** 2
        lengths = np.linalg.norm(scale * (noise.reshape(5, size) * slopes) @ matrix.T, axis=1)
        lengths /= np.sqrt(shape[0] * shape[1]) if len(shape) == 3 else 1.0
        moved = 0.9 * mean + 0.1 * lengths.mean()
        return moved, 3.0 * np.mean((lengths - moved) ** 2)

    scale, state = tf.Variable(0.7, dtype=tf.float64), _state(0.4)
    with tf.GradientTape() as tape:
        step = recording(
            generator_step(
                generator(scale), _critic, real=np.zeros((5, *shape)), latents=tf.constant(LATENTS), state=state
            )
        )
        value = tf.reduce_mean(PathLength(weight=3.0, decay=0.9).generator_penalty(step))
    noise = np.float64(step.drawn[0].numpy())
    moved, expected = reference(0.7, noise)
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    np.testing.assert_allclose(state["mean_length"].numpy(), moved, rtol=1e-6)
    slope = finite_differences(lambda point: reference(point[0], noise)[1], np.array([0.7]))
    np.testing.assert_allclose(tape.gradient(value, scale), slope[0], rtol=1e-4)


@pytest.mark.parametrize("layers", [0, 2])
@pytest.mark.parametrize("conditional", [False, True])
def test_in_the_space_between_mapping_and_synthesis(conditional, layers):
    """A synthesis that is linear in w has a Jacobian that is its kernel."""
    keras.utils.set_random_seed(0)
    latents, labels = keras.Input((3,)), keras.Input((), dtype="int32")
    hidden = keras.layers.Dense(4 * max(1, layers), activation="tanh")(latents)
    if conditional:
        hidden = keras.layers.Add()([hidden, keras.layers.Embedding(3, 4 * max(1, layers))(labels)])
    hidden = keras.layers.Reshape((layers, 4))(hidden) if layers else hidden
    inputs = [latents, labels] if conditional else latents
    mapping = keras.Model(inputs, hidden, name="mapping")
    w = keras.Input(hidden.shape[1:])
    dense = keras.layers.Dense(6, use_bias=False)
    synthesis = keras.Model(w, dense(keras.layers.Flatten()(w)), name="synthesis")
    model = keras.Model(inputs, synthesis(mapping(inputs)))

    classes = np.array([0, 1, 2, 0, 1]) if conditional else None
    options = {"real": np.zeros((5, 6)), "latents": LATENTS, "labels": classes}
    discriminator = (lambda x, training: _critic(x[0], training)) if conditional else _critic
    state = _state()
    PathLength(decay=0.0).generator_penalty(generator_step(model, discriminator, state=state, **options))
    noise = generator_step(model, discriminator, **options).normal((5, 6)).numpy()
    lengths = np.linalg.norm(noise @ dense.kernel.numpy().T, axis=1) / np.sqrt(max(1, layers))
    np.testing.assert_allclose(state["mean_length"].numpy(), lengths.mean(), rtol=1e-5)


def test_a_constant_generator_has_a_finite_gradient():
    scale = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        step = generator_step(
            lambda z, training: scale * z, _critic, real=np.zeros((5, 3)), latents=LATENTS, state=_state(1.0)
        )
        value = PathLength().generator_penalty(step)
    np.testing.assert_allclose(value, np.full(5, 2 * 0.99**2), rtol=1e-5)
    assert np.isfinite(tape.gradient(value, scale))


@pytest.mark.parametrize(("execution", "every"), [("graph", 2), pytest.param("xla", 1, marks=pytest.mark.slow)])
@pytest.mark.slow
def test_trains_and_logs_the_mean(execution, every):
    gan = ganreg.assemble(
        generator="mlp:widths=(8,)",
        discriminator="mlp:widths=(8,)",
        regularizers=[f"path-length:every={every}", "r1"],
        data=ganreg.DataSpec((2,)),
        batch_size=8,
    )
    samples = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert history["path-length/mean_length"][-1] > 0
    assert gan.component_state["path-length"]["mean_length"].numpy() > 0


@pytest.mark.parametrize("options", [{"weight": -1.0}, {"decay": 1.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        PathLength(**options)
