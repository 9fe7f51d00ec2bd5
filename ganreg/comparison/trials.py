"""Reads a comparison's folder: its plan, and its trials with their outcomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import cattrs

from ganreg.checkpoints.run_folder import TRIAL
from ganreg.comparison.plan import PLAN, Plan
from ganreg.errors import RunError
from ganreg.evaluation.scores import Score, with_current_names
from ganreg.files.folders import refuse_links
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text
from ganreg.shown import Shown, displayed

if TYPE_CHECKING:
    import pandas

TRIALS = "trials"
RESULTS = "results.csv"

WAITING, RUNNING = "waiting", "running"
FINISHED, STOPPED = "finished", "stopped"
REFUSED, DIVERGED, FAILED = "refused", "diverged", "failed"

ENDED = frozenset({FINISHED, REFUSED, DIVERGED, FAILED})
"""The states in which a trial remains; a stopped one may continue."""


@attrs.frozen(kw_only=True)
class Trial:
    """One training of a comparison, and its outcome.

    Attributes:
        number: its place in the plan, from 0.
        path: its folder, which is a run folder if the trial was neither refused nor failed early.
        axes: the alternative on each axis that has several.
        seed: the seed of the recipe.
        state: `"waiting"`, `"running"` (or interrupted), `"finished"`, `"stopped"` (because of the budget),
            `"refused"` (by assembly), `"diverged"` (to NaN or infinity), or `"failed"` (for any other reason).
        scores: the scores of its averaged generator; empty if it neither finished nor was stopped.
        error: why it did not finish.
        seconds: the duration of its training and evaluation, without that in processes that died.
        pace: the seconds per iteration when it last trained, without compilation; 0 if they are unknown.
        overhead: the seconds that it spent then on everything else: starting, compiling and evaluating.
        iterations: the number of iterations that are done.
        steps: the number of iterations of its recipe.
        warnings: the warnings of assembly and training.
        session: identifies the call of `compare` that last started it.
        attempts: how often that call started it.
    """

    number: int
    path: Path
    axes: Mapping[str, str]
    seed: int
    state: str = WAITING
    scores: list[Score] = attrs.field(factory=list)
    error: str | None = None
    seconds: float = 0.0
    pace: float = 0.0
    overhead: float = 0.0
    iterations: int = 0
    steps: int = 0
    warnings: list[str] = attrs.field(factory=list)
    session: str = ""
    attempts: int = 0

    @property
    def part(self) -> float:
        """The part of its steps that is done."""
        return self.iterations / max(1, self.steps)

    @property
    def ended(self) -> bool:
        """Whether its state is final."""
        return self.state in ENDED

    def write(self) -> None:
        """Writes `trial.json` atomically.

        Raises:
            RunError: the file cannot be written.
        """
        table = attrs.asdict(self, filter=lambda field, _: field.name not in ("number", "path"))
        write_text(self.path / TRIAL, json.dumps(table, indent=1) + "\n")

    def read_again(self) -> Trial:
        """Returns the trial in the state that its folder records, or this one if the folder records none.

        Raises:
            RunError: `trial.json` is damaged.
        """
        path = self.path / TRIAL
        try:
            table = read_json_value(path, within=path.parent)
        except UnreadableError as error:
            if error.missing:
                return self
            raise RunError(f"{error}; remove it to repeat that trial") from error
        return _structured(table, self.number, self.path)


def _structured(table: Any, number: int, path: Path) -> Trial:
    try:
        scores = [with_current_names(score) for score in table.get("scores", ())]
    except (AttributeError, TypeError) as error:  # not a table, or one whose scores are not a list of tables
        raise RunError(f"{path / TRIAL} is damaged; remove it to repeat that trial") from error
    try:
        return _converter.structure({**table, "scores": scores, "number": number, "path": str(path)}, Trial)
    except cattrs.BaseValidationError as error:
        reason = "; ".join(cattrs.transform_error(error))
        raise RunError(f"{path / TRIAL} is damaged: {reason}; remove it to repeat that trial") from error


_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Path, lambda value, _: Path(value))


@attrs.frozen(repr=False)
class Comparison(Shown):
    """A comparison and its trials.

    Attributes:
        path: its folder.
        plan: what is compared.
        trials: all trials in the order of the plan, including those that have not started.
    """

    shown_by: ClassVar[str] = "comparisons"

    path: Path
    plan: Plan
    trials: list[Trial]

    @classmethod
    def read(cls, path: str | Path) -> Comparison:
        """Reads a comparison's folder, which may still be in progress.

        Raises:
            RunError: the folder contains no comparison, a file of it is damaged, or a link leads out of it.
        """
        folder = Path(path)
        if not (folder / PLAN).is_file():
            raise RunError(f"{folder} contains no comparison: it has no {PLAN}")
        refuse_links(folder, "the comparison's folder", special=False)
        plan = Plan.read(folder)
        return cls(folder, plan, trials_of(plan, folder))

    def to_dataframe(self, table: str = "trials") -> pandas.DataFrame:
        """Returns the results as a table of pandas; see `ganreg.to_dataframe`.

        Args:
            table: `"trials"` (the default), or `"ranking"` for a row for each combination, the best first.
        """
        frame: pandas.DataFrame = displayed("frames:to_dataframe", self, table)
        return frame


def trials_of(plan: Plan, folder: Path) -> list[Trial]:
    """Returns the trials of a plan in the states that the comparison's folder records.

    Raises:
        RunError: a trial's file is damaged.
    """
    return [
        Trial(
            number=definition.number,
            path=folder / TRIALS / definition.slug,
            axes=definition.axes,
            seed=definition.seed,
            steps=definition.recipe.steps,
        ).read_again()
        for definition in plan.definitions()
    ]
