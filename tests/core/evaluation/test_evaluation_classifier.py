"""The extractor `classifier`: what it learns, and that it learns it once."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.data.arrays import Data, fingerprint
from ganreg.evaluation import classifier, classifier_network
from ganreg.evaluation.extractors import Source, extractor_of


def bars(count, seed):
    """Images 4x4 of noise with a bright row, whose number is the label."""
    stream = np.random.default_rng(seed)
    labels = stream.integers(4, size=count)
    images = stream.uniform(-1.0, 0.0, size=(count, 4, 4, 1))
    images[np.arange(count), labels] += 1.0
    return images.astype(np.float32), labels


def bars_data(held_out=True):
    train, test = bars(400, 0), bars(100, 1)
    held_out = {"test": test[0], "test_labels": test[1]} if held_out else {}
    return Data(train=train[0], train_labels=train[1], value_range=(-1, 1), **held_out)


def source_of(data, dataset=None):
    return Source(data=data, spec=data.spec, dataset=dataset, fingerprint=fingerprint(data))


@pytest.fixture(autouse=True)
def brief(monkeypatch, request):
    """Few updates, which bars do not need more of."""
    if "slow" not in request.keywords:
        monkeypatch.setattr(classifier_network, "_MOST_UPDATES", 60)


@pytest.fixture
def trainings(monkeypatch):
    """How often a network was trained."""
    done = []
    train = classifier_network.train

    def counted(*arguments):
        done.append(1)
        train(*arguments)

    monkeypatch.setattr(classifier, "train", counted)
    return done


def test_it_learns_and_says_how_well():
    features = extractor_of("classifier").prepare(source_of(bars_data()))
    images, labels = bars(200, 2)
    probabilities = features.classify(images)
    assert probabilities.shape == (200, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    own = (features.classify(bars(100, 1)[0]).argmax(axis=1) == bars(100, 1)[1]).mean()
    assert features.description == f"classifier (test accuracy {own:.3f})"
    assert features.extract(images).shape == (200, 64)


def test_features_are_what_the_last_layer_sees(cache):
    features = extractor_of("classifier").prepare(source_of(bars_data()))
    (file,) = cache.glob("*.keras")
    weights, bias = keras.models.load_model(file).layers[-1].get_weights()
    logits = features.extract(bars(20, 3)[0]) @ weights + bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(features.classify(bars(20, 3)[0]), shares, rtol=1e-4, atol=1e-6)


def test_the_second_time_nothing_is_trained_and_features_are_the_same(trainings):
    first, second = (extractor_of("classifier").prepare(source_of(bars_data())) for _ in range(2))
    assert len(trainings) == 1
    np.testing.assert_array_equal(first.extract(bars(9, 3)[0]), second.extract(bars(9, 3)[0]))
    assert (first.key, first.description) == (second.key, second.description)


def test_other_data_is_learnt_anew(trainings):
    extractor_of("classifier").prepare(source_of(bars_data()))
    extractor_of("classifier").prepare(source_of(bars_data(held_out=False)))
    assert len(trainings) == 2


def test_a_damaged_network_is_learnt_again_to_the_same_bits(trainings, cache):
    first = extractor_of("classifier").prepare(source_of(bars_data()))
    (file,) = cache.glob("*.keras")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    again = extractor_of("classifier").prepare(source_of(bars_data()))
    assert len(trainings) == 2
    np.testing.assert_array_equal(first.extract(bars(9, 3)[0]), again.extract(bars(9, 3)[0]))


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "file"))
    assert extractor_of("classifier").prepare(source_of(bars_data())).extract(bars(3, 0)[0]).shape == (3, 64)


def test_training_leaves_the_global_generators_alone():
    keras.utils.set_random_seed(5)
    expected = np.random.rand(3)
    keras.utils.set_random_seed(5)
    extractor_of("classifier").prepare(source_of(bars_data()))
    np.testing.assert_array_equal(np.random.rand(3), expected)


def test_a_tenth_is_held_out_where_the_data_holds_out_none():
    features = extractor_of("classifier").prepare(source_of(bars_data(held_out=False)))
    accuracy = float(features.description.split()[-1].rstrip(")"))
    assert accuracy > 0.9
    assert (accuracy * 40) % 1 == pytest.approx(0.0, abs=1e-6)  # a share of the 40 that were held out


def test_points_and_rows_have_features_too():
    stream = np.random.default_rng(0)
    labels = stream.integers(2, size=300)
    points = (stream.normal(size=(300, 3)) + 4 * labels[:, None]).astype(np.float32)
    features = extractor_of("classifier").prepare(source_of(Data(train=points, train_labels=labels)))
    assert (features.classify(points).argmax(axis=1) == labels).mean() > 0.95


def test_no_labels_to_learn():
    data = Data(train=bars(50, 0)[0], value_range=(-1, 1))
    with pytest.raises(ganreg.DataError, match="it has none; take --features pixels"):
        extractor_of("classifier").prepare(source_of(data))


class Bars(ganreg.Dataset):
    def load(self):
        return bars_data()


class Stacked(ganreg.Dataset):
    def channel_data(self):
        return Bars()


def test_channels_are_judged_one_by_one_by_a_classifier_of_what_they_show(trainings):
    parts = [bars(100, seed) for seed in (4, 5)]
    images = np.concatenate([part[0] for part in parts], axis=-1)
    labels = parts[0][1] * 4 + parts[1][1]
    stacked = Data(train=images, train_labels=labels, value_range=(-1, 1))
    of_channels = extractor_of("classifier").prepare(source_of(stacked, Stacked()))
    single = extractor_of("classifier").prepare(source_of(bars_data()))
    assert len(trainings) == 1
    expected = np.hstack([single.extract(part[0]) for part in parts])
    np.testing.assert_allclose(of_channels.extract(images), expected, rtol=1e-5, atol=1e-6)
    probabilities = of_channels.classify(images)
    assert probabilities.shape == (100, 16)
    each = [single.classify(part[0]) for part in parts]
    np.testing.assert_allclose(probabilities[:, 7], each[0][:, 1] * each[1][:, 3], rtol=1e-4, atol=1e-6)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("digits", 0.97), ("fashion-mnist", 0.90)])
def test_accuracy_on_real_data(name, least):
    dataset = ganreg.create("dataset", name)
    try:
        data = dataset.load()
    except ganreg.DataError as error:
        pytest.skip(str(error))
    model = classifier_network.build(data.spec)
    classifier_network.train(model, data.train, data.train_labels)
    assert classifier_network.accuracy_of(model, data.test, data.test_labels) >= least
