"""Translations are compared with the true samples of their own sources, and with the sources as a baseline."""

import numpy as np
import pytest

import ganreg
from ganreg import Data, DataSpec
from ganreg.evaluation.metric_runs import MetricRun
from ganreg.evaluation.pairs import Pairs, as_translations, sources_of

POINTS = np.random.default_rng(0).uniform(-1, 1, (40, 3)).astype(np.float32)
RANGE = (-1.0, 1.0)


def assembled(*, paired=True, held_out=True):
    """A translation of points; without training it is as good as its first weights."""
    train, test = POINTS[:30], POINTS[30:] if held_out else None
    source = Data(train=-train, test=None if test is None else -test, value_range=RANGE)
    data = Data(train=train, test=test, source=source, paired=paired, value_range=RANGE)
    game, loss = ("translation" if paired else "cycle"), "non-saturating"
    return ganreg.assemble(game=game, generator="mlp:widths=[8]", discriminator="mlp:widths=[8]", loss=loss, data=data)


@pytest.fixture
def reconstruction():
    return MetricRun.of("reconstruction", None)


@pytest.mark.parametrize(("held_out", "expected"), [(True, 10), (False, 30)])
def test_each_source_is_used_once_at_most(held_out, expected):
    gan = assembled(held_out=held_out)
    assert sources_of(gan) == expected
    assert Pairs(gan, 1000, 0).count == expected
    assert Pairs(gan, 4, 0).count == 4


def test_translations_are_compared_with_their_own_targets(reconstruction):
    """By hand: the mean absolute difference, row by row."""
    gan = assembled()
    generated = gan.generate(25, seed=3)
    sources, targets = gan.pairs(10, seed=3)
    values = Pairs(gan, 25, 3).values(reconstruction, generated)
    assert values["l1"] == pytest.approx(np.abs(gan.translate(sources) - targets).mean(), rel=1e-4)


def test_the_baseline_takes_sources_for_translations(reconstruction):
    sources, targets = assembled().pairs(10, seed=3)
    expected = np.abs(sources - targets).mean()
    assert Pairs(assembled(), 10, 3).baseline(reconstruction)["l1"] == pytest.approx(expected, rel=1e-4)


def test_unpaired_data_and_latents_are_refused(reconstruction, small):
    with pytest.raises(
        ganreg.DataError, match="needs the true sample of each translation, but the data are not paired"
    ):
        Pairs(assembled(paired=False), 10, 0).refuse(reconstruction)
    with pytest.raises(ganreg.DataError, match="but this GAN generates samples from latents"):
        Pairs(small(data=Data(train=POINTS)), 10, 0).refuse(reconstruction)


IMAGE = DataSpec((8, 8, 1), value_range=RANGE)


def image_pairs(source):
    return DataSpec((8, 8, 1), value_range=RANGE, source=source, paired=True)


def test_sources_of_the_same_shape_are_taken_as_they_are():
    images = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 1)).astype(np.float32)
    assert as_translations(images, image_pairs(IMAGE)) is images


def test_smaller_images_are_enlarged_within_their_range():
    small = DataSpec((4, 4, 1), value_range=RANGE)
    edges = np.sign(np.random.default_rng(0).normal(size=(2, 4, 4, 1))).astype(np.float32)
    enlarged = as_translations(edges, image_pairs(small))
    assert enlarged.shape == (2, 8, 8, 1)
    assert np.abs(enlarged).max() <= 1.0
    constant = as_translations(np.full((1, 4, 4, 1), 0.3, np.float32), image_pairs(small))
    np.testing.assert_allclose(constant, np.full((1, 8, 8, 1), 0.3), atol=1e-6)


@pytest.mark.parametrize(
    "source",
    [
        DataSpec((8, 8, 3), value_range=RANGE),
        DataSpec((16, 16, 1), value_range=RANGE),
        DataSpec((8, 8, 1), value_range=(0, 1)),
        DataSpec((4,), value_range=RANGE),
        None,
    ],
)
def test_other_sources_cannot_stand_for_translations(source):
    data = IMAGE if source is None else image_pairs(source)
    shape = (2, *(IMAGE if source is None else source).shape)
    assert as_translations(np.zeros(shape, np.float32), data) is None
