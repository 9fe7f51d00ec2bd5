"""Runs a comparison: every trial once, regardless of how the others end, and resumed where it stopped."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

import attrs

from ganreg.checkpoints.run_folder import make_folder
from ganreg.comparison.definition import Definition
from ganreg.comparison.halving import Contender, Rung, Rungs, affordable_part, first_part, next_rung
from ganreg.comparison.plan import PLAN, Plan
from ganreg.comparison.ranking import ranked
from ganreg.comparison.report import write_report
from ganreg.comparison.results import write_results
from ganreg.comparison.running import ATTEMPTS, Task, described, given_up, is_done, run_trial
from ganreg.comparison.trials import FAILED, STOPPED, TRIALS, WAITING, Comparison, Trial, trials_of
from ganreg.comparison.workers import WorkerDiedError, Workers, started_workers
from ganreg.errors import RunError
from ganreg.files.folders import folder_to_fill, foreign, refuse_links
from ganreg.files.layout import RECIPE
from ganreg.files.lock import LOCK, InUseError, locked
from ganreg.plugins.own import registered
from ganreg.reports.writing import write_if_possible

LOG = "workers.log"
"""Where processes of this machine write what they would write to a terminal."""

Watch = Callable[[Trial, int, int], None]
"""Called when a trial ends: with the trial, the number of trials of this round that have ended, and their total."""

_PILOT = 0.25
"""The part of the first rung that one trial trains alone, to measure how long it takes."""


def compare(
    plan: Plan,
    folder: str | Path,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    retry_failed: bool = False,
    watch: Watch | None = None,
) -> Comparison:
    """Trains and evaluates every trial of a plan in separate processes, and writes the results.

    A trial that is refused, diverges, fails or kills its process is a result; the others continue. Another call for
    the same folder resumes the comparison: trials that ended are kept, and interrupted ones continue from their
    checkpoints.

    Args:
        plan: what is compared.
        folder: the folder of the comparison; created if needed.
        jobs: the number of trials that run at a time on this machine. Defaults to the number of cores.
        scheduler: the address of a Dask scheduler whose workers train instead. They must see the folder under the same
            path.
        retry_failed: whether to train again the trials that failed in an earlier call, for example because the disk
            was full. Trials that were refused or diverged would end in the same way again. Defaults to False.
        watch: called for each trial that ends.

    Returns:
        The comparison, with the outcome of each trial.

    Raises:
        RunError: the folder contains something else or another plan, is in use, or cannot be written; or the cluster
            cannot be reached.
    """
    folder = Path(folder).resolve()
    _refuse(plan, folder)
    with (
        started_workers(jobs=jobs, scheduler=scheduler, threads=plan.threads, log=folder / LOG) as workers,
        contextlib.ExitStack() as held,
    ):
        with folder_to_fill(folder, files=(LOCK, PLAN), empty_folders=(TRIALS,)):
            held.enter_context(locked(folder))
            _agree(plan, folder)
            if retry_failed:
                _reset_failed(trials_of(plan, folder))
            driver = _Driver(plan, folder, workers, watch)
        if plan.budget is None:
            driver.bring(driver.numbers, 1.0)
        else:
            _halve(driver, folder, plan.budget)
        comparison = Comparison.read(folder)
        write_results(folder, comparison.trials)
        write_if_possible(write_report, folder)
    return comparison


def _refuse(plan: Plan, folder: Path) -> None:
    """Refuses what can be refused before anything is written."""
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; give a folder with --out")
    if (folder / RECIPE).exists():
        raise RunError(f"{folder} holds a run; choose another folder for the comparison with --out")
    if (folder / PLAN).exists():
        refuse_links(folder, "the comparison's folder")
        _agree(plan, folder)
        trials_of(plan, folder)
        if plan.budget is not None:
            _decided(plan, folder)
        return
    try:
        name = foreign(folder, files=(LOCK,), empty_folders=(TRIALS,))
    except OSError as error:
        raise RunError(f"cannot list the folder {folder}: {error.strerror or error}") from error
    if name is not None:
        raise RunError(
            f"{folder} already contains {name!r}; choose a folder that is empty or does not exist with --out"
        )


def _agree(plan: Plan, folder: Path) -> None:
    """Writes the plan into the folder, or checks that the folder already contains the same one."""
    if not (folder / PLAN).exists():
        plan.write(folder)
        return
    differing = plan.differences(Plan.read(folder))
    if differing:
        raise RunError(
            f"{folder} holds another comparison ({'; '.join(differing)}); choose another folder with --out, or "
            f"resume that one: ganreg compare --out {folder}"
        )


def _reset_failed(trials: Iterable[Trial]) -> None:
    """Resets failed trials, so that they continue from their last checkpoint, or start again if they have none."""
    for trial in trials:
        if trial.state == FAILED:
            attrs.evolve(trial, state=WAITING, error=None, attempts=0).write()


class _Driver:
    """Has workers train trials up to given parts of their steps.

    Args:
        plan: what is compared.
        folder: the folder of the comparison.
        workers: run the trials.
        watch: called for each trial that ends.
    """

    def __init__(self, plan: Plan, folder: Path, workers: Workers, watch: Watch | None) -> None:
        self.workers, self.plan = workers, plan
        self._watch = watch
        self._definitions = list(plan.definitions())
        self._trials = trials_of(plan, folder)
        self._session = uuid.uuid4().hex
        self._registered = registered()

    @property
    def numbers(self) -> list[int]:
        """The numbers of all trials, those of the first seed first, so that every combination has a score early."""
        return [definition.number for definition in sorted(self._definitions, key=self._place)]

    def _place(self, definition: Definition) -> tuple[int, int]:
        return self.plan.seeds.index(definition.seed), definition.number

    @property
    def trials(self) -> Sequence[Trial]:
        """The trials in their current state, in the plan's order."""
        return self._trials

    def bring(self, numbers: Iterable[int], part: float) -> None:
        """Trains trials up to a part of their steps and evaluates them; skips those that ended or are already there."""
        tasks = [self._task(number, part) for number in numbers]
        tasks = [task for task in tasks if not is_done(task.trial, task.steps)]
        pending = {self.workers.submit(run_trial, task): task for task in tasks}
        deaths = dict.fromkeys((task.trial.number for task in tasks), 0)
        done = 0
        while pending:
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                task = pending.pop(future)
                trial = self._outcome(future, task, deaths)
                if trial is None:
                    pending[self.workers.submit(run_trial, task)] = task
                    continue
                self._trials[trial.number] = trial
                done += 1
                if self._watch is not None:
                    self._watch(trial, done, len(tasks))

    def _task(self, number: int, part: float) -> Task:
        definition = self._definitions[number]
        steps = definition.recipe.steps
        return Task(
            definition=definition,
            trial=self._trials[number],
            plan=self.plan,
            steps=steps if part >= 1 else max(1, round(part * steps)),
            session=self._session,
            registered=self._registered,
        )

    @staticmethod
    def _outcome(future: Future[Trial], task: Task, deaths: dict[int, int]) -> Trial | None:
        """Returns the outcome of a trial, or `None` if its process died and it is to be tried again."""
        try:
            return future.result()
        except WorkerDiedError:
            number = task.trial.number
            deaths[number] += 1
            if deaths[number] < ATTEMPTS:
                return None
            task.trial.path.mkdir(parents=True, exist_ok=True)
            trial = given_up(attrs.evolve(task.trial.read_again(), attempts=ATTEMPTS, session=task.session))
            trial.write()
            return trial
        except InUseError as error:  # another process will write what becomes of the trial
            return attrs.evolve(task.trial, state=FAILED, scores=[], error=described(error, task.trial))
        except Exception as error:  # noqa: BLE001 - such as no process to run it in; the other trials continue
            trial = attrs.evolve(task.trial, state=FAILED, scores=[], error=described(error, task.trial))
            with contextlib.suppress(RunError):  # the disk may be full
                make_folder(trial.path)
                trial.write()
            return trial


