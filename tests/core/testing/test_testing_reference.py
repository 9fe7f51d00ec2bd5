"""The reference components: what they build and compute, by hand."""

import numpy as np
import pytest

from ganreg import DataSpec
from ganreg.testing.reference import ReferenceDiscriminator, ReferenceEnergy, ReferenceGenerator, ReferenceLoss

SHAPES = [(2,), (8, 8, 1), (5, 4, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("conditional", [False, True])
def test_the_generator_makes_samples_of_any_shape_and_range(shape, conditional):
    generator = ReferenceGenerator(conditional=conditional, latent_dim=4)
    model = generator.build(DataSpec(shape, num_classes=3, value_range=(0.0, 2.0)))
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    inputs = [latents, np.int32([0, 1, 2])] if conditional else latents
    samples = np.asarray(model(inputs))
    assert samples.shape == (3, *shape)
    assert samples.min() >= 0.0
    assert samples.max() <= 2.0


@pytest.mark.parametrize("shape", SHAPES)
def test_gain_and_offset_scale_the_logits(shape):
    samples = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    plain = ReferenceDiscriminator().build(DataSpec(shape))
    scaled = ReferenceDiscriminator(gain=3.0, offset=-2.0).build(DataSpec(shape))
    scaled.set_weights(plain.get_weights())
    outputs = plain(samples)
    np.testing.assert_allclose(scaled(samples)["logits"], 3 * np.asarray(outputs["logits"]) - 2, rtol=1e-5)
    assert [tuple(feature.shape) for feature in outputs["features"]] == [(3, 8), (3, 8)]


def test_labels_change_the_output():
    samples, labels = np.ones((2, 2), np.float32), np.int32([0, 2])
    spec = DataSpec((2,), num_classes=3)
    first, second = np.asarray(ReferenceDiscriminator(conditional=True).build(spec)([samples, labels])["logits"])
    assert first != second
    # A new batch normalization does not mix the batch outside training.
    generator = ReferenceGenerator(latent_dim=4, conditional=True).build(spec)
    made = np.asarray(generator([np.ones((2, 4), np.float32), labels]))
    assert not np.allclose(*made)


def test_the_logits_of_an_energy_are_never_positive():
    samples = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    logits = np.asarray(ReferenceEnergy(offset=3.0).build(DataSpec((2,)))(samples)["logits"])
    assert logits.shape == (50, 1)
    assert logits.max() <= 0


def test_the_loss_is_cross_entropy():
    """-log σ(r) - log(1 - σ(f)), and -log σ(f)."""
    real, fake = np.float32([0.0, 2.0]), np.float32([0.0, -1.0])
    sigmoid = 1 / (1 + np.exp(-np.stack([real, fake])))
    expected = -np.log(sigmoid[0]) - np.log(1 - sigmoid[1])
    np.testing.assert_allclose(ReferenceLoss().discriminator_loss(real, fake), expected, rtol=1e-5)
    np.testing.assert_allclose(ReferenceLoss().generator_loss(fake), -np.log(sigmoid[1]), rtol=1e-5)
