"""One trial in a process of its own: trained, judged, and whatever comes of it written down."""

from __future__ import annotations

import gc
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.checkpoints.run_folder import make_folder
from ganreg.comparison.definition import Definition
from ganreg.comparison.plan import Plan
from ganreg.comparison.trials import DIVERGED, FAILED, FINISHED, REFUSED, RUNNING, STOPPED, Trial
from ganreg.errors import AssemblyError, GanregError, GanregWarning, NumericalError
from ganreg.evaluation.scores import Score, write_scores
from ganreg.files.layout import RECIPE
from ganreg.files.lock import InUseError, locked
from ganreg.reports.writing import write_if_possible, write_run_report

if TYPE_CHECKING:
    from ganreg.comparison.pace import Pace
    from ganreg.gan import GAN

ATTEMPTS = 2
"""How often a trial is begun whose process dies."""

_PICTURES, _CHECKPOINTS = 4, 4
_CHECKPOINT_MINUTES = 1.0
_HELD = ".trial.lock"
_POLL_SECONDS = 0.5

_one_at_a_time = threading.Lock()
"""Keras's state is the process's; a cluster's worker may have several threads."""


@attrs.frozen(kw_only=True)
class Task:
    """What a process is to do.

    Attributes:
        definition: the trial, as the plan has it.
        trial: the same, as its folder had it last.
        plan: how trials run and are judged.
        steps: iterations that it trains to, the recipe's or fewer.
        session: the call of `compare` that asks for it.
    """

    definition: Definition
    trial: Trial
    plan: Plan
    steps: int
    session: str


def run_trial(task: Task) -> Trial:
    """Trains a trial as far as the task says, going on where its folder is, and judges it.

    Returns:
        The trial, as its folder has it now; an error that ended it is in it, rather than raised.

    Raises:
        RunError: the folder cannot be written.
    """
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


def is_done(trial: Trial, steps: int) -> bool:
    """Whether there is nothing to do to bring a trial to so many iterations."""
    return trial.ended or (trial.state == STOPPED and trial.iterations >= steps)


def given_up(trial: Trial) -> Trial:
    """The trial, failed because each process that tried it died."""
    return attrs.evolve(
        trial,
        state=FAILED,
        scores=[],
        attempts=min(trial.attempts, ATTEMPTS),
        error=f"its process died {ATTEMPTS} times: killed, out of memory, or crashed",
    )


def _died(trial: Trial, session: str) -> bool:
    return trial.state == RUNNING and trial.session == session


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keeps a trial to one process; waits for another to be through, as one may be whose caller died."""
    with ExitStack() as holding:
        while True:
            try:
                holding.enter_context(locked(path, name=_HELD))
            except InUseError:
                time.sleep(_POLL_SECONDS)
            else:
                break
        yield


def _carried_out(task: Task, trial: Trial) -> Trial:
    """Trains and judges; what went wrong is part of the answer."""
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GanregWarning)
        try:
            outcome = _trained_and_judged(task, trial)
        except NumericalError as error:
            # What was found, without the advice on checkpoints, which are written by the clock too.
            found = error.__cause__ if isinstance(error.__cause__, NumericalError) else error
            outcome = attrs.evolve(
                trial, state=DIVERGED, error=_described(found, trial), iterations=error.iteration, scores=[]
            )
        except Exception as error:  # noqa: BLE001 - a component raises what it likes, and the other trials go on
            outcome = attrs.evolve(trial, state=FAILED, error=_described(error, trial), scores=[])
        finally:
            _forget_networks()
    seconds = time.perf_counter() - began
    said = [str(warning.message) for warning in caught if issubclass(warning.category, GanregWarning)]
    return attrs.evolve(
        outcome,
        seconds=round(trial.seconds + seconds, 3),
        overhead=_overhead(outcome, seconds, outcome.iterations - trial.iterations),
        warnings=list(dict.fromkeys([*trial.warnings, *said])),
    )


def _overhead(trial: Trial, seconds: float, iterations: int) -> float:
    """What of some seconds did not go into iterations; nothing where it is not known how long these take."""
    return round(max(0.0, seconds - trial.pace * iterations), 3) if trial.pace else 0.0


def _described(error: Exception, trial: Trial) -> str:
    """What is kept of an error: the same wherever the comparison's folder is."""
    text = " ".join(str(error).split()).replace(str(trial.path), trial.path.name)[:1000]
    return text if isinstance(error, GanregError) else f"{type(error).__name__}: {text}".removesuffix(": ")


def _trained_and_judged(task: Task, trial: Trial) -> Trial:
    _limit_threads(task.plan.threads)
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
            return attrs.evolve(trial, state=REFUSED, error=_described(error, trial))
    scores = _judged(load(trial.path), task.plan)
    write_scores(trial.path, scores)
    write_if_possible(write_run_report, trial.path)  # which the training wrote without the scores
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

    recipe, instead = task.definition.recipe, task.definition.networks_and_data
    gan = assemble(
        recipe,
        generator=instead.get("generator"),
        discriminator=instead.get("discriminator"),
        data=instead.get("dataset"),
    )
    # What cannot be judged is not worth the training.
    Evaluation(gan, task.plan.metrics or None, features=task.plan.features, samples=task.plan.samples)
    train(
        gan,
        path,
        steps=task.steps,
        sample_every=max(1, recipe.steps // _PICTURES),
        checkpoint_every=max(1, recipe.steps // _CHECKPOINTS),
        checkpoint_minutes=_CHECKPOINT_MINUTES,
        callbacks=[pace],
        execution=task.plan.execution,
    )


def _judged(gan: GAN, plan: Plan) -> list[Score]:
    """The scores of a trained GAN, drawn from the same latents in each trial."""
    from ganreg.evaluation.evaluating import evaluate

    return list(evaluate(gan, plan.metrics or None, features=plan.features, samples=plan.samples))


def _limit_threads(threads: int) -> None:
    """Has TensorFlow compute with so many threads, unless it has begun already."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        return  # `run.toml` says how many it is


def _forget_networks() -> None:
    """Lets go of a trial's networks and graphs, so that a process may do any number of trials."""
    import keras

    keras.backend.clear_session()
    gc.collect()
