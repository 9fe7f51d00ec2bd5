"""The auxiliary classifier's cross entropies against numpy, and what it needs."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.auxiliary_classifier import AuxiliaryClassifier

import ganreg
from ganreg.testing import discriminator_step, generator_step

LABELS = np.array([0, 2, 1, 1])
DATA = ganreg.DataSpec((3,), num_classes=3)


def _discriminator(inputs, training):
    """Class logits are the samples themselves."""
    samples = inputs[0]
    return {"logits": samples[:, :1], "features": (), "class_logits": samples}


def _entropy(logits):
    logits = np.float64(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(4), LABELS]


@pytest.fixture(scope="module")
def batches():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 3)) * 3, rng.normal(size=(4, 3)) * 3


@pytest.mark.parametrize("fakes", [True, False])
def test_value_of_the_discriminators(fakes, batches):
    real, fake = batches
    step = discriminator_step(_discriminator, real=real, fake=fake, labels=LABELS)
    value = AuxiliaryClassifier(weight=2.0, discriminator_weight=3.0, fakes=fakes).discriminator_penalty(step)
    expected = 6.0 * (_entropy(real) + fakes * _entropy(fake))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_value_of_the_generators(batches):
    real, latents = batches
    step = generator_step(lambda inputs, training: inputs[0], _discriminator, real=real, latents=latents, labels=LABELS)
    value = AuxiliaryClassifier(weight=2.0, generator_weight=5.0).generator_penalty(step)
    np.testing.assert_allclose(value, 10.0 * _entropy(latents), rtol=1e-5)


def test_gradient_is_softmax_minus_one_hot(batches):
    fake = tf.constant(batches[1])
    with tf.GradientTape() as tape:
        tape.watch(fake)
        step = generator_step(
            lambda inputs, training: inputs[0], _discriminator, real=fake, latents=fake, labels=LABELS
        )
        value = AuxiliaryClassifier().generator_penalty(step)
    softmax = np.exp(batches[1]) / np.exp(batches[1]).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tape.gradient(value, fake), softmax - np.eye(3)[LABELS], rtol=1e-8, atol=1e-12)


def test_extreme_logits_are_finite():
    extreme = tf.constant(80.0 * np.float32([[1, -1, 0], [-1, 1, -1], [1, -1, 1], [-1, -1, -1]]))
    with tf.GradientTape() as tape:
        tape.watch(extreme)
        step = discriminator_step(_discriminator, real=extreme, fake=extreme, labels=LABELS)
        value = AuxiliaryClassifier().discriminator_penalty(step)
    assert np.isfinite(value).all()
    assert np.isfinite(tape.gradient(value, extreme)).all()


def test_the_head_reads_the_deepest_feature():
    plain = ganreg.create("discriminator", "mlp:widths=(6,4)").build(DATA)
    model = AuxiliaryClassifier().wrap_discriminator(plain, DATA)
    samples = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    outputs = model(samples)
    head = model.get_layer("class_logits")
    np.testing.assert_allclose(outputs["class_logits"], head(outputs["features"][-1]), rtol=1e-6)
    np.testing.assert_array_equal(outputs["logits"], plain(samples)["logits"])


def test_half_precision_keeps_the_head_in_float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        plain = ganreg.create("discriminator", "mlp:widths=(6,4)").build(DATA)
        model = AuxiliaryClassifier().wrap_discriminator(plain, DATA)
    finally:
        keras.config.set_dtype_policy(before)
    assert model(np.ones((2, 3), np.float32))["class_logits"].dtype == tf.float32


def _assemble(*, data=DATA, generator="mlp:widths=(8,),conditional=true", regularizers=("auxiliary-classifier",)):
    return ganreg.assemble(
        generator=generator, discriminator="mlp:widths=(8,)", regularizers=regularizers, data=data, batch_size=8
    )


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_trains_both_players(execution):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, size=48).astype("int32")
    samples = np.float32(np.eye(3)[labels] * 4 + 0.1 * rng.normal(size=(48, 3)))
    gan = _assemble(regularizers=["auxiliary-classifier", "r1", "minibatch-discrimination"])
    before = gan.discriminator.get_layer("class_logits").kernel.numpy()
    history = gan.fit(samples, labels, steps=3, execution=execution, verbose=0).history
    assert {"discriminator/auxiliary-classifier", "generator/auxiliary-classifier"} <= set(history)
    assert np.isfinite([values[-1] for values in history.values()]).all()
    assert np.any(gan.discriminator.get_layer("class_logits").kernel.numpy() != before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": ganreg.DataSpec((3,)), "generator": "mlp"}, "no labels; use data with labels"),
        ({"generator": "mlp"}, "generator 'mlp' takes no labels; use -g mlp:conditional=true"),
        ({"regularizers": ["auxiliary-classifier"] * 2}, "given twice"),
        ({"regularizers": ["auxiliary-classifier", "packing"]}, "needs one logit per sample"),
    ],
    ids=["data", "generator", "twice", "packing"],
)
def test_refuses_combinations(options, message):
    with pytest.raises(ganreg.AssemblyError, match=message):
        _assemble(**options)


def test_a_dropped_head_is_named(batches):
    step = discriminator_step(lambda inputs, training: inputs[0], real=batches[0], fake=batches[1], labels=LABELS)
    with pytest.raises(ganreg.AssemblyError, match="another regularizer removed it"):
        AuxiliaryClassifier().discriminator_penalty(step)


@pytest.mark.parametrize("name", ["weight", "discriminator_weight", "generator_weight"])
def test_refuses(name):
    with pytest.raises(ValueError, match=name):
        AuxiliaryClassifier(**{name: -1.0})
