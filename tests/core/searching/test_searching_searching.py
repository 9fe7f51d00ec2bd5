"""Whole searches with real trainings, in this process; the slow ones in others."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pytest

import ganreg
from ganreg import DataError, Recipe, RunError, SpecError
from ganreg.checkpoints.run_folder import TRIAL
from ganreg.runs.record import Record
from ganreg.searching import searching
from ganreg.searching.searching import folder_of_search, search
from ganreg.searching.trials import FINISHED, PRUNED

TINY = Recipe(
    name="tiny",
    generator="mlp:latent_dim=2,widths=[8]",
    discriminator="mlp:widths=[8]",
    loss="hinge",
    regularizers="r1:weight=0.1",
    steps=18,
    batch_size=16,
)
DATA = "gaussian-1d:samples=400"
RECIPES = [TINY, "stargan"]


@pytest.fixture(scope="module")
def here(here_workers):
    """Has searches train in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "started_workers", lambda **_: contextlib.nullcontext(here_workers))
        yield


@pytest.fixture(scope="module")
def result(here, tmp_path_factory):
    return search(DATA, RECIPES, trials=2, out=tmp_path_factory.mktemp("search") / "s", samples=50, steps=9)


def test_a_search_ends_with_a_recipe_and_files(result):
    assert len([trial for trial in result.trials if trial.state in (FINISHED, PRUNED)]) == 2
    assert result.trials[0].changes == {}
    assert result.best_value == min(point.value for trial in result.trials for point in trial.repeatable())
    assert {path.name for path in result.path.iterdir()} >= {"best.toml", "results.csv", "report.html", "search.toml"}
    assert Recipe.read(result.path / "best.toml") == result.best_recipe
    assert result.plan.objective == ("frechet", "frechet")
    assert result.plan.lower_is_better


def test_training_the_best_recipe_again_gives_the_same_weights(result, tmp_path):
    recipe = Recipe.read(result.path / "best.toml")

    ganreg.train(recipe, out=tmp_path / "again", execution="graph")

    record = Record.read(tmp_path / "again")
    assert record.result.weights == result.best_weights
    assert record.result.iterations == recipe.steps


def test_the_value_is_that_of_an_evaluation_on_held_out_samples(result):
    from ganreg.evaluation.evaluating import Evaluation

    trial = next(trial for trial in result.trials if trial.state == FINISHED)
    gan = ganreg.load(trial.path)

    scores = Evaluation(gan, ["frechet"], samples=50, held_out=True).scores(gan)
    value = next(score.value for score in scores if score.name == "frechet")
    assert value == pytest.approx(trial.points[-1].value)


def test_the_same_call_continues_and_other_plans_are_refused(here, result):
    again = search(DATA, RECIPES, trials=2, out=result.path, samples=50, steps=9)
    assert [trial.points for trial in again.trials] == [trial.points for trial in result.trials]

    with pytest.raises(RunError, match=r"holds another search .*seed: 1, was default"):
        search(DATA, RECIPES, trials=2, out=result.path, samples=50, steps=9, seed=1)


@pytest.mark.parametrize(
    ("options", "error", "reason"),
    [
        ({}, SpecError, "needs a budget"),
        ({"trials": 1, "objective": "fretchet"}, SpecError, "no metric or score 'fretchet' .*frechet"),
        ({"trials": 1, "sampler": "best"}, SpecError, "sampler"),
        ({"trials": 1, "samples": -1}, SpecError, "samples"),
        ({"trials": 1, "recipes": ["none-such"]}, ganreg.UnknownComponentError, "none-such"),
        ({"trials": 1, "recipes": ["dcgan"]}, SpecError, "no recipe suits the data of 'gaussian-1d' .*dcgan"),
        ({"trials": 1, "data": "none-such"}, ganreg.UnknownComponentError, "none-such"),
        ({"trials": 1, "data": 5}, SpecError, "got int"),
        ({"trials": 1, "features": "none-such"}, ganreg.UnknownComponentError, "none-such"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(here, tmp_path, options, error, reason):
    with pytest.raises(error, match=reason):
        search(**{"data": DATA, "out": tmp_path / "s", **options})
    assert not (tmp_path / "s").exists()


def test_an_objective_that_does_not_suit_the_data_is_refused_and_nothing_is_left(here, tmp_path):
    with pytest.raises(DataError, match="needs labels"):
        search(DATA, [TINY], trials=1, out=tmp_path / "s", objective="classifier-accuracy")
    assert not (tmp_path / "s").exists()


def test_a_folder_with_something_else_is_refused(here, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"already contains 'notes\.txt'"):
        search(DATA, trials=1, out=tmp_path)
    with pytest.raises(RunError, match="is a file"):
        search(DATA, trials=1, out=tmp_path / "notes.txt")


def test_the_default_folder_depends_on_what_is_asked_for():
    asked = {"objective": None, "features": None, "samples": None, "steps": None, "sampler": "tpe"}

    one = folder_of_search("ring", (), seed=0, **asked)

    assert one == folder_of_search("ring", (), seed=0, **asked)
    assert one != folder_of_search("ring", (), seed=1, **asked)
    assert one.parent == Path("runs")


def test_recipes_that_do_not_fit_are_listed_and_steps_are_limited(result):
    assert [refusal.name for refusal in result.plan.refused] == ["stargan"]
    assert {trial.recipe.steps for trial in result.trials} == {9}
    assert all("stargan" not in trial.base for trial in result.trials)


@pytest.mark.slow
def test_a_search_that_is_killed_continues_with_the_same_command(tmp_path):
    (tmp_path / "tiny.toml").write_text(attrs.evolve(TINY, steps=900).to_toml())
    command = [sys.executable, "-m", "ganreg", "search", str(tmp_path / "tiny.toml"), "--dataset", DATA]
    command += ["--samples", "50", "--trials", "3", "--jobs", "1", "--out"]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    subprocess.run([*command, str(whole)], check=True, cwd=tmp_path)

    process = subprocess.Popen([*command, str(killed)], cwd=tmp_path, start_new_session=True)
    until = time.monotonic() + 200
    while time.monotonic() < until and not list(killed.glob(f"trials/0001/{TRIAL}")):
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(2)  # the workers notice that their parent has ended
    subprocess.run([*command, str(killed)], check=True, cwd=tmp_path)

    def outcomes(folder):
        found = [json.loads(path.read_text()) for path in sorted(folder.glob(f"trials/*/{TRIAL}"))]
        return [
            [each["state"], each["changes"], [(p["steps"], p["value"], p["weights"]) for p in each["points"]]]
            for each in found
        ]

    assert outcomes(killed) == outcomes(whole)
    recipes = [(folder / "best.toml").read_text() for folder in (whole, killed)]
    assert recipes[0] == recipes[1]


@pytest.mark.slow
def test_the_time_is_kept(tmp_path):
    began = time.monotonic()
    result = search("ring", minutes=1.5, out=tmp_path / "s", jobs=2)

    assert time.monotonic() - began < 1.1 * 90
    assert result.best_value < 1.0
