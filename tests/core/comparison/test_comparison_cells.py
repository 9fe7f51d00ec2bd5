"""The cells of a ranking's table; `test_cli_ranking` compares whole tables."""

from __future__ import annotations

import pytest

from ganreg.comparison.cells import axes_of, baseline_notes, shown_columns, spread_cell, states_cell, verdict_cell
from ganreg.comparison.ranking import Spread, ranked
from ganreg.comparison.trials import Comparison


@pytest.fixture
def ranking(written_comparison):
    return ranked(Comparison.read(written_comparison).trials)


def test_a_spread_is_its_mean_with_the_deviation_over_the_seeds():
    assert spread_cell(Spread([1.0, 2.0, 3.0], [0, 1, 2])) == "2 ± 1"
    assert spread_cell(Spread([1.23456], [0])) == "1.235"


def test_the_columns_are_the_axes_and_the_scores_that_rank(ranking):
    assert axes_of(ranking) == ["loss", "dataset"]
    assert shown_columns(ranking) == ["moments", "share"]


def test_rows_say_how_many_trials_ended_in_which_state(ranking):
    states = [states_cell(row) for row in ranking.rows]

    assert states[:2] == ["3", "3"]
    assert sorted(states[2:]) == ["1 diverged, 2 finished", "1 failed, 2 finished"]


def test_verdicts_come_with_or_without_their_probability(ranking):
    assert verdict_cell(ranking.rows[0]) == "best"
    tested = ranking.rows[1]
    assert verdict_cell(tested, with_probability=False) == tested.verdict
    assert verdict_cell(tested) == f"{tested.verdict} (p {tested.probability:.2g})"


def test_the_common_baseline_is_told(ranking):
    assert baseline_notes(ranking) == ["Baseline, real samples against other real samples: moments 0.02"]
