"""The layers that translators share: normalisation, and labels as constant channels."""

import keras
import numpy as np
import pytest
from ganreg_games.layers import normalized, with_labels

from ganreg import DataSpec


def run(function, values, *arguments, **options):
    """What a function that adds layers computes."""
    inputs = keras.Input(values.shape[1:])
    return keras.Model(inputs, function(inputs, *arguments))(values, **options).numpy()


def normal(*shape, scale=3.0):
    return np.random.default_rng(1).normal(2.0, scale, size=shape).astype("float32")


@pytest.mark.parametrize(("norm", "axes", "epsilon"), [("batch", (0, 1, 2), 1e-3), ("instance", (1, 2), 1e-5)])
def test_maps_are_normalized_over_the_batch_or_each_on_its_own(norm, axes, epsilon):
    maps = normal(5, 4, 6, 3)

    computed = run(normalized, maps, norm, training=True)

    exact = maps.astype(np.float64)
    expected = (exact - exact.mean(axes, keepdims=True)) / np.sqrt(exact.var(axes, keepdims=True) + epsilon)
    np.testing.assert_allclose(computed, expected, rtol=1e-3, atol=1e-4)


def test_nearly_flat_maps_keep_most_of_their_contrast():
    """With Keras's epsilon of 1e-3, a deviation of 0.01 would become 0.3 instead of about 1."""
    assert run(normalized, normal(4, 16, 16, 2, scale=0.01), "instance").std() == pytest.approx(0.95, abs=0.02)


def test_batch_statistics_follow_within_tens_of_updates():
    inputs = keras.Input((4, 4, 2))
    model, batch = keras.Model(inputs, normalized(inputs, "batch")), normal(50, 4, 4, 2)

    for _ in range(30):
        model(batch, training=True)

    np.testing.assert_allclose(model(batch).numpy().mean(axis=(0, 1, 2)), 0, atol=0.1)


def test_no_norm_adds_no_layer():
    inputs = keras.Input((4, 4, 2))

    assert normalized(inputs, "none") is inputs


def test_labels_become_constant_channels_behind_the_image():
    images, labels = normal(3, 2, 4, 2), np.array([2, 0, 1])
    inputs, maps = with_labels(keras.Input((2, 4, 2)), DataSpec((2, 4, 1), num_classes=3), conditional=True)

    computed = keras.Model(inputs, maps)([images, labels]).numpy()

    np.testing.assert_array_equal(computed[..., :2], images)
    np.testing.assert_array_equal(computed[..., 2:], np.broadcast_to(np.eye(3)[labels][:, None, None], (3, 2, 4, 3)))


def test_without_labels_images_stay_as_they_are():
    images = keras.Input((2, 4, 2))

    assert with_labels(images, DataSpec((2, 4, 1)), conditional=False) == (images, images)
