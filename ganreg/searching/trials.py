"""The trials of a search, and the files that hold their outcomes. Importable without TensorFlow and Optuna."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import cattrs

from ganreg.checkpoints.run_folder import TRIAL
from ganreg.comparison.trials import DIVERGED, FAILED, FINISHED, REFUSED, RUNNING, STOPPED, WAITING
from ganreg.contract.recipes import Recipe
from ganreg.errors import RunError
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text

TRIALS = "trials"
PRUNED = "pruned"
SCORED = frozenset({FINISHED, STOPPED, PRUNED})
"""The states of trials that ended with a value."""
ENDED = SCORED | {REFUSED, DIVERGED, FAILED}

__all__ = [
    "DIVERGED",
    "ENDED",
    "FAILED",
    "FINISHED",
    "PRUNED",
    "REFUSED",
    "RUNNING",
    "SCORED",
    "STOPPED",
    "TRIALS",
    "WAITING",
    "Point",
    "SearchTrial",
    "best_of",
    "read_trials",
]


@attrs.frozen(kw_only=True)
class Point:
    """One evaluation of a trial.

    Attributes:
        steps: the number of iterations that were done.
        value: the value of the objective.
        seconds: the seconds that the trial had trained and evaluated.
        weights: the hash of the weights, which a training of the same recipe for as many steps repeats.
    """

    steps: int
    value: float
    seconds: float
    weights: str


@attrs.frozen(kw_only=True)
class SearchTrial:
    """One combination, and what became of it.

    Attributes:
        number: its place in the order in which trials began, from 0.
        path: its folder, which is a run folder if it was trained.
        base: the name of the recipe that it starts from.
        recipe: the combination.
        changes: what differs from that recipe, by name; empty for the recipe as it is.
        state: `"waiting"`, `"running"` (or interrupted), `"finished"` (all steps), `"stopped"` (its time was over),
            `"pruned"` (weaker than others), `"refused"`, `"diverged"` (to NaN or infinity), or `"failed"`.
        points: its evaluations, in order.
        pace: the seconds of one iteration; 0 if they are not known.
        seconds: the seconds that it took in total.
        error: why it has no value.
        session: identifies the call that last started it.
        attempts: how often that call started it.
    """

    number: int
    path: Path
    base: str
    recipe: Recipe
    changes: Mapping[str, Any] = attrs.field(factory=dict)
    state: str = WAITING
    points: list[Point] = attrs.field(factory=list)
    pace: float = 0.0
    seconds: float = 0.0
    error: str | None = None
    session: str = ""
    attempts: int = 0

    @property
    def value(self) -> float | None:
        """The value of its last evaluation; `None` if there is none."""
        return self.points[-1].value if self.points else None

    @property
    def steps(self) -> int:
        """The number of iterations at its last evaluation."""
        return self.points[-1].steps if self.points else 0

    @property
    def ended(self) -> bool:
        """Whether its state is final."""
        return self.state in ENDED

    @property
    def described(self) -> str:
        """Its recipe and its changes in one line."""
        changes = ", ".join(f"{name} {_shown(value)}" for name, value in self.changes.items())
        return f"{self.base}: {changes}" if changes else f"{self.base} as it is"

    def repeatable(self) -> list[Point]:
        """Returns the evaluations that a recipe leads to: where learning rates decay, only that at the end."""
        decays = self.recipe.learning_rate_decay != "none"
        return [point for point in self.points if not decays or point.steps == self.recipe.steps]

    def write(self) -> None:
        """Writes `trial.json` atomically.

        Raises:
            RunError: the file cannot be written.
        """
        table = attrs.asdict(self, filter=lambda field, _: field.name not in ("number", "path", "recipe"))
        table["recipe"] = self.recipe.as_table()
        write_text(self.path / TRIAL, json.dumps(table, indent=1, default=str) + "\n")

    @classmethod
    def read(cls, path: Path) -> SearchTrial:
        """Reads `trial.json` from a trial's folder.

        Raises:
            RunError: it is missing or damaged.
        """
        file = path / TRIAL
        try:
            table = read_json_value(file, within=path)
            recipe = Recipe.from_table(table.pop("recipe"), where=str(file))
            made = {**table, "number": int(path.name), "path": str(path), "recipe": recipe}
            return _converter.structure(made, cls)
        except UnreadableError as error:
            raise RunError(str(error)) from error
        except (AttributeError, KeyError, TypeError, ValueError, cattrs.BaseValidationError) as error:
            raise RunError(f"{file} is damaged; remove the folder to leave that trial out") from error


_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Path, lambda value, _: Path(value))
_converter.register_structure_hook(Recipe, lambda value, _: value)


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def read_trials(folder: Path) -> list[SearchTrial]:
    """Reads the trials of a search, in the order of their numbers.

    Raises:
        RunError: a file is damaged.
    """
    places = sorted(path for path in (folder / TRIALS).glob("[0-9]*") if (path / TRIAL).is_file())
    return [SearchTrial.read(path) for path in places]


def best_of(trials: Iterable[SearchTrial], *, lower_is_better: bool) -> tuple[SearchTrial, Point] | None:
    """Returns the best evaluation that a recipe leads to, or else the best of all, with its trial, if there is one."""
    trials = list(trials)
    repeatable = any(trial.repeatable() for trial in trials)
    sign = 1 if lower_is_better else -1
    found = [
        (sign * point.value, trial.number, point.steps, trial, point)
        for trial in trials
        for point in (trial.repeatable() if repeatable else trial.points)
    ]
    if not found:
        return None
    *_, trial, point = min(found, key=lambda each: each[:3])
    return trial, point
