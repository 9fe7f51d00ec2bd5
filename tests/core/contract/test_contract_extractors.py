"""The base class of extractors, and what they receive and return."""

import numpy as np
import pytest

from ganreg import Data, DataSpec, Extractor, Features, Source
from ganreg.contract.extractors import Cache

IMAGES = np.random.default_rng(0).integers(0, 256, size=(10, 2, 2, 1)).astype(np.uint8)


def squared(batch):
    return batch.reshape(len(batch), -1) ** 2


def test_features_come_in_batches_of_one_size():
    shapes = []

    def extract(batch):
        shapes.append((batch.shape, batch.dtype))
        return squared(batch).astype(np.float64)

    points = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    found = Features(description="squared", extract=extract, batch_size=4)(points)

    np.testing.assert_array_equal(found, points**2)
    assert found.dtype == np.float32
    assert shapes == [((4, 3), np.float32)] * 3


def test_bytes_become_floats_from_minus_1_to_1():
    values = IMAGES.reshape(10, -1) / 127.5 - 1

    found = Features(description="squared", extract=squared)(IMAGES)

    np.testing.assert_allclose(found, values**2, atol=1e-6)
    np.testing.assert_allclose(Source.as_floats(IMAGES).reshape(10, -1), values, atol=1e-6)
    assert Source.as_floats(IMAGES).dtype == np.float32


def test_probabilities():
    features = Features(description="halves", extract=squared, classify=lambda batch: np.full((len(batch), 2), 0.5))

    np.testing.assert_array_equal(features.probabilities(IMAGES), np.full((10, 2), 0.5))
    with pytest.raises(ValueError, match="squared gives no class probabilities"):
        Features(description="squared", extract=squared).probabilities(IMAGES)


@pytest.mark.parametrize("extract", [lambda batch: batch, lambda batch: squared(batch)[:1], lambda batch: batch.mean()])
def test_features_of_another_shape_are_refused(extract):
    with pytest.raises(ValueError, match=r"expected features \[8, F\], got an array of shape \("):
        Features(description="wrong", extract=extract, batch_size=8)(IMAGES)


def test_a_source_describes_its_samples():
    labels = np.arange(10) % 3
    one, same, other = (
        Source.of(Data(train=IMAGES[order], train_labels=labels))
        for order in (slice(None), slice(None), slice(None, None, -1))
    )

    assert one.spec == DataSpec((2, 2, 1), num_classes=3, value_range=(-1, 1))
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert Source.of(one.data, spec=DataSpec((2, 2, 1))).spec.num_classes is None


def test_its_cache_keeps_nothing_by_default():
    cache = Source.of(Data(train=IMAGES)).cache
    made = []

    for _ in range(2):
        cache.numbers("fact", make=lambda: made.append(1) or {})
        cache.file(".txt", "fact", make=lambda: made.append(1), write=pytest.fail, read=pytest.fail)

    assert type(cache) is Cache
    assert len(made) == 4


def test_an_extractor_suits_nothing_by_default_and_must_prepare():
    extractor = Extractor()

    assert extractor.suits(DataSpec((2,)), None) == 0
    with pytest.raises(NotImplementedError, match=r"Extractor must define prepare\(source\)"):
        extractor.prepare(None)
