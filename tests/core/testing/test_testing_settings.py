"""The data on which components are tested."""

import attrs
import numpy as np
import pytest
from faulty_gan.games import BothWays, Means
from faulty_gan.losses import CrossEntropy
from faulty_gan.translators import Plain

from ganreg import DataSpec, Game
from ganreg.testing.settings import BATCH, CLASSES, Setting, settings_of
from ganreg.testing.subject import subject_of


@attrs.frozen(kw_only=True)
class NeedsAll(Game):
    """Needs all that a game can need."""

    needs = ("pairs", "labels")


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize(("shape", "value_range"), [((2,), None), ((8, 8, 1), (-1.0, 1.0))])
def test_a_setting_describes_its_samples(shape, value_range, labelled):
    setting = Setting(shape, labelled)
    data = setting.samples(12)
    assert setting.data == DataSpec(shape, CLASSES if labelled else None, value_range)
    assert data.train.shape == (12, *shape)
    assert (data.train_labels is not None) == labelled
    np.testing.assert_array_equal(data.train, setting.samples(12).train)
    assert str(setting) == f"{'x'.join(map(str, shape))} data with{'' if labelled else 'out'} labels"


@pytest.mark.parametrize(("paired", "count"), [(True, 12), (False, 12 + BATCH)])
def test_sources_are_as_described(paired, count):
    setting = Setting((2,), source=(4, 4, 1), paired=paired)
    data = setting.samples(12)
    assert setting.data == DataSpec((2,), source=DataSpec((4, 4, 1), None, (-1.0, 1.0)), paired=paired)
    assert data.spec == setting.data
    assert data.source.train.shape == (count, 4, 4, 1)
    assert str(setting) == f"2 data without labels, {'paired with' if paired else 'with unpaired'} 4x4x1 sources"


@pytest.mark.parametrize("training", [False, True])
def test_every_shape_comes_with_and_without_labels(training):
    for component in (CrossEntropy, Plain, Means, BothWays):
        settings = settings_of(subject_of(component), training=training)
        unlabelled = [setting for setting in settings if not setting.labelled]
        assert [attrs.evolve(setting, labelled=True) for setting in unlabelled] == [
            setting for setting in settings if setting.labelled
        ]
        assert {len(setting.shape) for setting in settings} == {1, 3}


def test_a_translator_has_pairs_of_equal_and_of_different_shapes():
    settings = settings_of(subject_of(Plain))
    assert all(setting.paired for setting in settings)
    shapes = {(setting.source, setting.shape) for setting in settings}
    assert {len(source) - len(shape) for source, shape in shapes} == {-2, 0, 2}
    assert {source[0] / shape[0] for source, shape in shapes if len(source) == len(shape) == 3} == {0.5, 1.0, 2.0}


def test_a_game_has_what_it_needs_and_nothing_else():
    usual, unpaired, all_ = (settings_of(subject_of(game)) for game in (Means, BothWays, NeedsAll))
    assert {setting.source for setting in usual} == {None}
    assert {(setting.source is None, setting.paired) for setting in unpaired} == {(False, False)}
    assert {(setting.source is None, setting.paired, setting.labelled) for setting in all_} == {(False, True, True)}
