"""Runs one trial of a search in a process of its own: trains, evaluates at rungs, and writes the outcome."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.checkpoints.run_folder import make_folder
from ganreg.comparison.running import ATTEMPTS, described, forget_networks, limit_threads
from ganreg.contract.recipes import Recipe
from ganreg.errors import AssemblyError, DataError, GanregWarning, NumericalError, SpecError
from ganreg.files.layout import RECIPE
from ganreg.plugins.files import load_hashed
from ganreg.plugins.own import register_again
from ganreg.searching.plan import SearchPlan
from ganreg.searching.study import RUNGS, Reporter
from ganreg.searching.trials import DIVERGED, FAILED, REFUSED, RUNNING, STOPPED, Point, SearchTrial

if TYPE_CHECKING:
    from ganreg.evaluation.evaluating import Evaluation
    from ganreg.gan import GAN
    from ganreg.searching.rungs import Rungs

_CHECKPOINTS = 3
_CHECKPOINT_MINUTES = 1.0
_MOST_SAMPLES = 2000
"""The default number of generated samples, if there are enough real ones; more make each evaluation slower."""


@attrs.frozen(kw_only=True)
class Task:
    """The work of one process.

    Attributes:
        folder: the search's folder.
        trial: the trial, with what is in its folder.
        plan: how trials run and are evaluated.
        key: identifies the trial in the study; `None` if nobody decides whether it is weak.
        seconds: the seconds that the training may take; `None` for no limit.
        deadline: when the training must have ended, by `time.time()`; `None` for no limit.
        session: identifies the call that submits the task.
        registered: the components that the program of that call has registered, by kind.
    """

    folder: Path
    trial: SearchTrial
    plan: SearchPlan
    key: int | None
    seconds: float | None
    deadline: float | None
    session: str
    registered: Sequence[tuple[str, Any]] = ()


def run_search_trial(task: Task) -> SearchTrial:
    """Trains and evaluates a trial, resuming what is in its folder.

    Returns:
        The trial in its new state. An error that ended it is part of that state and is not raised.

    Raises:
        RunError: the folder cannot be written.
    """
    load_hashed(task.plan.plugin_files)
    register_again(task.registered)
    make_folder(task.trial.path)
    died = task.trial.state == RUNNING and task.trial.session == task.session
    trial = attrs.evolve(
        task.trial, state=RUNNING, session=task.session, attempts=1 + (task.trial.attempts if died else 0)
    )
    if trial.attempts > ATTEMPTS:
        trial = given_up(trial)
        trial.write()
        return trial
    trial.write()
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            trial = _trained(task, trial)
        except AssemblyError as error:
            trial = _failed(trial, REFUSED, error)
        except NumericalError as error:
            found = error.__cause__ if isinstance(error.__cause__, NumericalError) else error
            trial = _failed(trial, DIVERGED, found)
        except Exception as error:  # noqa: BLE001 - components may raise anything, and the other trials continue
            trial = _failed(trial, FAILED, error)
        finally:
            forget_networks()
    trial = attrs.evolve(trial, seconds=round(task.trial.seconds + time.monotonic() - began, 3))
    trial.write()
    return trial


def given_up(trial: SearchTrial) -> SearchTrial:
    """Returns the trial as failed, because every process that tried it died."""
    reason = f"its process died {ATTEMPTS} times: killed, out of memory, or crashed"
    return attrs.evolve(trial, state=FAILED, error=reason)


def _failed(trial: SearchTrial, state: str, error: Exception) -> SearchTrial:
    written = SearchTrial.read(trial.path)  # with the evaluations before the error
    return attrs.evolve(written, state=state, error=described(error, trial))  # type: ignore[arg-type]


def _trained(task: Task, trial: SearchTrial) -> SearchTrial:
    limit_threads(task.plan.threads)
    from ganreg.searching.rungs import Rungs

    evaluator = _Evaluator(task.plan)
    reporter = None if task.key is None else Reporter(task.folder, task.key)

    def report(rung: int, point: Point) -> bool:
        attrs.evolve(trial, points=rungs.points, pace=round(rungs.pace, 9)).write()
        return reporter is not None and reporter.is_weak(RUNGS[rung], point.value)

    rungs = Rungs(
        evaluator,
        report,
        steps=trial.recipe.steps,
        seconds=task.seconds,
        deadline=task.deadline,
        points=trial.points,
    )
    resumed = (trial.path / RECIPE).is_file()
    if resumed:
        from ganreg.runs.training import resume

        resume(trial.path, steps=trial.recipe.steps, callbacks=[rungs])
    else:
        _train(task, trial, rungs, evaluator)
    return attrs.evolve(
        trial, state=rungs.ended or STOPPED, points=rungs.points, pace=round(rungs.pace, 9) or trial.pace, error=None
    )


def _train(task: Task, trial: SearchTrial, rungs: Rungs, evaluator: _Evaluator) -> None:
    from ganreg.assembling import assemble
    from ganreg.runs.training import train

    steps = trial.recipe.steps
    gan = assemble(trial.recipe, seed=trial.recipe.seed)
    evaluator.prepare(gan)  # what cannot be evaluated must fail before its training
    train(
        gan,
        trial.path,
        steps=steps,
        sample_every=steps,  # drawing takes as long as many iterations
        checkpoint_every=max(1, steps // _CHECKPOINTS),
        checkpoint_minutes=_CHECKPOINT_MINUTES,
        callbacks=[rungs],
        execution=task.plan.execution,
    )


class _Evaluator:
    """Computes the objective of a GAN; what is prepared is kept."""

    def __init__(self, plan: SearchPlan) -> None:
        self._plan = plan
        self._evaluation: Any = None

    def prepare(self, gan: GAN) -> None:
        """Refuses a GAN that cannot be evaluated."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GanregWarning)
            self._evaluation = _evaluation(gan, self._plan)

    def __call__(self, gan: GAN) -> tuple[float, str]:
        """Returns the value of the objective, and the hash of the weights."""
        from ganreg.engine.variables import weights_hash

        if self._evaluation is None:
            self.prepare(gan)
        metric, name = self._evaluation.choose(self._plan.objective[1])
        scores = self._evaluation.scores(gan)
        value = float(next(score.value for score in scores if (score.metric, score.name) == (metric, name)))
        if not math.isfinite(value):
            raise DataError(f"the objective is {value} after {int(gan.iterations)} iterations")
        return value, weights_hash(gan.players)


