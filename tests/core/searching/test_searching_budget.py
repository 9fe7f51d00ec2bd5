"""How long a search runs."""

import math
import time

import pytest

from ganreg import SpecError
from ganreg.searching.budget import Budget


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({}, "needs a budget"),
        ({"trials": 0}, "at least 1, got 0"),
        ({"seconds": 0.0}, "more than 0"),
        ({"seconds": -60.0}, "more than 0, got -1"),
        ({"seconds": math.inf}, "more than 0"),
        ({"seconds": math.nan}, "more than 0"),
    ],
)
def test_a_budget_without_a_limit_or_with_a_senseless_one_is_refused(limits, reason):
    with pytest.raises(SpecError, match=reason):
        Budget(**limits)


def test_without_a_time_there_is_no_end():
    budget = Budget(trials=3, began=time.monotonic() - 10_000)

    assert budget.left == math.inf
    assert (budget.deadline, budget.trial_seconds, budget.explores) == (None, None, True)


def test_the_time_of_earlier_calls_counts_and_some_is_left_for_the_report():
    now = time.monotonic()
    fresh, continued = Budget(seconds=600.0, began=now - 100), Budget(seconds=600.0, spent=300.0, began=now - 100)

    assert 450 < fresh.left < 500
    assert continued.left == pytest.approx(fresh.left - 300, abs=1)
    assert fresh.deadline == pytest.approx(time.time() + fresh.left, abs=1)
    assert (fresh.explores, continued.explores) == (True, False)


def test_one_training_takes_a_small_part_of_the_time():
    assert 0 < Budget(seconds=600.0).trial_seconds < 150
