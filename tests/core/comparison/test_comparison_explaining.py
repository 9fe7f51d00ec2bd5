"""What a ranking's test means, in words."""

from pathlib import Path

import pytest

from ganreg.comparison.explaining import how_tested, what_would_tell
from ganreg.comparison.ranking import ranked
from ganreg.comparison.trials import Trial
from ganreg.evaluation.scores import Score


def ranking_of(losses):
    score = {"extractor": "samples", "samples": 100, "lower_is_better": True}
    return ranked(
        Trial(
            number=0,
            path=Path("t"),
            axes={"loss": loss},
            seed=seed,
            state="finished",
            scores=[Score("moments", "moments", value, None, None, **score)],
        )
        for loss, values in losses.items()
        for seed, value in enumerate(values)
    )


def test_it_says_what_these_seeds_show_and_how_many_would_tell():
    ranking = ranking_of({"hinge": [1.0, 1.1, 0.9], "wasserstein": [1.2, 1.0, 1.3], "minimax": [3.0, 3.1, 2.9]})
    least = ranking.noise.detectable(3)
    seeds = ranking.noise.seeds_for({0: 1.0}, {0: 3.5 / 3})
    assert what_would_tell(ranking) == (
        f"Not told apart: 3 seeds show a difference of {least:.3g} or more; "
        f"the difference of wasserstein would take about {seeds} seeds."
    )
    assert how_tested(ranking) == "p is from Tukey's range test for the differences of all pairs of combinations."


def test_a_difference_that_no_number_of_seeds_shows():
    ranking = ranking_of({"hinge": [1.0, 2.0, 3.0], "wasserstein": [3.0, 1.0, 2.001]})
    assert what_would_tell(ranking).endswith(
        "a difference as small as that of wasserstein would take more than 1,000 seeds."
    )


@pytest.mark.parametrize("losses", [{"hinge": [1.0, 1.1]}, {"hinge": [1.0], "minimax": [2.0]}])
def test_without_a_test_there_is_nothing_to_say(losses):
    assert how_tested(ranking_of(losses)) == ""
    assert what_would_tell(ranking_of(losses)) == ""


def test_where_all_differ_there_is_nothing_to_add():
    ranking = ranking_of({"hinge": [1.0, 1.01, 0.99], "minimax": [3.0, 3.01, 2.99]})
    assert what_would_tell(ranking) == ""
    assert how_tested(ranking)
