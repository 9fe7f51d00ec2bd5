"""Weights that a program sets by hand reach what `generate` answers from."""

import copy
import itertools
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg


@pytest.fixture
def gan(small):
    return small(generator="mlp:latent_dim=3,widths=[8],norm=batch")


@pytest.fixture(scope="module")
def other(small):
    return small(generator="mlp:latent_dim=3,widths=[8],norm=batch", seed=5)


def by_network(gan, other, tmp_path):
    gan.generator.set_weights(other.generator.get_weights())


def by_layer(gan, other, tmp_path):
    for own, theirs in zip(gan.generator.layers, other.generator.layers, strict=True):
        own.set_weights(theirs.get_weights())


def by_variable(gan, other, tmp_path):
    for own, theirs in zip(gan.generator.weights, other.generator.weights, strict=True):
        own.assign(theirs)


def by_differences(gan, other, tmp_path):
    for own, theirs in zip(gan.generator.weights, other.generator.weights, strict=True):
        own.assign_add(theirs - own)


def by_file(gan, other, tmp_path):
    other.generator.save_weights(tmp_path / "g.weights.h5")
    gan.generator.load_weights(tmp_path / "g.weights.h5")


@pytest.fixture(scope="module")
def trained(small):
    """A GAN whose average differs from its generator; tests leave it as it is."""
    gan = small(generator="mlp:latent_dim=3,widths=[8],norm=batch")
    x = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    gan.fit(x, steps=2, verbose=0, execution="graph", updates_per_call=2)
    return gan


def test_it_follows_after_a_training_too(trained, other):
    before = trained.get_weights()
    by_network(trained, other, None)
    np.testing.assert_allclose(trained.generate(5, seed=1), other.generate(5, seed=1, average=False), atol=1e-5)
    trained.set_weights(before)
    assert not np.array_equal(trained.generate(5, seed=1), trained.generate(5, seed=1, average=False))


@pytest.mark.parametrize("change", [by_network, by_layer, by_variable, by_differences, by_file])
def test_the_average_follows(gan, other, tmp_path, change, recwarn):
    before = gan.generate(5, seed=1)
    change(gan, other, tmp_path)
    expected = other.generate(5, seed=1, average=False)
    assert not np.allclose(before, expected)
    np.testing.assert_allclose(gan.generate(5, seed=1), expected, atol=1e-5)
    np.testing.assert_allclose(gan.average_generator(gan.draw_latents(5, seed=1)), expected, atol=1e-5)
    assert not [one for one in recwarn if issubclass(one.category, ganreg.GanregWarning)]


@pytest.mark.slow
def test_any_order_of_sets_ends_in_what_was_set_last(small, other, numbers):
    """Each network's weights are those of the last assignment that concerned it."""
    own, theirs = other.generator.get_weights(), [2 * one for one in other.generator.get_weights()]
    for order in itertools.product(("generator", "average"), repeat=3):
        gan = small(generator="mlp:latent_dim=3,widths=[8],norm=batch")
        expected = {}
        for place, name in enumerate(order):
            values = [one + place for one in (own if name == "generator" else theirs)]
            (gan.generator if name == "generator" else gan.average_generator).set_weights(values)
            expected |= {name: values} if name == "average" else {"generator": values, "average": values}
        for network, name in ((gan.generator, "generator"), (gan.average_generator, "average")):
            if name in expected:
                for value, wanted in zip(network.get_weights(), expected[name], strict=True):
                    np.testing.assert_array_equal(value, wanted, err_msg=str(order))


def test_an_average_that_was_set_first_is_lost_with_a_word(gan, other):
    gan.average_generator.set_weights(other.generator.get_weights())
    gan.generator.set_weights(other.generator.get_weights())
    with pytest.warns(ganreg.GanregWarning, match="weights of the generator were set after those of its moving averag"):
        gan.generate(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gan.generate(1)


def test_an_average_that_was_set_last_keeps_its_own(gan, other, recwarn):
    gan.generator.set_weights(other.generator.get_weights())
    gan.average_generator.set_weights([0 * one for one in other.generator.get_weights()])
    gan.generate(1)
    assert not recwarn.list
    assert not np.any(gan.average_generator.get_weights()[0])


def test_in_training_weights_are_averaged(gan, points):
    """A callback that sets weights, and statistics that layers update in eager training, take part in the average."""

    class Clip(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            for weight in self.model.generator.trainable_weights:
                weight.assign(tf.clip_by_value(weight, -0.1, 0.1))

    gan.fit(points, steps=3, verbose=0, execution="eager", callbacks=[Clip()])
    assert np.abs(gan.generator.trainable_weights[0]).max() <= 0.1
    assert np.abs(gan.average_generator.trainable_weights[0]).max() > 0.1
    gan.train_on_batch(points[:16])
    for own, average in zip(gan.generator.weights, gan.average_generator.weights, strict=True):
        assert not np.array_equal(own, average), own.path


def test_statistics_of_a_pass_in_training_mode_are_not_set_by_hand(gan):
    before = [one.numpy() for one in gan.average_generator.non_trainable_variables]
    gan.generator(gan.draw_latents(8, seed=0), training=True)
    for now, then in zip(gan.average_generator.non_trainable_variables, before, strict=True):
        np.testing.assert_array_equal(now, then)


def save_all(gan, folder):
    gan.save(folder / "gan.keras")
    return keras.models.load_model(folder / "gan.keras")


def save_weights(gan, folder):
    gan.save_weights(folder / "gan.weights.h5")
    again = keras.models.clone_model(gan)
    again.load_weights(folder / "gan.weights.h5")
    return again


def save_folder(gan, folder):
    gan.save(folder / "gan")
    return ganreg.load(folder / "gan")


def set_everything(gan, folder):
    again = keras.models.clone_model(gan)
    again.set_weights(gan.get_weights())
    return again


@pytest.mark.parametrize(
    "reload", [save_all, save_weights, save_folder, set_everything, lambda gan, _: copy.deepcopy(gan)]
)
def test_whole_gans_keep_their_averages(trained, other, tmp_path, numbers, same, reload, recwarn):
    gan = trained
    again = reload(gan, tmp_path)
    assert not same(numbers(gan.generator), numbers(gan.average_generator))
    np.testing.assert_array_equal(again.generate(4, seed=0), gan.generate(4, seed=0))
    np.testing.assert_array_equal(again.generate(4, seed=0, average=False), gan.generate(4, seed=0, average=False))
    again.generator.set_weights(other.generator.get_weights())  # it follows afterwards too
    np.testing.assert_array_equal(again.average_generator.get_weights()[0], other.generator.get_weights()[0])


def test_all_averaged_networks_follow():
    gan = ganreg.assemble(
        game="bidirectional", generator="mlp:widths=[4],latent_dim=2", discriminator="mlp:widths=[4]",
        loss="non-saturating", data=ganreg.DataSpec((2,)),
    )  # fmt: skip
    for name, network in gan.networks.items():
        if name in gan.average_networks:
            network.set_weights([one + 1 for one in network.get_weights()])
            np.testing.assert_array_equal(gan.average_networks[name].get_weights()[0], network.get_weights()[0])
