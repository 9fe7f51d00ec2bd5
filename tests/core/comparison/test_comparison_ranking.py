"""Ranking combinations: order, deviations, and which differences are significant."""

import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from scipy import stats

from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Trial
from ganreg.evaluation.scores import Score


def trials(losses, *, state="finished", lower_is_better=True, **more):
    """Makes a trial for each value, by the name of the loss."""
    made = []
    for loss, values in losses.items():
        for seed, value in enumerate(values):
            scores = [
                Score("moments", "real_mean", 4.0, None, 4.0, "samples", 100),
                Score("moments", "moments", value, 0.1, 0.05, "samples", 100, lower_is_better=lower_is_better),
            ]
            trial = Trial(number=len(made), path=Path(f"{len(made)}"), axes={"loss": loss}, seed=seed, state=state)
            made.append(_evolved(trial, scores if value is not None else [], more))
    return made


def _evolved(trial, scores, more):
    return attrs.evolve(trial, scores=scores, **more)


def order(ranking):
    return [row.axes["loss"] for row in ranking.rows]


def test_the_metric_determines_whether_lower_is_better():
    losses = {"a": [2.0, 2.2], "b": [1.0, 1.1], "c": [3.0, 3.3]}

    assert order(ranked(trials(losses))) == ["b", "a", "c"]
    assert order(ranked(trials(losses, lower_is_better=False))) == ["c", "a", "b"]


def test_the_order_is_by_the_first_value_that_is_a_score():
    ranking = ranked(trials({"a": [2.0], "b": [1.0]}))

    assert ranking.columns[0] == "moments"
    assert set(ranking.columns) == {"moments", "real_mean"}
    assert ranking.baselines["moments"] == 0.05


def test_mean_and_deviation_are_those_over_the_seeds():
    (row,) = ranked(trials({"a": [1.0, 2.0, 4.0]})).rows

    assert row.scores["moments"].mean == pytest.approx(7 / 3)
    assert row.scores["moments"].deviation == pytest.approx(np.std([1.0, 2.0, 4.0], ddof=1))


def test_a_significant_difference_is_distinguished_from_one_that_is_not():
    ranking = ranked(trials({"best": [1.0, 1.01, 0.99], "near": [1.0, 1.2, 0.95], "far": [2.0, 2.02, 1.97]}))

    assert [row.verdict for row in ranking.rows] == ["best", "not told apart", "worse"]
    expected = stats.tukey_hsd([1.0, 1.01, 0.99], [1.0, 1.2, 0.95], [2.0, 2.02, 1.97]).pvalue[0][2]
    assert ranking.rows[2].probability == pytest.approx(expected, rel=1e-3)


def test_one_seed_allows_no_test():
    ranking = ranked(trials({"a": [1.0], "b": [100.0]}))

    assert [row.verdict for row in ranking.rows] == ["best", "one seed"]
    assert ranking.rows[1].scores["moments"].deviation is None


def test_a_combination_that_diverged_once_ranks_after_those_that_always_finished():
    finished = trials({"safe": [5.0, 5.1]})
    shaky = trials({"shaky": [1.0, None]})
    shaky[1] = attrs.evolve(shaky[1], state="diverged")

    ranking = ranked([*shaky, *finished])

    assert order(ranking) == ["safe", "shaky"]
    assert ranking.rows[1].states == {"finished": 1, "diverged": 1}
    assert ranking.rows[1].verdict == "one seed"


def test_combinations_that_were_stopped_earlier_are_not_compared():
    early = trials({"early": [0.1, 0.2]}, state="stopped", iterations=100)
    late = trials({"late": [0.3, 0.4]}, state="stopped", iterations=200)
    finished = trials({"finished": [3.0, 3.1]}, iterations=400)

    ranking = ranked([*early, *late, *finished])

    assert order(ranking) == ["finished", "late", "early"]
    assert [row.verdict for row in ranking.rows] == ["best", "not compared", "not compared"]


def test_a_failed_trial_does_not_reduce_how_far_its_combination_trained():
    fair = trials({"fair": [0.5, 0.6]}, state="stopped", iterations=200)
    good = trials({"good": [0.1, 0.2]}, state="stopped", iterations=200)
    good[1] = attrs.evolve(good[1], state="failed", iterations=0, scores=[])
    assert order(ranked([*fair, *good])) == ["good", "fair"]


def test_without_any_score_there_is_no_best():
    ranking = ranked(trials({"a": [None], "b": [None]}, state="failed"))

    assert ranking.columns == []
    assert {row.verdict for row in ranking.rows} == {"not compared"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_values_that_are_not_finite_come_last(value):
    ranking = ranked(trials({"broken": [value, value], "fine": [10.0, 11.0]}))

    assert order(ranking) == ["fine", "broken"]
    assert ranking.rows[1].verdict in ("not told apart", "worse")


def test_chance_is_reported_as_a_difference_no_more_often_than_the_significance_level():
    """All twenty combinations have the same distribution, so the best and the worst are so by chance."""
    stream = np.random.default_rng(0)
    wrong = 0
    for _ in range(100):
        values = {str(name): list(stream.normal(size=10)) for name in range(20)}
        wrong += any(row.verdict == "worse" for row in ranked(trials(values)).rows)

    assert wrong <= 100 * 0.05 + 3 * math.sqrt(100 * 0.05 * 0.95)


def test_a_better_mean_is_not_called_worse_because_a_trial_diverged():
    always = trials({"always": [1.0, 1.01, 1.02]})
    shaky = trials({"shaky": [0.10, 0.11, None]})
    shaky[2] = attrs.evolve(shaky[2], state="diverged")

    ranking = ranked([*shaky, *always])

    assert order(ranking) == ["always", "shaky"]
    assert [row.verdict for row in ranking.rows] == ["best", "better, but not all finished"]


def test_stopped_rows_are_ordered_by_the_part_of_their_own_steps():
    short = trials({"short": [1.0]}, state="stopped", iterations=250, steps=500)
    long = trials({"long": [0.5]}, state="stopped", iterations=400, steps=2000)

    ranking = ranked([*long, *short])

    assert order(ranking) == ["short", "long"]
    assert [row.part for row in ranking.rows] == [0.5, 0.2]


@pytest.mark.parametrize("change", [{"samples": 500}, {"baseline": 0.07}, {"extractor": "classifier"}])
def test_scores_on_other_samples_or_data_are_not_compared(change):
    ours, theirs = trials({"ours": [1.0, 1.1]}), trials({"theirs": [2.0, 2.1]})
    theirs = [attrs.evolve(trial, scores=[attrs.evolve(score, **change) for score in trial.scores]) for trial in theirs]

    ranking = ranked([*ours, *theirs])

    assert [row.verdict for row in ranking.rows] == ["best", "not compared"]
    assert "moments" not in ranking.baselines
