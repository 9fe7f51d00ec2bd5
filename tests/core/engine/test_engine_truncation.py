"""Truncation, against scipy's truncated normal distribution and StyleGAN's formula in numpy."""

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

import ganreg
from ganreg.engine.latents import truncated


def test_truncated_latents_follow_the_truncated_normal_distribution(small):
    latents = small().draw_latents(4000, seed=3, truncation=0.7)
    assert np.abs(latents).max() <= 0.7
    assert stats.kstest(latents.ravel(), stats.truncnorm(-0.7, 0.7).cdf).pvalue > 0.01


def test_a_latent_keeps_its_quantile():
    values = tf.constant([[-3.0, -1.0, 0.0, 0.5, 2.0]])
    expected = stats.truncnorm(-1.5, 1.5).ppf(stats.norm.cdf(values.numpy().astype(float)))
    np.testing.assert_allclose(truncated(values, 1.5), expected, atol=1e-6)


def test_wide_bounds_change_nothing(small):
    gan = small()
    np.testing.assert_allclose(gan.generate(8, seed=1, truncation=30), gan.generate(8, seed=1), atol=1e-5)


@attrs.frozen(kw_only=True)
class Styled(ganreg.Generator):
    """w = z·A (plus the label), samples = w·B."""

    def build(self, data):
        inputs = latents = keras.Input((self.latent_dim,))
        if self.conditional:
            inputs = [latents, labels := keras.Input((), dtype="int32")]
        hidden = keras.layers.Dense(3)(latents)
        if self.conditional:
            hidden = keras.layers.Add()([hidden, keras.layers.Embedding(data.num_classes, 3)(labels)])
        mapping = keras.Model(inputs, hidden, name="mapping")
        styles = keras.Input((3,))
        synthesis = keras.Model(styles, keras.layers.Dense(data.size)(styles), name="synthesis")
        return keras.Model(inputs, synthesis(mapping(inputs)))

    def split(self, network):
        return network.get_layer("mapping"), network.get_layer("synthesis")


@pytest.fixture(scope="module")
def styled(small):
    return small(generator=Styled(latent_dim=4))


def mean_style(gan, label=None, count=4096):
    latents = gan.draw_latents(count, seed=0)
    inputs = latents if label is None else [latents, np.full(count, label)]
    return gan.average_generator.get_layer("mapping")(inputs).numpy().astype(float).mean(axis=0)


@pytest.mark.parametrize("psi", [0.0, 0.3, 1.4])
def test_styles_move_towards_their_mean(styled, psi):
    latents = styled.draw_latents(6, seed=2)
    mean = mean_style(styled)
    styles = mean + psi * (styled.average_generator.get_layer("mapping")(latents).numpy() - mean)
    expected = styled.average_generator.get_layer("synthesis")(styles.astype(np.float32))
    np.testing.assert_allclose(styled.generate(6, seed=2, truncation=psi), expected, atol=1e-5)
    np.testing.assert_allclose(styled.generate(latents=latents, truncation=psi), expected, atol=1e-5)


def test_the_mean_is_that_of_the_weights_in_use(styled):
    last = styled.generate(3, seed=1, truncation=0, average=False)
    own = styled.generator.get_weights()
    styled.generator.set_weights([2 * weights for weights in own])
    styled.average_generator.set_weights(own)
    doubled = styled.generate(3, seed=1, truncation=0, average=False)
    np.testing.assert_allclose(styled.generate(3, seed=1, truncation=0), last, atol=1e-6)
    assert not np.allclose(doubled, last)


def test_styles_of_a_class_move_towards_the_mean_of_the_class(small):
    gan = small(
        ganreg.DataSpec((2,), num_classes=3),
        generator=Styled(latent_dim=4, conditional=True),
        discriminator="mlp:widths=[8],conditional=true",
    )
    made = gan.generate(4, seed=0, labels=[0, 2, 0, 1], truncation=0)
    synthesis = gan.average_generator.get_layer("synthesis")
    means = np.stack([mean_style(gan, label, 1024) for label in (0, 2, 0, 1)]).astype(np.float32)
    np.testing.assert_allclose(made, synthesis(means), atol=1e-5)


def test_without_truncation_of_styles_samples_are_the_same_bits(styled):
    np.testing.assert_array_equal(styled.generate(5, seed=1, truncation=1.0), styled.generate(5, seed=1))


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf, "half", True, None.__class__])
def test_a_truncation_of_styles_is_a_number_of_at_least_0(styled, value):
    with pytest.raises(ganreg.DataError, match="truncation must be at least 0"):
        styled.generate(2, truncation=value)


@pytest.mark.parametrize("value", [0, -1.0, np.nan])
def test_a_truncation_of_latents_is_above_0(small, value):
    with pytest.raises(ganreg.DataError, match="truncation must be above 0: it is the greatest absolute value"):
        small().draw_latents(2, truncation=value)
