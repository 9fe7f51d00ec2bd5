"""The extractor `inception`, against the network itself and a resizing written out by hand."""

import keras
import numpy as np
import pytest
from ganreg_extractors.inception import resized

import ganreg
from ganreg import Data, DataError, Source

IMAGES = np.random.default_rng(1).uniform(-1, 1, size=(3, 10, 10, 1)).astype(np.float32)


def prepared(samples, **parameters):
    return ganreg.create("extractor", "inception", **parameters).prepare(Source.of(Data(train=samples)))


def bilinear(image, side):
    """Each pixel's place times the ratio of the sides; beyond the edge its value continues."""
    for axis in (0, 1):
        count = image.shape[axis]
        places = np.arange(side) * (count / side)
        low = np.floor(places).astype(int)
        share = np.expand_dims(places - low, (1, 2) if axis == 0 else (0, 2))
        high = np.minimum(low + 1, count - 1)
        image = np.take(image, low, axis) * (1 - share) + np.take(image, high, axis) * share
    return image.astype(np.float32)


def test_without_weights_it_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(DataError, match=r"keras\.applications\.InceptionV3\(\).*inception:weights=FILE"):
        prepared(IMAGES)
    with pytest.raises(DataError, match=r"there is no file .*none\.h5; check weights="):
        prepared(IMAGES, weights=tmp_path / "none.h5")


@pytest.mark.parametrize("shape", [(2,), (8, 8, 2), (8, 8)])
def test_it_takes_grey_and_colour_images(shape):
    with pytest.raises(DataError, match=f"for samples of shape {'x'.join(map(str, shape))} use --features pixels"):
        prepared(np.zeros((4, *shape), np.float32))


@pytest.mark.parametrize("shape", [(10, 10, 1), (28, 32, 3), (400, 299, 3)])
def test_it_resizes_as_published_scores_do(shape):
    image = np.random.default_rng(0).uniform(-1, 1, size=shape).astype(np.float32)

    (found,) = resized(image[None]).numpy()

    np.testing.assert_allclose(found, bilinear(image, 299), atol=1e-4)


@pytest.mark.slow
def test_features_with_weights_from_a_file(tmp_path):
    """The pooled features of the network itself, on images that were resized and scaled beforehand."""
    keras.utils.set_random_seed(0)
    model = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
    path = tmp_path / "some.weights.h5"
    model.save_weights(path)
    images = ((IMAGES + 1) * 127.5).round().astype(np.uint8)

    features = prepared(images, weights=path)

    colour = np.repeat(images.astype(np.float32) / 127.5 - 1, 3, axis=-1)
    expected = model(np.stack([bilinear(image, 299) for image in colour]), training=False).numpy()
    np.testing.assert_allclose(features(images), expected, rtol=1e-3, atol=1e-5)
    assert features(images).shape == (3, 2048)
    assert features.classify is None


@pytest.mark.slow
def test_probabilities_if_a_file_has_the_last_layer(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.applications.InceptionV3(weights=None)
    path = tmp_path / "whole.weights.h5"
    model.save_weights(path)

    features = prepared(IMAGES, weights=path)

    assert features(IMAGES).shape == (3, 2048)
    inputs = np.stack([bilinear(image, 299) for image in np.repeat(IMAGES, 3, axis=-1)])
    expected = model(inputs, training=False)
    np.testing.assert_allclose(features.probabilities(IMAGES), expected, rtol=1e-3, atol=1e-6)


@pytest.mark.slow
def test_weights_of_another_network_are_refused(tmp_path, model_file):
    path = tmp_path / "other.weights.h5"
    keras.models.load_model(model_file).save_weights(path)

    with pytest.raises(DataError, match=r"other\.weights\.h5 does not contain the weights of InceptionV3"):
        prepared(IMAGES, weights=path)
