"""`run.toml`: what it holds, what earlier versions wrote, and what has changed since."""

import attrs
import pytest

import ganreg
from ganreg.engine.running.execution import Execution
from ganreg.runs.record import (
    Change,
    Conditions,
    EvaluationPlan,
    Record,
    RunPlan,
    RunResult,
    differences,
    doubts,
)

WRITTEN = """
changes = [
    { iteration = 30, what = ["rolled back from update 34"], rates = 0.5 },
    { iteration = 40, what = ["recipe: batch_size: 8, was 16"] },
]

[plan]
steps = 48
sample_every = 20
checkpoint_every = 10
keep = 3
execution = "auto"
on_nan = "rollback"
rollback_factor = 0.5
rollbacks = 3
health = "warn"

[plan.evaluation]
every = 8
metrics = ["moments"]
samples = 50
seed = 0

[conditions]
threads = 2

[conditions.recipe]
batch_size = 16

[conditions.data]
samples = 64
fingerprint = "abc"

[conditions.versions]
python = "3.11.4"
ganreg = "0.1.0"

[execution]
mode = "graph"
updates_per_call = 7

[result]
iterations = 48
weights = "def"
seconds = 1.5
checkpoints = 6
checkpoint_seconds = 0.25
longest_pause = 0.125
"""
"""A file with every table, as version 0.1 wrote it; such runs must stay readable."""

CONDITIONS = Conditions(
    recipe={"batch_size": 16},
    data={"samples": 64, "fingerprint": "abc"},
    versions={"python": "3.11.4", "ganreg": "0.1.0"},
    threads=2,
)

RECORD = Record(
    plan=RunPlan(
        steps=48,
        sample_every=20,
        checkpoint_every=10,
        keep=3,
        on_nan="rollback",
        evaluation=EvaluationPlan(every=8, metrics=["moments"], samples=50),
    ),
    conditions=CONDITIONS,
    execution=Execution("graph", 7),
    result=RunResult(
        iterations=48, weights="def", seconds=1.5, checkpoints=6, checkpoint_seconds=0.25, longest_pause=0.125
    ),
    changes=[
        Change(iteration=30, what=["rolled back from update 34"], rates=0.5),
        Change(iteration=40, what=["recipe: batch_size: 8, was 16"]),
    ],
)


def test_the_file_of_an_earlier_version_is_read(tmp_path):
    (tmp_path / "run.toml").write_text(WRITTEN)
    assert Record.read(tmp_path) == RECORD


def test_it_is_the_same_after_being_written_and_read(tmp_path):
    for record in (RECORD, Record(plan=RECORD.plan, conditions=CONDITIONS)):
        record.write(tmp_path)
        assert Record.read(tmp_path) == record
    assert [path.name for path in tmp_path.iterdir()] == ["run.toml"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("steps = 48", "steps = 0"),
        ('on_nan = "rollback"', 'on_nan = "ignore"'),
        ("threads = 2", ""),
        ("seconds = 1.5", "minutes = 1.5"),
        ("longest_pause = 0.125", 'longest_pause = "long"'),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, old, new):
    assert WRITTEN.count(old) == 1 or old == "seconds = 1.5"
    (tmp_path / "run.toml").write_text(WRITTEN.replace(f"\n{old}\n", f"\n{new}\n"))
    with pytest.raises(ganreg.RunError, match=r"run\.toml is damaged: "):
        Record.read(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ganreg.RunError, match=r"holds no run that can be resumed: there is no run\.toml in it"):
        Record.read(tmp_path)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"recipe": {"batch_size": 8, "loss": {"margin": 2}}}, [
            "recipe: batch_size: 8, was 16", "recipe: loss.margin: 2, was none",
        ]),
        ({"data": {"samples": 65, "fingerprint": "x"}}, ["data: different samples (65, was 64)"]),
        ({"data": {"samples": 64, "fingerprint": "x"}}, ["data: different samples"]),
        ({"versions": {"python": "3.12.0"}}, ["version of ganreg: none, was 0.1.0"]),
        ({"threads": 3}, []),
    ],
)  # fmt: skip
def test_differences_in_words(changes, lines):
    assert differences(CONDITIONS, attrs.evolve(CONDITIONS, **changes)) == lines


def test_threads_and_python_may_change_only_the_last_bits():
    now = attrs.evolve(CONDITIONS, threads=3, versions={"python": "3.12.0", "ganreg": "0.2.0"})
    assert doubts(CONDITIONS, CONDITIONS) == []
    assert doubts(CONDITIONS, now) == ["threads: 3, was 2", "version of python: 3.12.0, was 3.11.4"]
