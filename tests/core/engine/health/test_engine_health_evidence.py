"""The evidence for findings: summaries of logs, and the snapshots that count."""

from __future__ import annotations

import numpy as np
import pytest

from ganreg.engine.health.evidence import Evidence, Snapshot, summary
from ganreg.engine.health.reference import Deviation


def test_summary_of_an_interval():
    tables = [
        {"generator_loss": np.array([-1.0, -3.0]), "real_accuracy": np.array([0.0, 1.0])},
        {"generator_loss": np.array([100.0]), "real_accuracy": np.array([1.0])},
    ]
    assert summary(tables) == {"generator_loss": 3.0, "real_accuracy": pytest.approx(2 / 3)}


def test_columns_of_calls_may_differ():
    """As in a schedule of whole epochs, where one player is frozen."""
    tables = [{"generator_loss": np.array([2.0])}, {"discriminator_loss": np.array([-1.0, 3.0])}]
    assert summary(tables) == {"generator_loss": 2.0, "discriminator_loss": 2.0}
    assert summary([]) == {}


def snapshots(*iterations, without=()):
    samples = Deviation(1.0, 0.0, 0.0, 0.0)
    return [Snapshot(one, {}, None if one in without else samples) for one in iterations]


@pytest.mark.parametrize(
    ("taken", "without", "expected"),
    [
        ((700, 800, 900, 1000), (), [800, 900, 1000]),  # the last 30 % begin after 700
        ((700, 800, 900, 1000), (900,), [800, 1000]),
        ((100, 200, 1000), (), [200, 1000]),  # fewer than two there, so that an earlier one is included
        ((1000,), (), []),
        ((900, 1000), (900,), []),
        ((), (), []),
    ],
)
def test_recent_snapshots_with_samples(taken, without, expected):
    evidence = Evidence(snapshots(*taken, without=without), steps=1000)
    assert [snapshot.iteration for snapshot in evidence.recent(0.3, 2)] == expected
    assert evidence.iteration == (taken[-1] if taken else 0)
