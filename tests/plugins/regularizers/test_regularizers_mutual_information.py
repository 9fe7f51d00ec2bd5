"""Codes among the latents, and how Q recovers them, against numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.mutual_information import MutualInformation

import ganreg
from ganreg.testing import discriminator_step, generator_step

DATA = ganreg.DataSpec((3,))
CODES = MutualInformation(categories=(3, 2), continuous=2)


def _latents(step_count=500, **options):
    component = MutualInformation(**options)
    step = discriminator_step(lambda x, training: x, real=np.zeros((1, 1)), fake=np.zeros((1, 1)))
    latents = tf.constant(np.random.default_rng(0).normal(size=(step_count, 12)), tf.float32)
    return latents.numpy(), component.transform_latents(latents, step).numpy()


def test_the_last_columns_become_codes():
    before, after = _latents(categories=(3, 2), continuous=2)
    np.testing.assert_array_equal(after[:, :5], before[:, :5])
    for columns in (after[:, 5:8], after[:, 8:10]):
        assert set(np.unique(columns)) == {0.0, 1.0}
        np.testing.assert_array_equal(columns.sum(axis=1), np.ones(500))
        np.testing.assert_allclose(columns.mean(axis=0), 1 / columns.shape[1], atol=0.08)
    uniform = after[:, 10:]
    assert (uniform.min() >= -1, uniform.max() < 1) == (True, True)
    np.testing.assert_allclose(uniform.std(axis=0), 1 / np.sqrt(3), atol=0.05)
    assert abs(np.corrcoef(uniform.T)[0, 1]) < 0.15


@pytest.mark.parametrize("options", [{"categories": (), "continuous": 2}, {"categories": 4, "continuous": 0}], ids=str)
def test_codes_of_one_kind(options):
    before, after = _latents(**options)
    codes = MutualInformation(**options).codes
    assert codes == {2: 2, 0: 4}[options["continuous"]]
    np.testing.assert_array_equal(after[:, :-codes], before[:, :-codes])


def _surprise(predicted, latents, continuous_weight=1.0, deviation=None):
    """-log Q of each sample, for the codes above."""
    predicted, codes = np.float64(predicted), np.float64(latents[:, -7:])
    total = np.zeros(len(predicted))
    for columns in (slice(0, 3), slice(3, 5)):
        logits = predicted[:, columns]
        total -= (codes[:, columns] * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum(axis=1)
    mean, log_deviation = predicted[:, 5:7], predicted[:, 7:9] if deviation is None else np.log(deviation)
    density = np.exp(-0.5 * ((codes[:, 5:] - mean) / np.exp(log_deviation)) ** 2) / np.exp(log_deviation)
    return total - continuous_weight * np.log(density / np.sqrt(2 * np.pi)).sum(axis=1)


def _identity(samples, training):
    return {"logits": samples[:, :1], "features": (), "codes": samples}


@pytest.fixture(scope="module")
def batch():
    """Samples that are the output of Q themselves, and latents with codes."""
    _, latents = _latents(step_count=6, categories=(3, 2), continuous=2)
    return np.random.default_rng(5).normal(size=(6, 9)), latents


@pytest.mark.parametrize("deviation", [None, 0.5])
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_value_of_both_players(player, deviation, batch):
    predicted, latents = batch
    component = MutualInformation(
        weight=3.0, categories=(3, 2), continuous=2, continuous_weight=0.1, deviation=deviation
    )
    if player == "discriminator":
        step = discriminator_step(_identity, real=predicted, fake=predicted, latents=latents)
        value = component.discriminator_penalty(step)
    else:
        step = generator_step(lambda z, training: tf.constant(predicted), _identity, real=predicted, latents=latents)
        value = component.generator_penalty(step)
    np.testing.assert_allclose(value, 3.0 * _surprise(predicted, latents, 0.1, deviation), rtol=1e-5)


def test_gradient(batch, finite_differences):
    predicted, latents = batch
    point = tf.constant(predicted)
    with tf.GradientTape() as tape:
        tape.watch(point)
        step = discriminator_step(_identity, real=point, fake=point, latents=latents)
        value = tf.reduce_sum(CODES.discriminator_penalty(step))
    expected = finite_differences(lambda flat: _surprise(flat.reshape(6, 9), latents).sum(), predicted.ravel())
    np.testing.assert_allclose(tf.reshape(tape.gradient(value, point), [-1]), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("extreme", [80.0, -80.0])
def test_extreme_predictions_are_finite(extreme, batch):
    predicted = tf.fill((6, 9), extreme)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        step = discriminator_step(_identity, real=predicted, fake=predicted, latents=batch[1])
        value = CODES.discriminator_penalty(step)
    assert np.isfinite(value).all()
    assert np.isfinite(tape.gradient(value, predicted)).all()


@pytest.mark.parametrize(("deviation", "numbers"), [(None, 9), (1.0, 7)])
def test_the_head(deviation, numbers):
    plain = ganreg.create("discriminator", "mlp:widths=(6,4)").build(DATA)
    component = MutualInformation(categories=(3, 2), continuous=2, deviation=deviation, width=5)
    model = component.wrap_discriminator(plain, DATA)
    outputs = model(np.ones((2, 3), np.float32))
    assert outputs["codes"].shape == (2, numbers)
    assert len(outputs["features"]) == 2
    hidden = keras.ops.leaky_relu(model.get_layer("codes_hidden")(outputs["features"][-1]), 0.2)
    np.testing.assert_allclose(outputs["codes"], model.get_layer("codes")(hidden), rtol=1e-6)


def _assemble(*regularizers, generator="mlp:widths=(16,),latent_dim=20"):
    return ganreg.assemble(
        generator=generator, discriminator="mlp:widths=(16,)", regularizers=regularizers, data=DATA, batch_size=8
    )


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_trains_both_players(execution):
    gan = _assemble("mutual-information", "r1", "minibatch-discrimination")
    before = gan.discriminator.get_layer("codes").kernel.numpy()
    samples = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    assert np.any(gan.discriminator.get_layer("codes").kernel.numpy() != before)
    assert gan.generate(4, seed=1).shape == (4, 3)


@pytest.mark.parametrize(
    ("regularizers", "generator", "message"),
    [
        (["mutual-information"], "mlp:latent_dim=12", "use -g mlp:latent_dim=74, or fewer codes"),
        (["mutual-information:categories=(),continuous=0"], "mlp", "has no codes"),
        (["mutual-information:categories=3,continuous=1"] * 2, "mlp", "given twice"),
    ],
    ids=["room", "none", "twice"],
)
def test_refuses_combinations(regularizers, generator, message):
    with pytest.raises(ganreg.AssemblyError, match=message):
        _assemble(*regularizers, generator=generator)


@pytest.mark.parametrize(
    "options", [{"categories": (1,)}, {"continuous": -1}, {"deviation": 0.0}, {"weight": -1.0}], ids=str
)
def test_refuses(options):
    with pytest.raises(ValueError, match=r"must be"):
        MutualInformation(**options)
