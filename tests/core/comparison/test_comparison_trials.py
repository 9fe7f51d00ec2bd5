"""Trials as their folders record them."""

import json

import attrs
import pytest

from ganreg.comparison.plan import Plan
from ganreg.comparison.trials import Comparison, Trial, trials_of
from ganreg.errors import RunError
from ganreg.evaluation.scores import Score


@pytest.fixture
def trial(tmp_path):
    """A trial whose every field differs from its default."""
    return Trial(
        number=3,
        path=tmp_path,
        axes={"loss": "hinge", "regularizer": "r1 + r2"},
        seed=5,
        state="stopped",
        scores=[Score("moments", "moments", 0.1 + 0.2, 0.01, 0.02, "values", 100, 50, True, 400)],
        error="why",
        seconds=1.5,
        pace=0.001,
        overhead=0.5,
        iterations=400,
        steps=1600,
        warnings=["careful"],
        session="now",
        attempts=1,
    )


def test_a_trial_reads_back_as_it_was_written(trial):
    blank = Trial(number=3, path=trial.path, axes={}, seed=0)
    assert all(
        getattr(trial, field.name) != field.default
        for field in attrs.fields(Trial)
        if field.default is not attrs.NOTHING
    )

    trial.write()

    assert blank.read_again() == trial


def test_a_trial_without_a_file_stays_as_it_is(trial):
    assert trial.read_again() is trial


def test_the_baseline_of_files_by_earlier_versions_is_read(trial):
    """Earlier versions wrote the baseline as `floor`."""
    trial.write()
    file = trial.path / "trial.json"
    table = json.loads(file.read_text())
    table["scores"] = [
        {("floor" if name == "baseline" else name): value for name, value in score.items()} for score in table["scores"]
    ]
    assert "floor" in table["scores"][0]
    file.write_text(json.dumps(table))

    assert trial.read_again() == trial


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"axes": {}, "seed": 1' + "0" * 400 + "}", "is damaged: .*seed"),
        ("[]", "is damaged"),
        ('{"scores": 3}', "is damaged"),
        ('{"scores": [3]}', "is damaged"),
        ('{"scores": [{"metric": "moments"}], "axes": {}, "seed": 0}', "is damaged: .*scores"),
        ('{"axes": {}, "seed": "x"}', "is damaged: .*seed"),
        ('{"axes": {}, "seed": 0, "surprise": 1}', "is damaged: .*surprise"),
    ],
)
def test_a_damaged_file_is_named_with_the_remedy(trial, content, reason):
    (trial.path / "trial.json").write_text(content)

    with pytest.raises(RunError, match=rf"trial\.json {reason}.*; remove it to repeat that trial"):
        trial.read_again()


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        ("waiting", False),
        ("running", False),
        ("stopped", False),
        ("finished", True),
        ("refused", True),
        ("diverged", True),
        ("failed", True),
    ],
)
def test_only_some_states_are_final(trial, state, ended):
    assert attrs.evolve(trial, state=state).ended is ended


def test_the_part_that_is_done_is_that_of_its_own_steps(trial):
    assert trial.part == 0.25
    assert attrs.evolve(trial, iterations=0, steps=0).part == 0.0


def test_a_comparison_has_a_trial_for_each_definition(comparison_folder):
    comparison = Comparison.read(comparison_folder)
    definitions = list(comparison.plan.definitions())

    assert [trial.path for trial in comparison.trials] == [
        comparison_folder / "trials" / definition.slug for definition in definitions
    ]
    assert [trial.seed for trial in comparison.trials] == [0, 1, 2] * 4
    assert {trial.state for trial in comparison.trials} == {"finished", "diverged", "failed"}


def test_trials_that_have_not_started_wait(tmp_path):
    plan = Plan.of(["gaussian-1d"], losses=["hinge", "wasserstein"], steps=70)

    trials = trials_of(plan, tmp_path)

    assert [(trial.state, trial.iterations, trial.steps) for trial in trials] == [("waiting", 0, 70)] * 2


def test_a_folder_without_a_comparison_is_named(tmp_path):
    with pytest.raises(RunError, match=r"contains no comparison: it has no comparison\.toml"):
        Comparison.read(tmp_path)


def test_a_damaged_trial_of_a_comparison_is_named(comparison_folder):
    path = Comparison.read(comparison_folder).trials[0].path / "trial.json"
    path.write_text("[]")

    with pytest.raises(RunError, match=rf"{path.parent.name}/trial\.json is damaged; remove it"):
        Comparison.read(comparison_folder)
