"""Runs one trial in a separate process: trains and evaluates it, and writes the outcome."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.checkpoints.run_folder import make_folder
from ganreg.comparison.definition import Definition
from ganreg.comparison.plan import Plan
from ganreg.comparison.trials import DIVERGED, FAILED, FINISHED, REFUSED, RUNNING, STOPPED, Trial
from ganreg.errors import AssemblyError, GanregError, GanregWarning, NumericalError
from ganreg.evaluation.scores import Score, write_scores
from ganreg.files.layout import RECIPE
from ganreg.files.lock import InUseError, locked
from ganreg.plugins.files import load_hashed
from ganreg.plugins.own import register_again
from ganreg.reports.writing import write_if_possible, write_run_report
from ganreg.texts import text_of

if TYPE_CHECKING:
    from ganreg.comparison.pace import Pace
    from ganreg.gan import GAN

ATTEMPTS = 2
"""How often a trial is tried if its process dies."""

_GRIDS, _CHECKPOINTS = 4, 4
_CHECKPOINT_MINUTES = 1.0
_LOCK = ".trial.lock"
_UNCHANGED_SECONDS = 600.0
"""How long to wait for another process that holds a trial while nothing changes in the trial's folder."""

_one_at_a_time = threading.Lock()
"""Keras keeps its state per process, and a worker of a cluster may have several threads."""


@attrs.frozen(kw_only=True)
class Task:
    """The work of one process.

    Attributes:
        definition: the trial as the plan defines it.
        trial: its latest state in its folder.
        plan: how trials run and are evaluated.
        steps: the iteration at which training stops, at most the recipe's number.
        session: identifies the call of `compare` that submits the task.
        registered: the components that the program of that call has registered, by kind.
    """

    definition: Definition
    trial: Trial
    plan: Plan
    steps: int
    session: str
    registered: Sequence[tuple[str, Any]] = ()