def _decided(plan: Plan, folder: Path) -> Rungs:
    """What was decided before.

    Raises:
        RunError: the file is damaged.
    """
    decided = Rungs.read(folder)
    decided.check(len(list(plan.definitions())), folder)
    return decided


def _halve(driver: _Driver, folder: Path, budget: float) -> None:
    """Runs successive halving; decisions are written to the folder, and a resumed comparison keeps to them."""
    decided, began = _decided(driver.plan, folder), time.monotonic()
    spent_before = decided.spent
    if not decided.rungs:
        decided = Rungs([_first_rung(driver, budget)], spent_before + time.monotonic() - began)
        decided.write(folder)
    for rung in decided.rungs:
        driver.bring(rung.trials, rung.part)
    while True:
        spent = spent_before + time.monotonic() - began
        last = decided.rungs[-1]
        following = next_rung(last, _contenders(driver, last), remaining=budget - spent, jobs=driver.workers.jobs)
        decided = Rungs([*decided.rungs, *([] if following is None else [following])], spent)
        decided.write(folder)
        if following is None:
            return
        driver.bring(following.trials, following.part)


def _first_rung(driver: _Driver, budget: float) -> Rung:
    """Returns the rung for all trials: as far as halving needs, or as half of the budget allows.

    One trial runs alone first, to measure how long that takes.
    """
    numbers = driver.numbers
    part = first_part(len({tuple(trial.axes.items()) for trial in driver.trials}))
    for pilot in numbers:
        driver.bring([pilot], _PILOT * part)
        trial = driver.trials[pilot]
        if trial.iterations:  # a trial that was refused or failed at once measures nothing
            break
    else:
        return Rung(part, numbers)
    side_by_side = min(driver.workers.jobs, len(numbers))
    return Rung(
        affordable_part(
            part,
            seconds=_pace(trial) * sum(each.steps for each in driver.trials) / side_by_side,
            overhead=trial.overhead * len(numbers) / side_by_side,
            budget=budget - trial.seconds,
            least=_PILOT * part,
        ),
        numbers,
    )


def _contenders(driver: _Driver, rung: Rung) -> list[Contender]:
    """Returns the combinations that can continue from a rung, the best first."""
    contenders = []
    for row in ranked(driver.trials).rows:
        able = [trial for trial in row.trials if trial.state == STOPPED and trial.number in rung.trials]
        if able:
            seconds = sum(_pace(trial) * trial.steps for trial in able)
            overhead = sum(trial.overhead for trial in able)
            contenders.append(Contender([trial.number for trial in able], seconds, overhead))
    return contenders


def _pace(trial: Trial) -> float:
    """Returns seconds per iteration; those of the whole trial if a single call ran all its iterations."""
    return trial.pace or trial.seconds / trial.iterations
