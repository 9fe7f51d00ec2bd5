"""One trial: what becomes of it, whatever happens in it."""

import re

import attrs
import pytest

from ganreg import Component, Recipe, Regularizer
from ganreg.comparison.running import ATTEMPTS
from ganreg.searching.plan import SearchPlan
from ganreg.searching.running import Task, find_objective, given_up, run_search_trial
from ganreg.searching.trials import DIVERGED, FAILED, FINISHED, REFUSED, SearchTrial

TINY = Recipe(
    name="tiny",
    generator="mlp:latent_dim=2,widths=[8]",
    discriminator="mlp:widths=[8]",
    loss="hinge",
    dataset="gaussian-1d:samples=400",
    steps=9,
    batch_size=16,
)
PLAN = SearchPlan(dataset="gaussian-1d:samples=400", objective=("kolmogorov-smirnov", "kolmogorov_smirnov"), samples=50)


@attrs.frozen(kw_only=True)
class Broken(Regularizer):
    """Fails when its penalty is traced."""

    def generator_penalty(self, step):
        raise ValueError("it is broken")


@pytest.fixture
def task(tmp_path):
    trial = SearchTrial(number=0, path=tmp_path / "trials" / "0000", base="tiny", recipe=TINY)
    return Task(folder=tmp_path, trial=trial, plan=PLAN, key=None, seconds=None, deadline=None, session="now")


def having(task, **changes):
    return attrs.evolve(task, trial=attrs.evolve(task.trial, recipe=TINY.updated(**changes)))


def test_a_trial_is_evaluated_three_times_and_written(task):
    trial = run_search_trial(task)

    assert trial.state == FINISHED
    assert [point.steps for point in trial.points] == [1, 3, 9]
    assert SearchTrial.read(trial.path) == trial
    assert (trial.path / "report.html").is_file()


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({"generator": "dcgan"}, REFUSED, "dcgan"),
        pytest.param(
            {"generator_optimizer": "sgd:learning_rate=1e8"}, DIVERGED, "infinite|NaN", marks=pytest.mark.slow
        ),
        ({"regularizers": "broken"}, FAILED, "broken"),
    ],
)
def test_an_error_is_the_outcome_of_the_trial(task, changes, state, reason):
    record = [("regularizer", Component("broken", Broken))]

    trial = run_search_trial(attrs.evolve(having(task, **changes), registered=record))

    assert trial.state == state
    assert re.search(reason, trial.error)
    assert str(trial.path) not in trial.error
    assert SearchTrial.read(trial.path).state == state


def test_a_trial_is_given_up_when_its_process_died_too_often(task):
    died = attrs.evolve(task.trial, state="running", session="now", attempts=ATTEMPTS)

    trial = run_search_trial(attrs.evolve(task, trial=died))

    assert trial.state == given_up(died).state == FAILED
    assert not (trial.path / "recipe.toml").exists()


def test_the_objective_is_the_primary_metric():
    unknown = attrs.evolve(PLAN, objective=("", ""))

    assert find_objective((unknown, TINY, ())) == ("frechet", "frechet", True)
