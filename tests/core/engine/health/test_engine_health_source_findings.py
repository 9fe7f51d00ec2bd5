"""Translations that ignore or copy their sources are found, in signs and in trainings."""

from __future__ import annotations

import types

import attrs
import keras
import numpy as np
import pytest

import ganreg
from ganreg import GanregWarning
from ganreg.contract.translators import Translator
from ganreg.engine.health.evidence import Evidence, Snapshot
from ganreg.engine.health.findings import findings
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.health.reference import Deviation
from ganreg.engine.health.source_use import SourceUse

STEPS = 5000
USED = SourceUse(spread=0.9, change=0.8, needed=0.9, match=0.3)


def names(*uses, count=50):
    recipe = ganreg.Recipe().updated(game="translation")
    snapshots = [
        Snapshot((index + 1) * STEPS // 50, {}, Deviation(1.0, 0.1, 0.0, 0.02), source_use=uses[index % len(uses)])
        for index in range(count)
    ]
    return [one.name for one in findings(Evidence(snapshots, STEPS), types.SimpleNamespace(recipe=recipe))]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({}, []),
        ({"spread": 0.01}, ["ignores-its-source"]),
        ({"match": 1.0}, ["ignores-its-source"]),
        ({"match": None}, []),
        ({"change": 0.05}, ["copies-its-source"]),  # 0.9 are needed
        ({"change": 0.05, "needed": 0.06}, []),  # nearly what is needed
        ({"change": 0.2, "needed": None, "match": None}, []),
        ({"change": 0.02, "needed": None, "match": None}, ["copies-its-source"]),
        ({"change": None, "needed": None}, []),
    ],
)
def test_signs_and_findings(signs, expected):
    assert names(attrs.evolve(USED, **signs)) == expected


def test_signs_that_come_and_go_are_no_finding():
    assert names(attrs.evolve(USED, spread=0.01), USED) == []


def test_nothing_is_said_early():
    assert names(attrs.evolve(USED, spread=0.0), count=12) == []
    assert names(attrs.evolve(USED, spread=0.0), count=20) == ["ignores-its-source"]


@attrs.frozen(kw_only=True)
class Linear(Translator):
    """Multiplies by a number, and has learnt that already."""

    factor: float

    def build(self, source, target):
        values = keras.Input(source.shape)
        kernel = keras.initializers.Constant(np.eye(target.size) * self.factor)
        return keras.Model(values, keras.layers.Dense(target.size, kernel_initializer=kernel)(values))


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(
    ("factor", "expected"), [(0.0, ["ignores-its-source"]), (1.0, ["copies-its-source"]), (-1.0, [])]
)
def test_planted_in_a_game(factor, expected, paired):
    """The right answer is -x; a constant ignores its source, and x copies it."""
    points = np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    data = ganreg.Data(train=-points, source=ganreg.Data(train=points if paired else points[::-1]), paired=paired)
    gan = ganreg.assemble(
        game="translation" if paired else "cycle",
        generator=Linear(factor=factor),
        discriminator="mlp:widths=[4]",
        loss="non-saturating",
        data=data,
        batch_size=16,
    )
    monitor = HealthMonitor(gan.players, data.train, steps=1000)
    monitor.go_on([Snapshot(100 * index, {}) for index in range(1, 7)], 1.0)
    for index in range(7, 11):
        gan.iterations.assign(100 * index)
        monitor.go_on(monitor.snapshots, 1.0)
        if index == 9 and expected:
            with pytest.warns(GanregWarning, match=expected[0]):
                monitor.take_snapshot(with_samples=True)
        else:
            monitor.take_snapshot(with_samples=True)
    assert [one.name for one in monitor.findings] == expected
