"""The data on which components are tested: small, with and without labels and sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Data
from ganreg.data.spec import DataSpec
from ganreg.testing.subject import Subject

BATCH = 8
CLASSES = 3


@attrs.frozen
class Setting:
    """Data on which a component is tested.

    Attributes:
        shape: the shape of one sample; images have values in -1..1.
        labelled: whether there are classes, on which the networks are then conditioned.
        source: the shape of one source. Defaults to `None`: there are no sources.
        paired: whether each sample has a source of its own. Defaults to `False`.
    """

    shape: tuple[int, ...]
    labelled: bool = False
    source: tuple[int, ...] | None = None
    paired: bool = False

    @property
    def data(self) -> DataSpec:
        """The description of one sample."""
        source = None if self.source is None else _described(self.source)
        return _described(self.shape, CLASSES if self.labelled else None, source=source, paired=self.paired)

    def samples(self, count: int) -> Data:
        """Samples `[count, *shape]` with what belongs to them, the same each time."""
        draw = np.random.default_rng(0)
        samples = draw.uniform(-1, 1, (count, *self.shape)).astype(np.float32)
        labels = draw.integers(CLASSES, size=count) if self.labelled else None
        source = None
        if self.source is not None:
            # Those of unpaired data have a number of their own.
            sources = draw.uniform(-1, 1, (count if self.paired else count + BATCH, *self.source))
            source = Data(train=sources, value_range=_described(self.source).value_range)
        value_range = self.data.value_range
        return Data(train=samples, train_labels=labels, value_range=value_range, source=source, paired=self.paired)

    def __str__(self) -> str:
        labels = f"data {'with' if self.labelled else 'without'} labels"
        if self.source is None:
            return f"{_sizes(self.shape)} {labels}"
        paired = "paired with" if self.paired else "with unpaired"
        return f"{_sizes(self.shape)} {labels}, {paired} {_sizes(self.source)} sources"


def _described(shape: tuple[int, ...], num_classes: int | None = None, **sources: Any) -> DataSpec:
    return DataSpec(shape, num_classes, (-1.0, 1.0) if len(shape) == 3 else None, **sources)


def _sizes(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _both_ways(*settings: Setting) -> tuple[Setting, ...]:
    return tuple(attrs.evolve(setting, labelled=labelled) for setting in settings for labelled in (False, True))


EVERY_SETTING = _both_ways(Setting((2,)), Setting((28, 28, 1)), Setting((32, 32, 3)))
"""The data for which every component of a game without sources must be built or refused."""

_TRAINING_SETTINGS = _both_ways(*(Setting(shape) for shape in ((2,), (8, 8, 1), (16, 16, 1), (28, 28, 1), (32, 32, 3))))
"""The data for updates, of which the first that the component accepts is used."""

_SOURCES_AND_SHAPES = (
    ((2,), (2,)),
    ((8, 8, 1), (8, 8, 1)),
    ((16, 16, 3), (16, 16, 1)),
    ((8, 8, 1), (16, 16, 1)),
    ((16, 16, 1), (8, 8, 1)),
    ((8, 8, 1), (4,)),
    ((4,), (8, 8, 1)),
    ((32, 32, 3), (32, 32, 3)),
)
"""The shapes of sources and samples in translations, the smallest first."""

TRANSLATIONS = _both_ways(*(Setting(shape, source=source, paired=True) for source, shape in _SOURCES_AND_SHAPES))
"""The data for which every translator must be built or refused, for updates in this order too."""


_PAIRS = _both_ways(Setting((8, 8, 1), source=(8, 8, 1), paired=True))
"""The data for regularizers of translations."""


def settings_of(subject: Subject, *, training: bool = False) -> tuple[Setting, ...]:
    """The data for which a component must be built or refused; labelled after unlabelled data of the same shape.

    Args:
        subject: the component.
        training: whether to return the data for updates instead, the smallest first.
    """
    if subject.kind == "translator":
        return TRANSLATIONS
    if subject.kind == "game":
        return _settings_of_game(subject.instance.needs)
    settings = _TRAINING_SETTINGS if training else EVERY_SETTING
    return (*settings, *_PAIRS) if subject.kind == "regularizer" else settings


def _settings_of_game(needs: Sequence[str]) -> tuple[Setting, ...]:
    """The data that have what a game needs and nothing else, with and without labels."""
    if {"source", "pairs"} & set(needs):
        pairs = _SOURCES_AND_SHAPES[:5]
        settings = _both_ways(*(Setting(shape, source=source, paired="pairs" in needs) for source, shape in pairs))
    else:
        settings = _both_ways(Setting((2,)), Setting((8, 8, 1)), Setting((16, 16, 3)))
    return tuple(setting for setting in settings if setting.labelled or "labels" not in needs)
