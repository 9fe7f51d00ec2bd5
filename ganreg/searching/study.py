"""The study that suggests combinations and stops weak trials: Optuna, with a SQLite file in the search's folder."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from ganreg.errors import RunError

STUDY = "study.db"
SAMPLERS = ("tpe", "random")
_NAME = "ganreg"
_FEWEST, _REDUCTION = 3, 3
"""The number of trials before the sampler learns from them; one of three trials passes each rung."""
_FEWEST_IMPORTANT = 8
"""The number of evaluated trials from which on importances are computed."""
_SECONDS = 60
"""How long a process waits for another one that writes to the file."""

RUNGS: Sequence[int] = (1, 3, 9)
"""Where trials are evaluated, in ninths of their training, and weak ones stopped but for the last."""


def load_optuna() -> Any:
    """Imports Optuna, which a search alone needs.

    Raises:
        RunError: it is not installed.
    """
    try:
        return importlib.import_module("optuna")
    except ImportError:
        raise RunError('a search needs Optuna; install it with: pip install "ganreg[search]"') from None


@attrs.frozen
class Suggestion:
    """A trial of the study.

    Attributes:
        number: its number, from 0.
        key: identifies it in the file.
        choices: chooses values by name.
    """

    number: int
    key: int
    choices: Any


class Study:
    """Suggests the choices of each trial, and learns from their values.

    The choices of a trial depend on the seed, its number and the trials that have ended, so that a search that was
    interrupted continues as it would have.

    Args:
        folder: the search's folder.
        seed: the seed of the suggestions.
        lower_is_better: whether lower values are better.
        sampler: `"tpe"`, or `"random"` to learn nothing.

    Raises:
        RunError: Optuna is not installed, or the file cannot be read.
    """

    def __init__(self, folder: Path, *, seed: int, lower_is_better: bool, sampler: str = "tpe") -> None:
        self._optuna, self._seed, self._sampler = load_optuna(), seed, sampler
        with _quiet(self._optuna):
            self._study = self._optuna.create_study(
                storage=_storage(self._optuna, folder / STUDY),
                study_name=_NAME,
                direction="minimize" if lower_is_better else "maximize",
                load_if_exists=True,
            )

    @property
    def size(self) -> int:
        """The number of trials, without those that wait to be asked for."""
        waiting = self._optuna.trial.TrialState.WAITING
        return sum(trial.state != waiting for trial in self._study.get_trials(deepcopy=False))

    def enqueue(self, choices: Mapping[str, Any]) -> None:
        """Has the next trial use these choices."""
        with _quiet(self._optuna):
            self._study.enqueue_trial(dict(choices))

    def ask(self) -> Suggestion:
        """Begins a trial."""
        with _quiet(self._optuna):
            self._study.sampler = self._sampler_for(self.size)
            trial = self._study.ask()
        return Suggestion(trial.number, trial._trial_id, trial)

    def _sampler_for(self, number: int) -> Any:
        seed = (self._seed * 1_000_003 + number) % 2**32
        samplers = self._optuna.samplers
        if self._sampler == "random":
            return samplers.RandomSampler(seed=seed)
        return samplers.TPESampler(
            seed=seed, n_startup_trials=_FEWEST, multivariate=True, group=True, warn_independent_sampling=False
        )

    def unfinished(self) -> Iterator[tuple[int, int]]:
        """Yields the number and the key of each trial that was begun and has not ended."""
        running = self._optuna.trial.TrialState.RUNNING
        for trial in self._study.get_trials(deepcopy=False, states=(running,)):
            yield trial.number, trial._trial_id

    def tell(self, number: int, value: float | None, *, pruned: bool = False) -> None:
        """Ends a trial.

        Args:
            number: the trial's number.
            value: its value; `None` if it has none.
            pruned: whether it was stopped as a weak one.
        """
        states = self._optuna.trial.TrialState
        state = states.FAIL if value is None else states.PRUNED if pruned else states.COMPLETE
        with _quiet(self._optuna):
            self._study.tell(number, None if value is None or pruned else value, state=state, skip_if_finished=True)

    def importances(self) -> dict[str, float]:
        """Returns how much of the differences between trials each choice explains, the largest first.

        It is computed over choices that all trials have made, from their first evaluations, which weak trials have as
        well; empty if there are too few trials.
        """
        optuna = self._optuna
        trials = [
            optuna.trial.create_trial(
                params=trial.params,
                distributions=trial.distributions,
                value=trial.intermediate_values[min(trial.intermediate_values)],
            )
            for trial in self._study.get_trials(deepcopy=False)
            if trial.intermediate_values
        ]
        if len(trials) < _FEWEST_IMPORTANT:
            return {}
        with _quiet(optuna):
            study = optuna.create_study(direction=self._study.direction)
            study.add_trials(trials)
            try:
                evaluator = optuna.importance.PedAnovaImportanceEvaluator()
                found = optuna.importance.get_param_importances(study, evaluator=evaluator)
            except Exception:  # noqa: BLE001 - values that are all equal
                return {}
        return {name: float(share) for name, share in found.items()}


class Reporter:
    """Reports the values of one trial from the process that trains it.

    Args:
        folder: the search's folder.
        key: identifies the trial in the file.
    """

    def __init__(self, folder: Path, key: int) -> None:
        self._optuna = optuna = load_optuna()
        with _quiet(optuna):
            pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=_REDUCTION)
            storage = _storage(optuna, folder / STUDY, exists=True)
            study = optuna.load_study(study_name=_NAME, storage=storage, pruner=pruner)
            self._trial = optuna.trial.Trial(study, key)

    def is_weak(self, rung: int, value: float) -> bool:
        """Reports the value at a rung, and returns whether the trial is among the weaker ones there."""
        with _quiet(self._optuna):
            self._trial.report(value, rung)
            return bool(self._trial.should_prune())


def _storage(optuna: Any, path: Path, *, exists: bool = False) -> Any:
    """Opens the SQLite file; one that exists is not searched for what an older version of Optuna has left.

    Its changes are kept in a journal of their own: a killed process loses none, and each is written in a moment.
    """
    import sqlalchemy

    try:
        storage = optuna.storages.RDBStorage(
            f"sqlite:///{path}",
            engine_kwargs={"connect_args": {"timeout": _SECONDS}},
            skip_compatibility_check=exists,
            skip_table_creation=exists,
        )
        sqlalchemy.event.listen(storage.engine, "connect", _in_a_journal)
        storage.engine.dispose()
    except Exception as error:
        raise RunError(f"{path} cannot be read: {' '.join(str(error).split())[:200]}") from error
    return storage


def _in_a_journal(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """Keeps Optuna's messages and warnings to itself."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(before)
