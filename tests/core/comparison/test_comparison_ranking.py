"""Ranking combinations: order, deviations, and which differences the seeds support."""

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
    """A trial for each value, by the name of the loss."""
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


def test_less_is_better_where_the_metric_says_so():
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


def test_a_difference_that_the_seeds_support_is_told_from_one_that_they_do_not():
    ranking = ranked(trials({"best": [1.0, 1.01, 0.99], "near": [1.0, 1.2, 0.95], "far": [2.0, 2.02, 1.97]}))

    assert [row.verdict for row in ranking.rows] == ["best", "not told apart", "worse"]
    expected = stats.ttest_ind([2.0, 2.02, 1.97], [1.0, 1.01, 0.99], equal_var=False).pvalue
    assert ranking.rows[2].probability == pytest.approx(3 * expected)


def test_of_one_seed_nothing_can_be_said():
    ranking = ranked(trials({"a": [1.0], "b": [100.0]}))

    assert [row.verdict for row in ranking.rows] == ["best", "one seed"]
    assert ranking.rows[1].scores["moments"].deviation is None


def test_what_diverged_for_some_seed_comes_after_what_always_finished():
    finished = trials({"safe": [5.0, 5.1]})
    shaky = trials({"shaky": [1.0, None]})
    shaky[1] = attrs.evolve(shaky[1], state="diverged")

    ranking = ranked([*shaky, *finished])

    assert order(ranking) == ["safe", "shaky"]
    assert ranking.rows[1].states == {"finished": 1, "diverged": 1}
    assert ranking.rows[1].verdict == "one seed"


def test_what_was_stopped_earlier_is_not_compared():
    early = trials({"early": [0.1, 0.2]}, state="stopped", iterations=100)
    late = trials({"late": [0.3, 0.4]}, state="stopped", iterations=200)
    finished = trials({"finished": [3.0, 3.1]}, iterations=400)

    ranking = ranked([*early, *late, *finished])

    assert order(ranking) == ["finished", "late", "early"]
    assert [row.verdict for row in ranking.rows] == ["best", "not compared", "not compared"]


def test_a_seed_that_failed_does_not_put_back_how_far_the_others_came():
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


def test_chance_alone_is_called_a_difference_no_more_often_than_said():
    """Of twenty rows the one that is called the best is so by chance, and the last is far from it by chance."""
    stream = np.random.default_rng(0)
    wrong = 0
    for _ in range(100):
        values = {str(name): list(stream.normal(size=10)) for name in range(20)}
        wrong += any(row.verdict == "worse" for row in ranked(trials(values)).rows)

    assert wrong <= 100 * 0.05 + 3 * math.sqrt(100 * 0.05 * 0.95)


def test_what_is_better_where_it_finished_is_not_called_worse():
    always = trials({"always": [1.0, 1.01, 1.02]})
    shaky = trials({"shaky": [0.10, 0.11, None]})
    shaky[2] = attrs.evolve(shaky[2], state="diverged")

    ranking = ranked([*shaky, *always])

    assert order(ranking) == ["always", "shaky"]
    assert [row.verdict for row in ranking.rows] == ["best", "better, but not each finished"]


def test_stopped_rows_are_ordered_by_the_part_of_their_own_steps():
    short = trials({"short": [1.0]}, state="stopped", iterations=250, steps=500)
    long = trials({"long": [0.5]}, state="stopped", iterations=400, steps=2000)

    ranking = ranked([*long, *short])

    assert order(ranking) == ["short", "long"]
    assert [row.part for row in ranking.rows] == [0.5, 0.2]


@pytest.mark.parametrize("change", [{"samples": 500}, {"baseline": 0.07}, {"extractor": "classifier"}])
def test_scores_by_other_samples_or_of_other_data_are_not_compared(change):
    ours, theirs = trials({"ours": [1.0, 1.1]}), trials({"theirs": [2.0, 2.1]})
    theirs = [attrs.evolve(trial, scores=[attrs.evolve(score, **change) for score in trial.scores]) for trial in theirs]

    ranking = ranked([*ours, *theirs])

    assert [row.verdict for row in ranking.rows] == ["best", "not compared"]
    assert "moments" not in ranking.baselines
