"""Findings: the right one for what goes wrong, and none for what does not."""

from __future__ import annotations

import types

import numpy as np
import pytest

import ganreg
from ganreg.cli.train import train
from ganreg.engine.health.evidence import Evidence, Snapshot
from ganreg.engine.health.findings import findings
from ganreg.engine.health.reference import Deviation

STEPS = 5000


@pytest.fixture(scope="module")
def stub():
    return types.SimpleNamespace(recipe=ganreg.Recipe())


def evidence(count=50, *, samples=None, **logs):
    """Looks at a training that goes well, but for what is given: a value, or one a snapshot."""

    def at(value, index):
        return value[index] if isinstance(value, (list, np.ndarray)) else value

    well = {"real_accuracy": 0.6, "fake_accuracy": 0.6, "discriminator_loss": 1.0, "generator_loss": 1.0}
    well |= {"discriminator_gradient_norm": 0.5, "generator_gradient_norm": 0.5} | logs
    fields = {"spread": 1.0, "offset": 0.1, "missing": 0.0, "distance": 0.02} | (samples or {})
    extra = {name: fields.pop(name) for name in ("movement", "growth", "last") if name in fields}
    return Evidence(
        [
            Snapshot(
                (index + 1) * STEPS // 50,
                {name: at(value, index) for name, value in well.items()},
                Deviation(**{name: at(value, index) for name, value in fields.items()}),
                **{name: at(value, index) for name, value in extra.items()},
            )
            for index in range(count)
        ],
        STEPS,
    )


def found(given, gan):
    return [one.name for one in findings(given, gan)]


ALWAYS = {"real_accuracy": 1.0, "fake_accuracy": 0.99}


GUESSING = {"real_accuracy": 0.9, "fake_accuracy": 0.1}


POOR = {"distance": 0.6}


GOOD = Deviation(1.0, 0.1, 0.0, 0.02)


@pytest.mark.parametrize(
    ("signs", "names"),
    [
        ({}, []),
        (ALWAYS, []),
        (GUESSING, []),
        ({"samples": POOR}, []),
        ({"samples": POOR} | ALWAYS, ["discriminator-too-strong"]),
        ({"samples": POOR} | GUESSING, ["junk-feedback"]),
        ({"samples": {"spread": 0.01}}, ["mode-collapse"]),
        ({"samples": {"missing": 0.6}}, ["mode-collapse"]),
        ({"samples": {"missing": 0.6} | POOR} | ALWAYS, ["discriminator-too-strong", "mode-collapse"]),
        ({"samples": {"missing": 0.6} | POOR} | GUESSING, ["mode-collapse"]),
        ({"samples": {"missing": 0.1}}, []),
        ({"samples": {"spread": 1e4} | POOR} | ALWAYS, ["generator-unstable"]),
        ({"samples": {"offset": 50.0, "spread": 0.0, "missing": 0.9} | POOR}, ["generator-unstable"]),
        ({"samples": {"movement": 2.0, "growth": 40.0} | POOR}, ["generator-unstable"]),
        ({"samples": {"last": GOOD} | POOR}, ["average-diverged"]),
        ({"discriminator_loss": np.geomspace(1, 1e6, 50)}, ["discriminator-diverging"]),
        ({"generator_gradient_norm": np.geomspace(1, 1e6, 50)}, ["generator-diverging"]),
        ({"generator_gradient_norm": np.geomspace(1, 100, 50)}, []),
    ],
)
def test_signs_and_findings(stub, signs, names):
    assert found(evidence(**signs), stub) == names


@pytest.mark.parametrize("signs", [ALWAYS, GUESSING, {}])
def test_nothing_is_said_early(stub, signs):
    samples = {"missing": 0.9, "spread": 0.0} | POOR
    assert found(evidence(12, samples=samples, **signs), stub) == []
    assert found(evidence(20, samples=samples, **signs), stub) != []


def test_nothing_is_said_while_samples_get_better(stub):
    better = {"distance": np.geomspace(1.0, 0.31, 50), "missing": 0.6}
    assert found(evidence(samples=better, **ALWAYS), stub) == []


def test_signs_that_pass_are_no_finding(stub):
    missing = [0.6] * 50
    missing[-3] = 0.0
    assert found(evidence(samples={"missing": missing}), stub) == []


def test_logs_may_lack_a_player(stub):
    """As whole epochs of one player do."""
    given = evidence(samples=POOR)
    snapshots = [
        Snapshot(snapshot.iteration, {"generator_loss": 1.0}, snapshot.samples) for snapshot in given.snapshots
    ]
    assert found(Evidence(snapshots, STEPS), stub) == []


def test_hints_name_settings_that_the_recipe_takes(stub):
    for signs in ({"samples": POOR} | ALWAYS, {"samples": {"spread": 1e4} | POOR}, {"samples": POOR} | GUESSING):
        (hint,) = {one.hint for one in findings(evidence(**signs), stub)}
        assert hint.startswith("try --lr-")
        known = {option for parameter in train.params for option in parameter.opts}
        assert {word for word in hint.split() if word.startswith("-")} <= known
        ganreg.Recipe().with_settings([word.rstrip(",") for word in hint.split() if "_optimizer." in word])