def run_trial(task: Task) -> Trial:
    """Trains a trial up to the steps of the task, resuming what is in its folder, and evaluates it.

    If another process works on the trial, for example one of a cluster whose caller died, this waits for it as long as
    anything changes in the trial's folder.

    Returns:
        The trial in its new state. An error that ended it is part of that state and is not raised.

    Raises:
        InUseError: another process holds the trial, and is stopped or has changed nothing for 10 minutes.
        RunError: the folder cannot be written.
    """
    load_hashed(task.plan.plugin_files)
    register_again(task.registered)
    path = task.trial.path
    make_folder(path)
    with _one_at_a_time, _held(path):
        trial = task.trial.read_again()
        if is_done(trial, task.steps):
            return trial
        trial = attrs.evolve(
            trial,
            state=RUNNING,
            session=task.session,
            attempts=1 + (trial.attempts if _died(trial, task.session) else 0),
        )
        if trial.attempts > ATTEMPTS:
            trial = given_up(trial)
        else:
            trial.write()
            trial = _carried_out(task, trial)
        trial.write()
    return trial


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Holds a trial for this process."""
    with contextlib.ExitStack() as held:
        while True:
            before = _last_change(path)
            try:
                held.enter_context(locked(path, name=_LOCK, wait=_UNCHANGED_SECONDS))
                break
            except InUseError:
                if _last_change(path) == before:
                    raise
        yield


def _last_change(folder: Path) -> float:
    """When something in a folder was last written."""
    times = [0.0]
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # removed meanwhile
            times.append(path.lstat().st_mtime)
    return max(times)


def is_done(trial: Trial, steps: int) -> bool:
    """Whether a trial has ended or has already been trained to a number of iterations."""
    return trial.ended or (trial.state == STOPPED and trial.iterations >= steps)


def given_up(trial: Trial) -> Trial:
    """Returns the trial as failed, because every process that tried it died."""
    return attrs.evolve(
        trial,
        state=FAILED,
        scores=[],
        attempts=min(trial.attempts, ATTEMPTS),
        error=f"its process died {ATTEMPTS} times: killed, out of memory, or crashed",
    )


def _died(trial: Trial, session: str) -> bool:
    return trial.state == RUNNING and trial.session == session


def _carried_out(task: Task, trial: Trial) -> Trial:
    """Trains and evaluates a trial; an error becomes part of the outcome."""
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GanregWarning)
        try:
            outcome = _trained_and_evaluated(task, trial)
        except NumericalError as error:
            # The cause has no advice on checkpoints, which depends on the clock.
            found = error.__cause__ if isinstance(error.__cause__, NumericalError) else error
            outcome = attrs.evolve(
                trial, state=DIVERGED, error=described(found, trial), iterations=error.iteration, scores=[]
            )
        except Exception as error:  # noqa: BLE001 - components may raise anything, and the other trials continue
            outcome = attrs.evolve(trial, state=FAILED, error=described(error, trial), scores=[])
        finally:
            forget_networks()
    seconds = time.perf_counter() - began
    said = [str(warning.message) for warning in caught if issubclass(warning.category, GanregWarning)]
    return attrs.evolve(
        outcome,
        seconds=round(trial.seconds + seconds, 3),
        overhead=_overhead(outcome, seconds, outcome.iterations - trial.iterations),
        warnings=list(dict.fromkeys([*trial.warnings, *said])),
    )


def _overhead(trial: Trial, seconds: float, iterations: int) -> float:
    """Returns the part of `seconds` that was not spent on iterations; 0 if the time per iteration is unknown."""
    return round(max(0.0, seconds - trial.pace * iterations), 3) if trial.pace else 0.0


def described(error: Exception, trial: Trial) -> str:
    """Returns the text of an error in a form that does not depend on where the comparison's folder is."""
    text = text_of(error, 1000).replace(str(trial.path), trial.path.name)
    return text if isinstance(error, GanregError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def _trained_and_evaluated(task: Task, trial: Trial) -> Trial:
    limit_threads(task.plan.threads)
    from ganreg.comparison.pace import Pace
    from ganreg.runs.loading import load
    from ganreg.runs.training import resume

    pace = Pace()
    if (trial.path / RECIPE).is_file():
        resume(trial.path, steps=task.steps, callbacks=[pace])
    else:
        try:
            _train(task, trial.path, pace)
        except AssemblyError as error:
            return attrs.evolve(trial, state=REFUSED, error=described(error, trial))
    scores = _scores(load(trial.path), task.plan)
    write_scores(trial.path, scores)
    write_if_possible(write_run_report, trial.path)  # the training wrote one without scores
    whole = task.steps >= task.definition.recipe.steps
    return attrs.evolve(
        trial,
        state=FINISHED if whole else STOPPED,
        scores=scores,
        error=None,
        iterations=task.steps,
        pace=round(pace.seconds, 9),
    )


def _train(task: Task, path: Path, pace: Pace) -> None:
    from ganreg.assembling import assemble
    from ganreg.evaluation.evaluating import Evaluation
    from ganreg.runs.training import train

    recipe = task.definition.recipe
    gan = assemble(recipe, seed=recipe.seed)  # the trial's own, whatever seed the program has set
    # A trial that cannot be evaluated must fail before its training.
    Evaluation(gan, task.plan.metrics or None, features=task.plan.features, samples=task.plan.samples)
    train(
        gan,
        path,
        steps=task.steps,
        sample_every=max(1, recipe.steps // _GRIDS),
        checkpoint_every=max(1, recipe.steps // _CHECKPOINTS),
        checkpoint_minutes=_CHECKPOINT_MINUTES,
        callbacks=[pace],
        execution=task.plan.execution,
    )


def _scores(gan: GAN, plan: Plan) -> list[Score]:
    """Returns the scores of a trained GAN; all trials use the same latents."""
    from ganreg.evaluation.evaluating import evaluate

    return list(evaluate(gan, plan.metrics or None, features=plan.features, samples=plan.samples))


def limit_threads(threads: int) -> None:
    """Sets the number of TensorFlow's threads, unless TensorFlow is already running."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        return  # `run.toml` records the actual number


def forget_networks() -> None:
    """Frees a trial's networks and graphs, so that one process can run any number of trials."""
    import keras

    keras.backend.clear_session()
    gc.collect()
