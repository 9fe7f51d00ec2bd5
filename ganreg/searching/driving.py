"""Has workers run the trials of a search until the budget is spent."""

from __future__ import annotations

import contextlib
import json
import statistics
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

import attrs

from ganreg.comparison.workers import WorkerDiedError, Workers
from ganreg.contract.recipes import Recipe
from ganreg.errors import GanregError
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text
from ganreg.plugins.own import registered
from ganreg.searching.budget import Budget
from ganreg.searching.candidates import DataKind
from ganreg.searching.plan import SearchPlan
from ganreg.searching.running import Task, given_up, run_search_trial
from ganreg.searching.space import Space
from ganreg.searching.study import Study, Suggestion
from ganreg.searching.trials import (
    FAILED,
    PRUNED,
    REFUSED,
    SCORED,
    STOPPED,
    TRIALS,
    WAITING,
    SearchTrial,
    best_of,
    read_trials,
)

STATE = "state.json"
Watch = Callable[[SearchTrial, Sequence[SearchTrial]], None]
"""Called when a trial ends: with the trial, and all trials."""
Run = Callable[[Task], SearchTrial]

_FIRST, _AMONG = 2, 3
"""The number of recipes that are tried as they are before anything is suggested; later one among so many trials."""
_REFUSALS = 100
"""After so many refused suggestions in a row, no more are made."""
_PATIENCE = 2.0
"""The seconds after the deadline after which processes are ended that have not ended their trials."""
_MOST_OF_REST = 0.6
"""The part of the remaining time that a training with falling learning rates is planned for, so that it does its steps.

The rest is for compiling and evaluating, and for updates that are slower than before."""


