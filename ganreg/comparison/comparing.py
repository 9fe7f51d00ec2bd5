"""Carrying out a comparison: every trial once, whatever becomes of the others, and going on where it was."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

import attrs

from ganreg.comparison.definition import Definition
from ganreg.comparison.halving import Contender, Rung, Rungs, affordable_part, first_part, next_rung
from ganreg.comparison.plan import PLAN, Plan
from ganreg.comparison.ranking import ranked
from ganreg.comparison.report import write_report
from ganreg.comparison.results import write_results
from ganreg.comparison.running import ATTEMPTS, Task, given_up, is_done, run_trial
from ganreg.comparison.trials import FAILED, STOPPED, TRIALS, WAITING, Comparison, Trial, trials_of
from ganreg.comparison.workers import WorkerDiedError, Workers, started_workers
from ganreg.errors import RunError
from ganreg.files.layout import RECIPE
from ganreg.files.lock import locked
from ganreg.reports.writing import write_if_possible

LOG = "workers.log"

Watch = Callable[[Trial, int, int], None]
"""Called as a trial ends: the trial, how many have ended of those that are to be trained now, how many those are."""

_PILOT = 0.25
"""The part of the first rung that one trial does alone, to tell how long it takes."""


def compare(
    plan: Plan,
    folder: str | Path,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    retry_failed: bool = False,
    watch: Watch | None = None,
) -> Comparison:
    """Trains and judges every trial of a plan, in processes of their own, and writes what came of them.

    A trial that is refused, diverges, fails or kills its process is a result; the others go on. Called again for the
    same folder, it goes on where it was: trials that ended stay, one that was interrupted goes on from its checkpoint.

    Args:
        plan: what is compared.
        folder: where; made here.
        jobs: trials at a time on this machine; a core each unless given.
        scheduler: the address of a Dask scheduler whose workers train instead; they see the folder under this path.
        retry_failed: whether trials that failed earlier are begun again, say because the disk was full then; one that
            was refused or diverged would do so again.
        watch: hears of each trial that ends.

    Returns:
        The comparison, with its trials as they ended.

    Raises:
        RunError: the folder holds something else or another plan, is in use, or cannot be written; or the cluster
            cannot be reached.
    """
    folder = Path(folder).resolve()
    _make(folder)
    with locked(folder):
        _agree(plan, folder)
        if retry_failed:
            _reset_failed(trials_of(plan, folder))
        with started_workers(jobs=jobs, scheduler=scheduler, threads=plan.threads, log=folder / LOG) as workers:
            driver = _Driver(plan, folder, workers, watch)
            if plan.budget is None:
                driver.bring(driver.numbers, 1.0)
            else:
                _halve(driver, folder, plan.budget)
        comparison = Comparison.read(folder)
        write_results(folder, comparison.trials)
        write_if_possible(write_report, folder)
    return comparison


def _make(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; give a folder with --out")
    if (folder / RECIPE).exists():
        raise RunError(f"{folder} holds a run; give the comparison another folder with --out")
    try:
        (folder / TRIALS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make the folder {folder}: {error.strerror or error}") from error


def _agree(plan: Plan, folder: Path) -> None:
    """Writes the plan into its folder, or makes sure that it is the one there."""
    if not (folder / PLAN).exists():
        plan.write(folder)
        return
    differing = plan.differences(Plan.read(folder))
    if differing:
        raise RunError(
            f"{folder} holds another comparison ({'; '.join(differing)}); choose another folder with --out, or go on "
            f"with that one: ganreg compare --out {folder}"
        )


def _reset_failed(trials: Iterable[Trial]) -> None:
    """Has trials that failed go on from their last checkpoint, or begin again."""
    for trial in trials:
        if trial.state == FAILED:
            attrs.evolve(trial, state=WAITING, error=None, attempts=0).write()


class _Driver:
    """Has workers bring trials to where they are to be.

    Args:
        plan: what is compared.
        folder: where.
        workers: run the trials.
        watch: hears of each trial that ends.
    """

    def __init__(self, plan: Plan, folder: Path, workers: Workers, watch: Watch | None) -> None:
        self.workers = workers
        self._plan, self._watch = plan, watch
        self._definitions = list(plan.definitions())
        self._trials = trials_of(plan, folder)
        self._session = uuid.uuid4().hex

    @property
    def numbers(self) -> list[int]:
        """Of all trials; one seed of each combination before the next, so that much is known early."""
        return [definition.number for definition in sorted(self._definitions, key=self._place)]

    def _place(self, definition: Definition) -> tuple[int, int]:
        return self._plan.seeds.index(definition.seed), definition.number

    @property
    def trials(self) -> Sequence[Trial]:
        """As they are now, in the plan's order."""
        return self._trials

    def bring(self, numbers: Iterable[int], part: float) -> None:
        """Trains and judges trials up to a part of their steps; those that are there, or ended, stay as they are."""
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
            plan=self._plan,
            steps=steps if part >= 1 else max(1, round(part * steps)),
            session=self._session,
        )

    @staticmethod
    def _outcome(future: Future[Trial], task: Task, deaths: dict[int, int]) -> Trial | None:
        """What came of a trial; nothing yet where its process died for the first time."""
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


def _halve(driver: _Driver, folder: Path, budget: float) -> None:
    """Successive halving; each decision is kept, and holds when the comparison is taken up again."""
    decided, began = Rungs.read(folder), time.monotonic()
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
    """All trials, as far as halving wants them or half the budget brings them; one alone tells how long that takes."""
    numbers = driver.numbers
    part = first_part(len({tuple(trial.axes.items()) for trial in driver.trials}))
    for pilot in numbers:
        driver.bring([pilot], _PILOT * part)
        trial = driver.trials[pilot]
        if trial.iterations:  # one that was refused or failed at once tells nothing
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
    """The combinations that may go on from a rung, the best first."""
    contenders = []
    for row in ranked(driver.trials).rows:
        able = [trial for trial in row.trials if trial.state == STOPPED and trial.number in rung.trials]
        if able:
            seconds = sum(_pace(trial) * trial.steps for trial in able)
            overhead = sum(trial.overhead for trial in able)
            contenders.append(Contender([trial.number for trial in able], seconds, overhead))
    return contenders


def _pace(trial: Trial) -> float:
    """Seconds an iteration; all that the trial took counts where one call had all its iterations."""
    return trial.pace or trial.seconds / trial.iterations
