"""`results.csv`: one row per trial, in full precision."""

import csv
import math
from pathlib import Path

import attrs
import pytest

from ganreg.comparison.results import write_results
from ganreg.comparison.trials import Trial
from ganreg.errors import RunError
from ganreg.evaluation.scores import Score


def scored(value, share=0.5):
    return [
        Score("moments", "mean", value + 1, None, None, "values", 10),
        Score("moments", "moments", value, None, None, "values", 10, lower_is_better=True),
        Score("coverage", "share", share, None, None, "values", 10, lower_is_better=False),
    ]


@pytest.fixture
def trials():
    common = {"axes": {"loss": "hinge"}, "seed": 0}
    return [
        Trial(number=0, path=Path("0000-a"), state="finished", scores=scored(0.1 + 0.2), iterations=30, **common),
        Trial(number=1, path=Path("0001-b"), state="diverged", error='loss "hinge" is NaN,\nsee above', **common),
        Trial(
            number=2, path=Path("0002-c"), state="finished", scores=scored(math.inf, 1e-300), iterations=30, **common
        ),
    ]


def written(folder, trials):
    write_results(folder, trials)
    with (folder / "results.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_rows_are_in_the_order_of_the_plan_and_start_with_the_score_that_ranks(trials, tmp_path):
    rows = written(tmp_path, trials)

    assert list(rows[0]) == [
        "trial", "loss", "seed", "state", "iterations", "moments", "mean", "share", "error",
    ]  # fmt: skip
    assert [row["trial"] for row in rows] == ["0000-a", "0001-b", "0002-c"]
    assert [row["state"] for row in rows] == ["finished", "diverged", "finished"]


def test_scores_read_back_bit_for_bit(trials, tmp_path):
    rows = written(tmp_path, trials)

    assert float(rows[0]["moments"]) == 0.1 + 0.2
    assert float(rows[2]["moments"]) == math.inf
    assert float(rows[2]["share"]) == 1e-300


def test_a_trial_without_scores_has_empty_cells_and_its_error(trials, tmp_path):
    row = written(tmp_path, trials)[1]

    assert (row["moments"], row["share"]) == ("", "")
    assert row["error"] == 'loss "hinge" is NaN,\nsee above'


def test_an_alternative_that_only_some_trials_have_is_empty_for_the_others(trials, tmp_path):
    trials[2] = attrs.evolve(trials[2], axes={"loss": "hinge", "batch_size": "32"})

    assert [row["batch_size"] for row in written(tmp_path, trials)] == ["", "", "32"]


def test_nothing_in_it_depends_on_when_or_where_trials_ran(trials, tmp_path):
    other = [
        attrs.evolve(trial, seconds=9.0, pace=1.0, session="other", path=Path("/x", trial.path)) for trial in trials
    ]
    (tmp_path / "other").mkdir()

    assert written(tmp_path, trials) == written(tmp_path / "other", other)


def test_a_folder_that_cannot_be_written_is_named(trials, tmp_path):
    with pytest.raises(RunError, match="missing"):
        write_results(tmp_path / "missing", trials)