class Driver:
    """Asks for combinations, has them trained, and tells the study what became of them.

    Args:
        plan: what is searched.
        folder: the search's folder.
        study: suggests combinations.
        space: what varies.
        data: the dataset, which refuses combinations.
        workers: run the trials.
        budget: how long.
        watch: called for each trial that ends.
        run: runs one trial in a worker. Defaults to training it.

    Attributes:
        plan: what is searched.
    """

    def __init__(
        self,
        plan: SearchPlan,
        folder: Path,
        study: Study,
        space: Space,
        data: DataKind,
        workers: Workers,
        budget: Budget,
        watch: Watch | None = None,
        run: Run = run_search_trial,
    ) -> None:
        self.plan, self._folder, self._study, self._space, self._data = plan, folder, study, space, data
        self._workers, self._budget, self._watch, self._run = workers, budget, watch, run
        self._session, self._registered = uuid.uuid4().hex, registered()
        self._trials = {trial.number: trial for trial in read_trials(folder)}
        self._pending: dict[Future[SearchTrial], Task] = {}
        self._continued: set[int] = set()
        self._interrupted = list(self._settle())

    @property
    def trials(self) -> list[SearchTrial]:
        """The trials in their current state, in the order in which they began."""
        return [self._trials[number] for number in sorted(self._trials)]

    def drive(self) -> None:
        """Runs trials until the budget is spent or nothing is left to try."""
        while True:
            while len(self._pending) < self._workers.jobs and (task := self._next()) is not None:
                self._pending[self._workers.submit(self._run, task)] = task
            if not self._pending or self._budget.left < -_PATIENCE:
                break
            done, _ = wait(self._pending, timeout=max(0.05, min(2.0, self._budget.left)), return_when=FIRST_COMPLETED)
            for future in done:
                self._end(future, self._pending.pop(future))
            write_state(self._folder, spent=self._budget.total_spent)
        for task in self._pending.values():  # their processes are about to be ended
            self._keep(task)
        self._pending.clear()

    def _settle(self) -> list[tuple[SearchTrial, int | None]]:
        """Tells the study of trials that ended unnoticed, and returns those that were interrupted, to try again."""
        interrupted: list[tuple[SearchTrial, int | None]] = []
        unfinished = dict(self._study.unfinished())
        for number, key in unfinished.items():
            trial = self._trials.get(number)
            if trial is None or trial.ended:
                self._tell(number, trial)
            else:
                interrupted.append((trial, key))
        for number, trial in self._trials.items():
            if not trial.ended and number not in unfinished:  # it was training further
                self._trials[number] = _cut(trial)
                self._trials[number].write()
        return interrupted

    def _next(self) -> Task | None:
        if self._budget.left <= 0:
            return None
        if self._interrupted:
            trial, key = self._interrupted.pop(0)
            return self._task(trial, key, final=key is None)
        trained = sum(trial.state != REFUSED for trial in self._trials.values())
        if self._budget.trials is not None and trained >= self._budget.trials:
            return None
        if not self._budget.explores:
            finalist = self._finalist()
            if finalist is not None:
                self._continued.add(finalist.number)
                return self._final(finalist)
            if self._budget.left < (self._budget.trial_seconds or 0.0) / 2:
                return None
        return self._suggested()

    def _suggested(self) -> Task | None:
        """Returns the next combination that is not refused; `None` if all are."""
        for _ in range(_REFUSALS):
            self._have_a_recipe_tried()
            suggestion = self._study.ask()
            trial, reason = self._made(suggestion)
            if reason is None:
                self._trials[trial.number] = trial
                trial.path.mkdir(parents=True, exist_ok=True)
                trial.write()
                return self._task(trial, suggestion.key)
            self._refuse(trial, reason)
        return None

    def _have_a_recipe_tried(self) -> None:
        """Has the next trial use a recipe as it is: the first ones, and then every third trial until all are tried."""
        tried = {trial.base for trial in self._trials.values() if not trial.changes}
        waiting = [recipe for recipe in self.plan.recipes if recipe.name not in tried]
        if waiting and (len(tried) < _FIRST or self._study.size % _AMONG == 0):
            self._study.enqueue(self._space.as_it_is(waiting[0]))

    def _made(self, suggestion: Suggestion) -> tuple[SearchTrial, str | None]:
        """Returns the trial of a suggestion, and why it is refused, if it is."""
        recipe = self._space.chosen(suggestion.choices)
        params = dict(suggestion.choices.params)
        base = self._space.recipe(recipe.name)
        trial = SearchTrial(
            number=suggestion.number,
            path=self._folder / TRIALS / f"{suggestion.number:04d}",
            base=base.name,
            recipe=recipe,
            changes=self._space.changes(params, base),
        )
        try:
            complete = attrs.evolve(self._data.complete(recipe), name=recipe.name)
            doubt = self._data.doubts(complete) if trial.changes else ""
        except GanregError as error:
            return trial, " ".join(str(error).split())
        if doubt:
            return trial, f"{doubt} (a warning)"
        trial = attrs.evolve(trial, recipe=self._planned(attrs.evolve(complete, seed=self.plan.seed)))
        twin = next((other for other in self.trials if other.recipe == trial.recipe), None)
        return trial, None if twin is None else f"it is the same combination as trial {twin.number}"

    def _planned(self, recipe: Recipe) -> Recipe:
        """Plans falling learning rates for the steps that there is time for, if the pace of the recipe is known."""
        paces = [trial.pace for trial in self.trials if trial.base == recipe.name and trial.pace]
        if recipe.learning_rate_decay == "none" or self._budget.trial_seconds is None or not paces:
            return recipe
        steps = int(_MOST_OF_REST * self._budget.trial_seconds / statistics.median(paces))
        return attrs.evolve(recipe, steps=max(1, min(recipe.steps, steps)))

    def _refuse(self, trial: SearchTrial, reason: str) -> None:
        trial = attrs.evolve(trial, state=REFUSED, error=reason)
        trial.path.mkdir(parents=True, exist_ok=True)
        trial.write()
        self._trials[trial.number] = trial
        self._study.tell(trial.number, None)

    def _task(self, trial: SearchTrial, key: int | None, *, final: bool = False) -> Task:
        return Task(
            folder=self._folder,
            trial=trial,
            plan=self.plan,
            key=key,
            seconds=None if final else self._budget.trial_seconds,
            deadline=self._budget.deadline,
            session=self._session,
            registered=self._registered,
        )

    def _finalist(self) -> SearchTrial | None:
        """Returns one of the best trials if its time was over before its steps were done; each only once."""
        sign = 1 if self.plan.lower_is_better else -1
        scored = [trial for trial in self.trials if trial.state in SCORED and trial.value is not None]
        best = sorted(scored, key=lambda trial: (sign * (trial.value or 0.0), trial.number))[: self._workers.jobs + 1]
        able = (trial for trial in best if trial.state == STOPPED and trial.number not in self._continued)
        return next(able, None)

    def _final(self, trial: SearchTrial) -> Task | None:
        """Trains one of the best trials further; one with falling learning rates from the start, as far as time allows.

        Its learning rates would otherwise have been planned for more steps than there is time for.
        """
        if trial.recipe.learning_rate_decay == "none":
            return self._task(trial, None, final=True)
        steps = int(_MOST_OF_REST * self._budget.left / trial.pace) if trial.pace else 0
        if steps < 1:
            return self._next()
        suggestion = self._study.ask()
        recipe = attrs.evolve(trial.recipe, steps=min(steps, trial.recipe.steps))
        path = self._folder / TRIALS / f"{suggestion.number:04d}"
        changes = {**trial.changes, "steps": recipe.steps}
        again = attrs.evolve(
            trial, number=suggestion.number, path=path, recipe=recipe, changes=changes, state=WAITING, points=[]
        )
        path.mkdir(parents=True, exist_ok=True)
        again.write()
        self._trials[again.number] = again
        self._study.tell(again.number, None)  # it suggests nothing new
        return self._task(again, None, final=True)

    def _end(self, future: Future[SearchTrial], task: Task) -> None:
        """Takes the outcome of a trial; one whose process died is tried once more."""
        try:
            trial = future.result()
        except WorkerDiedError:
            trial = self._read(task)
            if trial.attempts < 2 and self._budget.left > 0:
                self._interrupted.insert(0, (trial, task.key))
                return
            trial = given_up(trial)
        except Exception as error:  # noqa: BLE001 - such as no process to run it in; the other trials continue
            trial = attrs.evolve(self._read(task), state=FAILED, error=" ".join(str(error).split())[:1000])
            with contextlib.suppress(GanregError):  # the disk may be full
                trial.write()
        self._trials[trial.number] = trial
        if task.key is not None:
            self._tell(trial.number, trial)
        if self._watch is not None:
            self._watch(trial, self.trials)

    def _read(self, task: Task) -> SearchTrial:
        try:
            return SearchTrial.read(task.trial.path)
        except GanregError:
            return task.trial

    def _keep(self, task: Task) -> None:
        """Keeps the evaluations of a trial that did not end in time."""
        trial = self._read(task)
        if not trial.ended:
            trial = _cut(trial)
            trial.write()
        self._trials[trial.number] = trial
        if task.key is not None:
            self._tell(trial.number, trial)

    def _tell(self, number: int, trial: SearchTrial | None) -> None:
        scored = trial is not None and trial.state in SCORED
        value = trial.value if trial is not None and scored else None
        self._study.tell(number, value, pruned=trial is not None and trial.state == PRUNED)

    def best(self) -> tuple[SearchTrial, Any] | None:
        """Returns the best evaluation so far, with its trial."""
        return best_of(self.trials, lower_is_better=self.plan.lower_is_better)


def _cut(trial: SearchTrial) -> SearchTrial:
    """Returns a trial as ended with the evaluations that it has."""
    error = None if trial.points else "the time was over before it could be evaluated"
    return attrs.evolve(trial, state=STOPPED if trial.points else FAILED, error=error)


def write_state(folder: Path, **changes: Any) -> None:
    """Changes what `state.json` holds: the seconds that were spent, and the importances."""
    write_text(folder / STATE, json.dumps({**read_state(folder), **changes}, indent=1) + "\n", durable=False)


def read_state(folder: Path) -> dict[str, Any]:
    """Returns what `state.json` holds; empty if it is missing or damaged."""
    try:
        table = read_json_value(folder / STATE, within=folder)
    except UnreadableError:
        return {}
    return table if isinstance(table, dict) else {}
