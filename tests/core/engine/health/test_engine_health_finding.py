"""For how long the signs of a finding must last, and how a finding reads."""

import pytest

from ganreg.engine.health.evidence import Evidence, Snapshot
from ganreg.engine.health.finding import Finding, lasting
from ganreg.engine.health.reference import Deviation

SAMPLES = Deviation(1.0, 0.1, 0.0, 0.02)


def evidence(iterations, steps=1000):
    return Evidence([Snapshot(iteration, {}, SAMPLES) for iteration in iterations], steps)


@pytest.mark.parametrize(
    ("iterations", "expected"),
    [
        (range(100, 300, 20), []),  # too early: less than 30 %
        (range(100, 301, 20), list(range(160, 301, 20))),  # the last 15 %
        (range(20, 1001, 20), list(range(860, 1001, 20))),
        ([400, 600, 800], [400, 600, 800]),
        ([600, 800], []),  # too few
    ],
)
def test_signs_must_last(iterations, expected):
    found = [snapshot.iteration for snapshot in lasting(evidence(iterations))]
    assert found == expected


def test_a_finding_reads_as_a_sentence():
    finding = Finding(500, "mode-collapse", "nothing is generated", "try more")
    assert str(finding) == "mode-collapse after 500 iterations: nothing is generated; try more"
