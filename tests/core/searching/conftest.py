"""Searches whose trials are pretended, so that they take no time and have a known best."""

import math
from concurrent.futures import Future

import attrs
import pytest

import ganreg
from ganreg.contract.specs import Spec
from ganreg.searching.budget import Budget
from ganreg.searching.candidates import DataKind, candidates
from ganreg.searching.driving import Driver
from ganreg.searching.plan import SearchPlan
from ganreg.searching.space import Space
from ganreg.searching.study import RUNGS, Reporter, Study
from ganreg.searching.trials import FINISHED, PRUNED, Point


class Here:
    """Workers that call at once, in this process; what interrupts a call interrupts the search."""

    jobs = 1

    def close(self):
        pass

    def submit(self, function, argument):
        answer = Future()
        try:
            answer.set_result(function(argument))
        except Exception as error:  # noqa: BLE001 - it is the answer
            answer.set_exception(error)
        return answer


def log_distance(recipe):
    """A pretended objective: how far the weight of the first regularizer is from 3, in powers of ten."""
    weight = recipe.regularizers[0].parameters["weight"] if recipe.regularizers else 1e-6
    return abs(math.log10(weight / 3.0))


def pretend(task, value=log_distance):
    """Reports the objective at each rung, plus what vanishes until the last, as if a trial had been trained."""
    reporter = None if task.key is None else Reporter(task.folder, task.key)
    trial = attrs.evolve(task.trial, state="running", points=[])
    for rung in RUNGS:
        at = value(trial.recipe) * (1 + 0.1 * (RUNGS[-1] - rung) / RUNGS[-1])
        steps = trial.recipe.steps * rung // RUNGS[-1]
        point = Point(steps=steps, value=at, seconds=float(rung), weights="abc")
        trial = attrs.evolve(trial, points=[*trial.points, point], pace=0.01)
        if reporter is not None and reporter.is_weak(rung, at) and rung != RUNGS[-1]:
            break
    trial = attrs.evolve(trial, state=FINISHED if rung == RUNGS[-1] else PRUNED)
    trial.write()
    return trial


@pytest.fixture(scope="session")
def ring():
    """The dataset of points."""
    return DataKind(Spec("ring"), ganreg.registry())


@pytest.fixture(scope="session")
def ring_plan(ring):
    """A plan whose only recipe has no falling learning rates, and one regularizer more that may join it."""
    recipe = ganreg.Recipe(
        name="start",
        generator="mlp:latent_dim=2,widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        regularizers="r1:weight=90",
        steps=90,
    )
    accepted, refused = candidates(ring, [recipe], ganreg.registry())
    assert not refused
    return SearchPlan(
        dataset="ring", recipes=tuple(accepted), others={"loss": ["non-saturating"]}, objective=("spied", "spied")
    )


@pytest.fixture(scope="session")
def here_workers():
    """Workers that call at once, in this process."""
    return Here()


@pytest.fixture(scope="session")
def pretended():
    """Runs a task as if the trial had been trained."""
    return pretend


@pytest.fixture(scope="session")
def drive(ring, ring_plan):
    """Searches with pretended trials: `drive(folder, trials=10)` returns the driver when it has ended."""

    def run(folder, *, plan=None, run=pretend, **budget):
        plan = plan or ring_plan
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "search.toml").exists():
            plan.write(folder)
        study = Study(folder, seed=plan.seed, lower_is_better=plan.lower_is_better, sampler=plan.sampler)
        space = Space(plan.recipes, plan.others, ganreg.registry())
        driver = Driver(plan, folder, study, space, ring, Here(), Budget(**budget), run=run)
        driver.drive()
        return driver

    return run


@pytest.fixture(scope="session")
def read():
    """What can be compared of trials: their numbers, states, changes and values."""

    def described(trials):
        return [
            (trial.number, trial.state, dict(trial.changes), [point.value for point in trial.points])
            for trial in trials
        ]

    return described


@pytest.fixture(scope="session")
def whole(drive, tmp_path_factory):
    """A search of pretended trials that has ended, with more of them than those before the sampler learns."""
    return drive(tmp_path_factory.mktemp("whole") / "s", trials=22)
