"""Trials, their files, and which is the best."""

import attrs
import pytest

from ganreg import Recipe, RunError
from ganreg.searching.trials import Point, SearchTrial, best_of, read_trials


def point(steps, value):
    return Point(steps=steps, value=value, seconds=1.0, weights=f"w{steps}")


@pytest.fixture
def trial(tmp_path):
    path = tmp_path / "trials" / "0007"
    path.mkdir(parents=True)
    recipe = Recipe(name="mine", loss="hinge", regularizers="r1:weight=0.5", steps=90)
    return SearchTrial(number=7, path=path, base="mine", recipe=recipe, changes={"regularizer.r1.weight": 0.5})


def test_a_trial_is_read_as_it_was_written(trial, tmp_path):
    written = attrs.evolve(trial, state="pruned", points=[point(10, 0.5)], pace=0.25, error="why", attempts=1)
    written.write()

    assert SearchTrial.read(trial.path) == written
    assert read_trials(tmp_path) == [written]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "finished"}', '{"recipe": {"steps": "many"}}'])
def test_a_damaged_file_is_named(trial, text):
    (trial.path / "trial.json").write_text(text)

    with pytest.raises(RunError, match=r"trial\.json"):
        SearchTrial.read(trial.path)


def test_it_is_described_by_its_recipe_and_its_changes(trial):
    assert trial.described == "mine: regularizer.r1.weight 0.5"
    assert attrs.evolve(trial, changes={}).described == "mine as it is"


@pytest.mark.parametrize(("lower", "steps", "number"), [(True, 30, 1), (False, 10, 2)])
def test_the_best_evaluation_of_all_trials_counts(trial, lower, steps, number):
    trials = [
        attrs.evolve(trial, number=1, points=[point(10, 3.0), point(30, 1.0), point(90, 2.0)]),
        attrs.evolve(trial, number=2, points=[point(10, 4.0)]),
        attrs.evolve(trial, number=3, points=[]),
    ]

    best, at = best_of(trials, lower_is_better=lower)

    assert (best.number, at.steps) == (number, steps)
    assert best_of(trials[2:], lower_is_better=lower) is None


def test_where_learning_rates_fall_only_the_end_can_be_repeated(trial):
    falling = attrs.evolve(trial.recipe, learning_rate_decay="cosine")
    whole = attrs.evolve(trial, number=1, recipe=falling, points=[point(30, 1.0), point(90, 2.0)])
    cut = attrs.evolve(trial, number=2, recipe=falling, points=[point(30, 0.5)])

    assert best_of([whole, cut], lower_is_better=True) == (whole, point(90, 2.0))
    assert best_of([cut], lower_is_better=True) == (cut, point(30, 0.5))  # better than nothing
