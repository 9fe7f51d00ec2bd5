"""The extractor `classifier`: what it learns, and that it learns it once."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg import Data, DataError, DataSpec, Source
from ganreg.testing import parametrize_with_checks


@pytest.mark.slow
@parametrize_with_checks([("extractor", "classifier")])
def test_it_conforms(check):
    check()


@pytest.fixture
def prepared():
    """Prepares the extractor: `prepared(data, dataset, cache=...)`."""
    return lambda *given, **options: ganreg.create("extractor", "classifier").prepare(Source.of(*given, **options))


def test_it_learns_and_says_how_well(prepared, bars, bars_data):
    features = prepared(bars_data())

    images, labels = bars(200, 2)
    probabilities = features.probabilities(images)
    assert probabilities.shape == (200, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    held_out, its_labels = bars(100, 1)
    accuracy = (features.probabilities(held_out).argmax(axis=1) == its_labels).mean()
    assert features.description == f"classifier (test accuracy {accuracy:.3f})"
    assert features(images).shape == (200, 64)


def test_features_are_what_the_last_layer_sees(prepared, bars, bars_data, folder_cache):
    features = prepared(bars_data(), cache=folder_cache)

    (file,) = folder_cache.folder.glob("*.keras")
    weights, bias = keras.models.load_model(file).layers[-1].get_weights()
    logits = features(bars(20, 3)[0]) @ weights + bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(features.probabilities(bars(20, 3)[0]), shares, rtol=1e-4, atol=1e-6)


def test_the_network_of_the_features_is_the_same_each_time(prepared, bars, bars_data, folder_cache):
    """Its configuration too, whatever else the process has built, and whether it was trained or read from a file."""
    trained, read = (prepared(bars_data(), cache=folder_cache) for _ in range(2))
    images = bars(256, 3)[0]

    np.testing.assert_allclose(trained.network(images), trained(images), rtol=1e-6)
    np.testing.assert_array_equal(trained.network(images), read.network(images))
    assert trained.network.to_json() == read.network.to_json()


@pytest.mark.slow
def test_what_was_learnt_is_kept(prepared, bars, bars_data, folder_cache):
    first, second = (prepared(bars_data(), cache=folder_cache) for _ in range(2))

    assert folder_cache.made == 1
    np.testing.assert_array_equal(first(bars(9, 3)[0]), second(bars(9, 3)[0]))
    assert (first.facts, first.description) == (second.facts, second.description)


@pytest.mark.slow
def test_other_data_is_learnt_separately(prepared, bars_data, folder_cache):
    first = prepared(bars_data(), cache=folder_cache)
    second = prepared(bars_data(held_out=False), cache=folder_cache)

    assert folder_cache.made == 2
    assert first.facts != second.facts


@pytest.mark.slow
def test_a_damaged_network_is_learnt_again_to_the_same_bits(prepared, bars, bars_data, folder_cache):
    first = prepared(bars_data(), cache=folder_cache)
    (file,) = folder_cache.folder.glob("*.keras")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    again = prepared(bars_data(), cache=folder_cache)

    assert folder_cache.made == 2
    np.testing.assert_array_equal(first(bars(9, 3)[0]), again(bars(9, 3)[0]))


@pytest.mark.slow
def test_a_tenth_is_held_out_if_the_data_holds_none_out(prepared, bars_data):
    features = prepared(bars_data(held_out=False))

    accuracy = float(features.description.split()[-1].rstrip(")"))
    assert accuracy > 0.9
    assert (accuracy * 40) % 1 == pytest.approx(0.0, abs=1e-6)  # a share of the 40 that were held out


def test_points_and_rows_have_features_too(prepared):
    stream = np.random.default_rng(0)
    labels = stream.integers(2, size=300)
    points = (stream.normal(size=(300, 3)) + 4 * labels[:, None]).astype(np.float32)

    features = prepared(Data(train=points, train_labels=labels))

    assert (features.probabilities(points).argmax(axis=1) == labels).mean() > 0.95


def test_there_must_be_labels_to_learn(prepared, bars):
    data = Data(train=bars(50, 0)[0], value_range=(-1, 1))

    with pytest.raises(DataError, match="learns the labels of the data, which has none; use --features pixels"):
        prepared(data)


@pytest.mark.parametrize(
    ("spec", "suits"),
    [
        (DataSpec((8, 8, 1), num_classes=10), True),
        (DataSpec((8, 8, 1)), False),
        (DataSpec((5,), num_classes=2), False),
    ],
)
def test_it_suits_labelled_images_better_than_pixels_do(spec, suits):
    classifier, pixels = (ganreg.create("extractor", name).suits(spec, None) for name in ("classifier", "pixels"))

    assert (classifier > pixels) == suits


@pytest.mark.slow
def test_channels_are_classified_by_a_classifier_of_what_they_show(prepared, bars, bars_data, folder_cache):
    class Bars(ganreg.Dataset):
        def load(self):
            return bars_data()

    class Stacked(ganreg.Dataset):
        def channel_data(self):
            return Bars()

    parts = [bars(100, seed) for seed in (4, 5)]
    images = np.concatenate([part[0] for part in parts], axis=-1)
    labels = parts[0][1] * 4 + parts[1][1]
    stacked = Data(train=images, train_labels=labels, value_range=(-1, 1))

    of_channels = prepared(stacked, Stacked(), cache=folder_cache)
    single = prepared(bars_data(), cache=folder_cache)

    assert folder_cache.made == 1
    assert of_channels.facts != single.facts
    assert of_channels.network is None
    expected = np.hstack([single(part[0]) for part in parts])
    np.testing.assert_allclose(of_channels(images), expected, rtol=1e-5, atol=1e-6)
    probabilities = of_channels.probabilities(images)
    assert probabilities.shape == (100, 16)
    each = [single.probabilities(part[0]) for part in parts]
    np.testing.assert_allclose(probabilities[:, 7], each[0][:, 1] * each[1][:, 3], rtol=1e-4, atol=1e-6)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.9
