"""Feature matching against float64 numpy, and which player it trains."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.feature_matching import FeatureMatching

import ganreg
from ganreg.testing import generator_step

REFERENCES = {
    "l2-means": lambda real, fake: np.linalg.norm(real.mean(0) - fake.mean(0)) ** 2,
    "l1-means": lambda real, fake: np.abs(real.mean(0) - fake.mean(0)).sum(),
    "l2-samples": lambda real, fake: np.mean([np.linalg.norm(r - f) ** 2 for r, f in zip(real, fake, strict=True)]),
}


class TwoLayers:
    """A discriminator whose two hidden activations are an image and a vector."""

    def __init__(self):
        rng = np.random.default_rng(2)
        self.kernel, self.matrix = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
        self.variables = [tf.Variable(self.kernel), tf.Variable(self.matrix)]

    def features(self, samples):
        shallow = np.tanh(samples @ self.kernel)
        return shallow, np.tanh(shallow.mean(axis=(1, 2)) @ self.matrix)

    def __call__(self, samples, training):
        kernel, matrix = (tf.convert_to_tensor(variable) for variable in self.variables)
        shallow = tf.tanh(tf.tensordot(samples, kernel, 1))
        deep = tf.tanh(tf.reduce_mean(shallow, axis=(1, 2)) @ matrix)
        return {"logits": tf.reduce_sum(deep, axis=1, keepdims=True), "features": (shallow, deep)}


@pytest.fixture(scope="module")
def setting():
    """The discriminator, real samples, latents and G(z) = s·z, all in float64."""
    rng = np.random.default_rng(4)
    return SimpleNamespace(
        discriminator=TwoLayers(),
        real=rng.normal(size=(5, 4, 4, 2)),
        latents=rng.normal(size=(5, 4, 4, 2)),
        scale=tf.Variable(0.7, dtype=tf.float64),
    )


def _step(setting, discriminator=None):
    return generator_step(
        lambda latents, training: latents * setting.scale,
        discriminator or setting.discriminator,
        real=tf.constant(setting.real),
        latents=tf.constant(setting.latents),
    )


@pytest.mark.parametrize("layers", ["last", "all"])
@pytest.mark.parametrize("distance", REFERENCES)
def test_value_and_gradient_of_the_generator(distance, layers, setting, finite_differences):
    def reference(scale):
        pairs = zip(
            setting.discriminator.features(setting.real),
            setting.discriminator.features(setting.latents * scale[0]),
            strict=True,
        )
        distances = [REFERENCES[distance](real, fake) for real, fake in pairs]
        return 3.0 * (sum(distances) if layers == "all" else distances[-1])

    penalty = FeatureMatching(weight=3.0, distance=distance, layers=layers)
    with tf.GradientTape() as tape:
        value = penalty.generator_penalty(_step(setting))
    assert value.shape == ()
    np.testing.assert_allclose(value, reference([0.7]), rtol=1e-10)
    slope = finite_differences(reference, np.array([0.7]))
    np.testing.assert_allclose(tape.gradient(value, setting.scale), slope[0], rtol=1e-6)


def test_real_samples_are_constants(setting):
    real, latents = tf.constant(setting.real), tf.constant(setting.latents)
    with tf.GradientTape() as tape:
        tape.watch([real, latents])
        step = generator_step(lambda z, training: z, setting.discriminator, real=real, latents=latents)
        value = FeatureMatching(layers="all").generator_penalty(step)
    by_real, by_latents = tape.gradient(value, [real, latents])
    assert by_real is None
    assert np.any(by_latents)


@pytest.mark.parametrize("distance", REFERENCES)
def test_equal_batches_cost_nothing(distance, setting):
    real = tf.constant(setting.real)
    step = generator_step(lambda z, training: z, setting.discriminator, real=real, latents=real)
    assert FeatureMatching(distance=distance, layers="all").generator_penalty(step) == 0.0


def test_only_means_matter_to_the_default(setting):
    """Pairing does not: another order of the generated samples leaves the means, and changes the paired distance."""
    values = {}
    for name, order in {"given": slice(None), "reversed": slice(None, None, -1)}.items():
        step = generator_step(
            lambda z, training: z,
            setting.discriminator,
            real=tf.constant(setting.real),
            latents=tf.constant(setting.latents[order]),
        )
        values[name] = [FeatureMatching(distance=d).generator_penalty(step) for d in ("l2-means", "l2-samples")]
    np.testing.assert_allclose(values["given"][0], values["reversed"][0], rtol=1e-12)
    assert abs(values["given"][1] - values["reversed"][1]) > 1e-3


@pytest.mark.parametrize("layers", ["last", "all"])
def test_a_discriminator_without_features_is_named(layers, setting):
    step = _step(setting, lambda samples, training: tf.reduce_sum(samples, axis=(1, 2, 3))[:, None])
    with pytest.raises(ganreg.AssemblyError, match="needs a discriminator that returns its hidden activations"):
        FeatureMatching(layers=layers).generator_penalty(step)


def test_half_precision_features_are_averaged_in_float32(setting):
    def discriminator(samples, training):
        hidden = tf.cast(samples[:, 0, 0], tf.float16) * 300  # squares to 9e4, beyond float16
        return {"logits": hidden[:, :1], "features": (hidden,)}

    step = generator_step(
        lambda z, training: z, discriminator, real=np.ones((2, 1, 1, 1)), latents=np.zeros((2, 1, 1, 1))
    )
    np.testing.assert_allclose(FeatureMatching().generator_penalty(step), 9e4, rtol=1e-3)


def test_replacing_the_loss():
    assert not FeatureMatching().replaces_generator_loss
    assert FeatureMatching(replace=True).replaces_generator_loss
    assert list(FeatureMatching(replace=True).check(None)) == []
    assert list(FeatureMatching(every=4).check(None)) == []
    (problem,) = FeatureMatching(replace=True, every=4).check(None)
    assert problem.severity == "error"
    assert "only in one of 4 updates" in problem.message


@pytest.mark.parametrize("options", [{"distance": "l3"}, {"layers": "first"}, {"weight": -1.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        FeatureMatching(**options)
