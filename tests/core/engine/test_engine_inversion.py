"""Inversion, on samples whose latents are known."""

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg


@attrs.frozen(kw_only=True)
class Linear(ganreg.Generator):
    """x = z times a fixed factor, in the range of the data."""

    factor: float = 0.25

    def build(self, data):
        layer = keras.layers.Dense(
            data.size, use_bias=False, kernel_initializer=keras.initializers.Identity(self.factor)
        )
        return keras.Sequential([keras.Input((self.latent_dim,)), layer])


@pytest.fixture(scope="module")
def gan(small):
    return small()


@pytest.fixture(scope="module")
def linear(small):
    return small(ganreg.DataSpec((2,), value_range=(0, 10)), generator=Linear(latent_dim=2))


def test_its_own_samples_are_found(gan):
    wanted = gan.generate(5, seed=4)
    found = gan.invert(wanted, steps=200)
    assert found.distances.max() < 1e-3
    np.testing.assert_allclose(found.samples, wanted, atol=2e-3)
    np.testing.assert_array_equal(found.samples, gan.generate(latents=found.latents))
    assert found.labels is None


def test_known_latents_are_found_in_the_units_of_the_data(linear):
    latents = np.float32([[0.5, -1.0], [2.0, 0.0]])
    wanted = linear.generate(latents=latents)
    np.testing.assert_allclose(wanted, 5 * (0.25 * latents + 1), atol=1e-5)
    np.testing.assert_allclose(linear.invert(wanted, steps=200).latents, latents, atol=1e-3)


def test_distances_are_root_mean_squares_in_the_units_of_the_data(linear):
    wanted = np.float32([[2.0, 9.0], [5.0, 5.0]])
    found = linear.invert(wanted, steps=1, starts=1, learning_rate=1e-9)
    expected = np.sqrt(((found.samples - wanted).astype(float) ** 2).mean(axis=1))
    np.testing.assert_allclose(found.distances, expected, rtol=1e-4)
    assert expected.max() > 0.05


def test_it_descends_as_adam_does(linear):
    """One start, five steps, against Adam in numpy with the learning rate along a cosine."""
    wanted = np.float32([[9.0, 1.0]])
    start = linear.invert(wanted, steps=1, starts=1, learning_rate=1e-9).latents[0].astype(float)
    goal = (wanted[0].astype(float) / 5 - 1) / 0.25
    at, m, v = start.copy(), 0.0, 0.0
    for step in range(1, 6):
        gradient = 0.25**2 * (at - goal)  # of the mean of two squares
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        rate = 0.01 * 0.5 * (1 + np.cos(np.pi * (step - 1) / 5))
        at = at - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(linear.invert(wanted, steps=5, starts=1, learning_rate=0.01).latents[0], at, atol=1e-5)


def test_the_best_latents_on_the_way_are_kept(linear):
    """Steps that are far too long lead away, but never to something worse than the start."""
    wanted = linear.generate(3, seed=9)
    start = linear.invert(wanted, steps=1, starts=1, learning_rate=1e-9)
    wild = linear.invert(wanted, steps=20, starts=1, learning_rate=50.0)
    assert (wild.distances <= start.distances + 1e-6).all()


def test_the_seed_decides(gan):
    wanted = gan.generate(2, seed=4)
    first, again, other = (gan.invert(wanted, steps=3, seed=seed).latents for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_sample_is_found_by_itself_as_among_others(gan):
    wanted = gan.generate(40, seed=4)  # more starts than are optimised at a time
    together = gan.invert(wanted, steps=3)
    np.testing.assert_allclose(gan.invert(wanted[[33]], steps=3).latents, together.latents[[33]], atol=1e-5)


def test_classes_are_given(small):
    gan = small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )
    wanted, labels = gan.generate(4, seed=1), gan.draw_labels(4, seed=1)
    with pytest.raises(ganreg.DataError, match="the classes of the samples must be given: labels="):
        gan.invert(wanted)
    found = gan.invert(wanted, labels=labels, steps=200)
    np.testing.assert_array_equal(found.labels, labels)
    np.testing.assert_array_equal(found.samples, gan.generate(latents=found.latents, labels=labels))
    assert found.distances.max() < 1e-2


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.zeros((2, 3)), {}, r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        ([[np.nan, 0]], {}, "samples contain NaN"),
        (np.zeros((2, 2)), {"labels": 0}, "the generator is not conditional"),
        (np.zeros((2, 2)), {"steps": 0}, "the number of steps must be"),
        (np.zeros((2, 2)), {"starts": 1.5}, "the number of starts must be"),
        (np.zeros((2, 2)), {"learning_rate": 0}, "the learning rate must be a number above 0"),
    ],
)
def test_what_does_not_fit_is_refused(gan, x, options, message):
    with pytest.raises(ganreg.DataError, match=message):
        gan.invert(x, **options)


def test_samples_beyond_their_range_are_refused(linear):
    with pytest.raises(ganreg.DataError, match=r"must stay in 0\.\.10"):
        linear.invert([[11.0, 0.0]])


def test_bytes_stand_for_the_whole_range(linear):
    np.testing.assert_allclose(
        linear.invert(np.uint8([[255, 51]]), steps=2, starts=1).latents,
        linear.invert([[10.0, 2.0]], steps=2, starts=1).latents,
        atol=1e-5,
    )


def test_steps_without_a_gradient_are_refused(small):
    @attrs.frozen(kw_only=True)
    class Rounded(ganreg.Generator):
        def build(self, data):
            latents = keras.Input((self.latent_dim,))
            rounded = keras.layers.Lambda(lambda values: tf.cast(tf.cast(values, tf.int32), tf.float32))(latents)
            return keras.Model(latents, keras.layers.Dense(data.size)(rounded))

    with pytest.raises(ganreg.DataError, match="do not depend on the latents differentiably"):
        small(generator=Rounded(latent_dim=2)).invert(np.zeros((1, 2)), steps=1, starts=1)
