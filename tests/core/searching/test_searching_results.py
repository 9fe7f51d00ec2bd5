"""The result of a search, as objects and as files."""

import csv

import attrs
import pytest

from ganreg import Recipe, RunError
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import registry
from ganreg.searching.results import SearchResult
from ganreg.searching.trials import Point, SearchTrial


def points(*values):
    steps = [10, 30, 90][: len(values)]
    return [
        Point(steps=number, value=value, seconds=1.0, weights=f"w{number}")
        for number, value in zip(steps, values, strict=True)
    ]


@pytest.fixture
def result(ring_plan, tmp_path):
    ring_plan.write(tmp_path)
    made = []
    for number, (state, values, error) in enumerate(
        [("pruned", [3.0], None), ("finished", [4.0, 1.5, 2.0], None), ("failed", [], "it broke")]
    ):
        path = tmp_path / "trials" / f"{number:04d}"
        path.mkdir(parents=True)
        made.append(
            SearchTrial(
                number=number,
                path=path,
                base="start",
                recipe=ring_plan.recipes[0],
                state=state,
                points=points(*values),
                error=error,
                changes={"loss": "minimax"} if number else {},
            )
        )
        made[-1].write()
    return SearchResult(tmp_path, ring_plan, made)


def test_it_is_read_from_its_folder(result):
    assert SearchResult.read(result.path).trials == result.trials


def test_the_best_evaluation_decides_how_many_steps_the_recipe_has(result):
    assert (result.best.number, result.best_value, result.best_weights) == (1, 1.5, "w30")
    assert result.best_recipe.steps == 30
    assert result.best_recipe.loss == result.best.recipe.loss


def test_the_ranking_has_the_best_first_and_those_without_a_value_last(result):
    assert [trial.number for trial in result.ranking] == [1, 0, 2]
    worst = attrs.evolve(result, plan=attrs.evolve(result.plan, lower_is_better=False))
    assert [trial.number for trial in worst.ranking] == [1, 0, 2]  # 4 is more than 3
    assert worst.best_value == 4.0


def test_files_hold_the_recipe_and_every_trial(result):
    result.write()

    assert find_recipe(str(result.path / "best.toml"), registry()) == result.best_recipe
    rows = list(csv.DictReader((result.path / "results.csv").read_text().splitlines()))
    assert [row["trial"] for row in rows] == ["0", "1", "2"]
    assert [row["spied"] for row in rows] == ["3.0", "1.5", ""]
    assert [row["steps"] for row in rows[:2]] == ["10", "30"]  # where that value was, as in the recipe
    assert [row["loss"] for row in rows] == ["", "minimax", "minimax"]
    assert rows[2]["error"] == "it broke"
    assert result.command().endswith("best.toml --execution graph")


def test_a_dataset_elsewhere_is_named_in_the_command_because_a_recipe_may_not(result, tmp_path):
    elsewhere = {"name": "npz", "path": "/somewhere/else.npz"}
    moved = [attrs.evolve(trial, recipe=trial.recipe.updated(dataset=elsewhere)) for trial in result.trials]
    other = attrs.evolve(result, trials=moved, plan=attrs.evolve(result.plan, dataset="npz:path=/somewhere/else.npz"))

    other.write()

    assert Recipe.read(tmp_path / "best.toml").dataset is None
    assert "--dataset npz:path=/somewhere/else.npz" in other.command()


def test_a_data_frame_has_the_rows_of_the_file(result):
    frame = result.to_dataframe()

    assert list(frame["trial"]) == [0, 1, 2]
    assert frame["spied"].tolist()[:2] == [3.0, 1.5]


def test_without_an_evaluation_there_is_no_best(result):
    empty = attrs.evolve(result, trials=result.trials[2:])

    empty.write()

    assert not (result.path / "best.toml").exists()
    with pytest.raises(RunError, match=r"no trial .* has been evaluated"):
        _ = empty.best
