"""Main effects, compared with scipy and worked out by hand."""

import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from scipy import stats

from ganreg.comparison.effects import main_effects
from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Trial
from ganreg.evaluation.scores import Score


def rows(values):
    """Returns the rows of trials with the given values, by their alternatives on the axes `a` and `b`."""
    trials = [
        Trial(
            number=0,
            path=Path("x"),
            axes=dict(zip("ab", alternatives, strict=False)),
            seed=seed,
            state="finished",
            scores=[Score("m", "m", value, None, None, "pixels", 10, 10, True)],
        )
        for alternatives, group in values.items()
        for seed, value in enumerate(group)
    ]
    return ranked(trials).rows


def test_two_groups_have_the_interval_of_a_pooled_variance():
    groups = {("x",): [1.0, 2.0, 4.0], ("y",): [7.0, 7.5, 9.0]}
    (effects,) = main_effects(rows(groups), "m").values()
    pooled = math.sqrt((np.var(groups["x",], ddof=1) + np.var(groups["y",], ddof=1)) / 2)
    assert [(effect.level, effect.trials, effect.combinations) for effect in effects] == [("x", 3, 1), ("y", 3, 1)]
    for effect in effects:
        low, high = stats.t.interval(0.95, 4, loc=np.mean(groups[effect.level,]), scale=pooled / math.sqrt(3))
        assert effect.mean - effect.error == pytest.approx(low, rel=1e-9)
        assert effect.mean + effect.error == pytest.approx(high, rel=1e-9)


def test_each_combination_counts_the_same():
    """x is 1 with u and 5 with v; that v has three values does not shift the mean of x."""
    values = {("x", "u"): [1.0], ("x", "v"): [5.0, 5.0, 5.0], ("y", "u"): [2.0], ("y", "v"): [4.0]}
    effects = main_effects(rows(values), "m")
    assert {level.level: level.mean for level in effects["a"]} == {"x": 3.0, "y": 3.0}
    assert {level.level: level.mean for level in effects["b"]} == {"u": 1.5, "v": 4.5}
    assert effects["a"][0].error == 0.0


def test_one_seed_gives_no_interval():
    (effects,) = main_effects(rows({("x",): [1.0], ("y",): [3.0]}), "m").values()
    assert [effect.error for effect in effects] == [None, None]


def test_alternatives_without_a_finite_score_are_left_out():
    effects = main_effects(rows({("x",): [1.0, 2.0], ("y",): [math.nan], ("z",): [3.0]}), "m")
    assert {effect.level for effect in effects["a"]} == {"x", "z"}
    assert main_effects(rows({("x",): [1.0], ("y",): [2.0]}), "other") == {}


def test_an_axis_of_one_alternative_has_no_effect():
    assert list(main_effects(rows({("x", "u"): [1.0], ("x", "v"): [2.0]}), "m")) == ["b"]


def test_combinations_that_were_stopped_early_are_left_out():
    finished = rows({("x", "u"): [1.0, 1.2], ("x", "v"): [2.0, 2.2]})
    stopped = [
        attrs.evolve(row, trials=[attrs.evolve(t, state="stopped", iterations=5, steps=10) for t in row.trials])
        for row in rows({("y", "u"): [9.0, 9.1]})
    ]
    whole = [
        attrs.evolve(row, trials=[attrs.evolve(t, iterations=10, steps=10) for t in row.trials]) for row in finished
    ]

    effects = main_effects([*whole, *stopped], "m")

    assert [effect.level for effect in effects["b"]] == ["u", "v"]
    assert [effect.mean for effect in effects["b"]] == pytest.approx([1.1, 2.1])
    assert "a" not in effects
