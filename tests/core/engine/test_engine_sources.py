"""Sources are drawn from what was held out, by the seed, with the samples and classes that belong to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg import Data, Game, NetworkSpec
from ganreg.engine.resolving import resolve
from ganreg.engine.sources import Sources, rows


class Translating(Game):
    """One translator and one discriminator."""

    roles = {"generator": "translator", "discriminator": "discriminator"}  # noqa: RUF012
    needs = ("source",)

    def networks(self, assembly):
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source or data),
            "discriminator": NetworkSpec("discriminator", data),
        }


class OfSamples(Translating):
    """The same, from the real samples themselves."""

    needs = ()


def numbers(first, count):
    return np.arange(first, first + count, dtype=np.float32)[:, None]


def sources_of(data, game=Translating):
    return Sources(resolve(ganreg.Recipe(), data=data, components={"game": game(), "generator": "mlp"}))


HELD_OUT = Data(
    train=numbers(0, 5), test=numbers(10, 4), source=Data(train=numbers(100, 5), test=numbers(110, 4)), paired=True,
    train_labels=np.arange(5) % 2, test_labels=[1, 1, 0, 1],
)  # fmt: skip
TRAIN_ONLY = Data(train=numbers(0, 5), source=Data(train=numbers(100, 5)), paired=True)
UNPAIRED = Data(train=numbers(0, 5), test=numbers(10, 4), source=Data(train=numbers(100, 7), test=numbers(110, 3)))


@given(st.integers(1, 30), st.integers(0, 80), st.integers(0, 5))
def test_each_is_drawn_once_before_any_is_repeated(available, count, seed):
    drawn = rows(available, max(count, 1), seed)
    assert len(drawn) == max(count, 1)
    for start in range(0, len(drawn), available):
        block = drawn[start : start + available]
        assert len(set(block)) == len(block)


@given(st.integers(1, 30), st.integers(1, 40), st.integers(1, 40))
def test_more_begin_with_the_same_ones(available, few, more):
    few, more = sorted((few, more))
    np.testing.assert_array_equal(rows(available, more, 3)[:few], rows(available, few, 3))


@pytest.mark.parametrize(
    ("data", "least", "greatest"), [(HELD_OUT, 110, 113), (TRAIN_ONLY, 100, 104), (UNPAIRED, 110, 112)]
)
def test_sources_are_held_out_if_any_are(data, least, greatest):
    drawn = sources_of(data).draw(20, seed=1).numpy()
    assert (drawn.min(), drawn.max()) == (least, greatest)


def test_pairs_are_those_of_the_sources_that_are_drawn():
    sources = sources_of(HELD_OUT)
    x, y = sources.pairs(6, seed=2)
    np.testing.assert_array_equal(x, sources.draw(6, seed=2))
    np.testing.assert_array_equal(y, x - 100)
    np.testing.assert_array_equal(sources.labels(6, seed=2), np.array([1, 1, 0, 1])[(y[:, 0] - 10).astype(int)])


def test_unpaired_sources_have_neither_samples_nor_classes():
    sources = sources_of(UNPAIRED)
    assert sources.pairs(3, seed=0)[1] is None
    assert sources.labels(3, seed=0) is None


def test_real_samples_are_the_sources_where_no_others_are_needed():
    drawn = sources_of(HELD_OUT, OfSamples).draw(20, seed=1).numpy()
    assert (drawn.min(), drawn.max()) == (10, 13)


def test_images_of_bytes_are_scaled():
    images = Data(train=np.zeros((3, 2, 2, 1), np.uint8), source=Data(train=np.full((3, 2, 2, 1), 255, np.uint8)))
    np.testing.assert_array_equal(sources_of(images).draw(2, seed=0), np.ones((2, 2, 2, 1)))


def test_data_that_were_described_only_can_be_given_later():
    sources = sources_of(HELD_OUT.spec)
    with pytest.raises(ganreg.DataError, match="assembled from a DataSpec alone"):
        sources.draw(2, seed=0)
    sources.use(TRAIN_ONLY)
    assert sources.draw(2, seed=0).shape == (2, 1)