def _evaluation(gan: GAN, plan: SearchPlan) -> Evaluation:
    """The evaluation of trials, by the plan's metric or by those that suit the data."""
    from ganreg.evaluation.evaluating import Evaluation
    from ganreg.evaluation.real_features import default_samples

    samples = plan.samples or min(_MOST_SAMPLES, default_samples(gan.load_data()))
    metric = plan.objective[0]
    return Evaluation(gan, [metric] if metric else None, features=plan.features or None, samples=samples, held_out=True)


def find_objective(task: tuple[SearchPlan, Recipe, Sequence[tuple[str, Any]]]) -> tuple[str, str, bool]:
    """Returns the metric and its score by which trials are compared, and whether lower values are better.

    This prepares the feature extractor, so that trials find it in the cache.

    Args:
        task: the plan, of which `wanted` names the objective; a recipe that fits the data; and the components that the
            program has registered.

    Raises:
        GanregError: there is no such score, trials cannot be ranked by it, or it does not suit the data.
    """
    plan, recipe, components = task
    load_hashed(plan.plugin_files)
    register_again(components)
    limit_threads(plan.threads)
    from ganreg.assembling import assemble

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gan = assemble(recipe)
        evaluation, name = _evaluation(gan, plan), plan.objective[1]
        scores = evaluation.scores(gan)
        metric, name = evaluation.choose(name or None)
        score = next(each for each in scores if (each.metric, each.name) == (metric, name))
        forget_networks()
    if score.lower_is_better is None:
        raise SpecError(f"'{name}' of metric '{metric}' is not a score, so trials cannot be compared by it")
    return metric, name, score.lower_is_better
