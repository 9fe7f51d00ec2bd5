"""Tables and classes that go wrong are found, in signs and where they are planted in a training."""

from __future__ import annotations

import types
import warnings

import attrs
import keras
import numpy as np
import pytest
from keras import ops

import ganreg
from ganreg import Block, GanregWarning, Generator
from ganreg.engine.health.column_use import ColumnUse
from ganreg.engine.health.evidence import Evidence, Snapshot
from ganreg.engine.health.findings import findings
from ganreg.engine.health.label_use import LabelUse
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.health.reference import Deviation

STEPS = 5000


def found(count=50, spread=1.0, **uses):
    """Findings after snapshots that show signs in turn."""
    snapshots = [
        Snapshot(
            (index + 1) * STEPS // 50,
            {},
            Deviation(spread, 0.1, 0.0, 0.02),
            **{name: given[index % len(given)] for name, given in uses.items()},
        )
        for index in range(count)
    ]
    return findings(Evidence(snapshots, STEPS), types.SimpleNamespace(recipe=ganreg.Recipe()))


FULL, LOST = ColumnUse(swallowed=("'age'",)), ColumnUse(missing=("'Oslo' of 'city'",))
IGNORED, USED = LabelUse(real=0.5, generated=0.001, chance=0.01), LabelUse(real=0.5, generated=0.2, chance=0.01)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ({"column_use": [ColumnUse()], "label_use": [USED]}, []),
        ({"column_use": [FULL]}, ["column-swallowed"]),
        ({"column_use": [LOST]}, ["category-missing"]),
        ({"label_use": [IGNORED]}, ["ignores-its-labels"]),
        ({"label_use": [attrs.evolve(IGNORED, chance=0.2)]}, []),
        ({"column_use": [FULL, ColumnUse()]}, []),
        ({"column_use": [FULL, ColumnUse(swallowed=("'height'",))]}, []),
        ({"label_use": [IGNORED, USED]}, []),
        ({"column_use": [FULL], "spread": 0.01}, ["mode-collapse"]),  # explains the rest
        ({"column_use": [FULL], "count": 12}, []),  # early
    ],
)
def test_signs_and_findings(uses, expected):
    assert [one.name for one in found(**uses)] == expected


def test_messages_name_what_always_lacks():
    uses = [ColumnUse(swallowed=tuple("abcde")), ColumnUse(swallowed=tuple("bcdef"))]
    (finding,) = found(column_use=uses)

    assert "columns b, c, d and 1 more have nearly the same value" in finding.message
    assert "packing" in finding.hint
    (one,) = found(column_use=[LOST])
    assert one.message == "no generated row has 'Oslo' of 'city', although real rows do"


class Table(keras.layers.Layer):
    """Rows of a category, of which a part is never made, and of a number of some spread."""

    def __init__(self, cities, spread, **options):
        super().__init__(**options)
        self.cities, self.spread = cities, spread

    def call(self, latents):
        """The category from the first latent and the number from the second."""
        place = ops.cast(latents[:, 0] > 0, "int32") + ops.cast(latents[:, 0] > 1.5, "int32")
        chosen = ops.one_hot(ops.minimum(place, self.cities - 1), 3)
        return ops.concatenate([2.0 * chosen - 1.0, ops.clip(self.spread * latents[:, 1:2], -1.0, 1.0)], axis=1)


@attrs.frozen(kw_only=True)
class TableMaker(Generator):
    """Makes tables that are known."""

    latent_dim: int = 2
    cities: int = 3
    spread: float = 0.4

    def build(self, data):
        """A network whose one weight has no effect."""
        latents = keras.Input((2,))
        given = keras.layers.Dense(2, kernel_initializer="identity", use_bias=False)(latents)
        return keras.Model(latents, Table(self.cities, self.spread)(given))


@attrs.frozen(kw_only=True)
class ClassMaker(Generator):
    """Makes points around a mean of their class."""

    latent_dim: int = 2
    factor: float = 1.0

    def build(self, data):
        """The class's mean times a factor, and noise."""
        latents, labels = keras.Input((2,)), keras.Input((), dtype="int32")
        means = keras.layers.Embedding(2, 2, embeddings_initializer=keras.initializers.Constant(0.0))
        means.build(None)
        means.set_weights([np.array([[2.0, 0.0], [-2.0, 0.0]])])
        shifted = keras.layers.Rescaling(self.factor)(means(labels))
        return keras.Model([latents, labels], keras.layers.Add()([latents, shifted]))


def watch(gan, real, labels=None):
    """The findings after snapshots over a whole training."""
    monitor = HealthMonitor(gan.players, real, steps=1000, labels=labels)
    monitor.go_on([Snapshot(100 * index, {}) for index in range(1, 7)], 1.0)
    for index in range(7, 11):
        gan.iterations.assign(100 * index)
        monitor.go_on(monitor.snapshots, 1.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GanregWarning)
            monitor.take_snapshot(with_samples=True)
    return [one.name for one in monitor.findings]


@pytest.mark.parametrize(
    ("planted", "expected"),
    [({}, []), ({"cities": 2}, ["category-missing"]), ({"spread": 0.001}, ["mode-collapse", "column-swallowed"])],
)
def test_planted_in_a_table(planted, expected):
    latents = np.random.default_rng(0).normal(size=(2000, 2)).astype(np.float32)
    real = np.array(Table(3, 0.4)(latents))
    blocks = [Block("city", 3, one_hot=True, labels=("Rome", "Oslo", "Bern")), Block("age", 1)]
    data = ganreg.Data(train=real, value_range=(-1, 1), blocks=blocks)
    gan = ganreg.assemble(generator=TableMaker(**planted), discriminator="mlp:widths=[4]", loss="hinge", data=data)

    assert watch(gan, real) == expected


@pytest.mark.parametrize(("factor", "expected"), [(1.0, []), (0.0, ["mode-collapse", "ignores-its-labels"])])
def test_planted_in_classes(factor, expected):
    stream = np.random.default_rng(0)
    labels = (stream.random(2000) < 0.03).astype(np.int32)
    real = (np.array([[2.0, 0.0], [-2.0, 0.0]])[labels] + stream.normal(size=(2000, 2))).astype(np.float32)
    data = ganreg.Data(train=real, train_labels=labels)
    gan = ganreg.assemble(
        generator=ClassMaker(factor=factor, conditional=True),
        discriminator="mlp:widths=[4],conditional=true",
        loss="hinge",
        data=data,
    )

    assert watch(gan, real, labels) == expected
