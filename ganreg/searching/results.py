"""The result of a search: its trials, the best recipe, and the files that hold them."""

from __future__ import annotations

import csv
import io
import shlex
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.errors import RunError, SpecError
from ganreg.files.writing import write_text
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import registry
from ganreg.searching.plan import SearchPlan
from ganreg.searching.trials import Point, SearchTrial, best_of, read_trials

if TYPE_CHECKING:
    import pandas

_SUMMARY = 120
"""The number of characters of the best recipe's summary."""
BEST, RESULTS = "best.toml", "results.csv"


@attrs.frozen
class SearchResult:
    """A search and its trials.

    Attributes:
        path: the search's folder.
        plan: what was searched.
        trials: all trials, in the order in which they began.
    """

    path: Path
    plan: SearchPlan
    trials: list[SearchTrial]

    @classmethod
    def read(cls, path: str | Path) -> SearchResult:
        """Reads a search's folder, which may still be in progress.

        Raises:
            RunError: the folder contains no search, or a file of it is damaged.
        """
        folder = Path(path)
        return cls(folder, SearchPlan.read(folder), read_trials(folder))

    @property
    def metric(self) -> str:
        """The name of the score by which trials are compared."""
        return self.plan.objective[1]

    @property
    def _best(self) -> tuple[SearchTrial, Point]:
        found = best_of(self.trials, lower_is_better=self.plan.lower_is_better)
        if found is None:
            raise RunError(f"no trial of {self.path} has been evaluated; see results.csv for the reasons")
        return found

    @property
    def best(self) -> SearchTrial:
        """The trial with the best evaluation.

        Raises:
            RunError: no trial has been evaluated.
        """
        return self._best[0]

    @property
    def best_value(self) -> float:
        """The best value of the objective."""
        return self._best[1].value

    @property
    def best_weights(self) -> str:
        """The hash of the weights that have the best value; training `best_recipe` on the CPU leads to the same."""
        return self._best[1].weights

    @property
    def best_recipe(self) -> Recipe:
        """The recipe with the best value: it trains for as many steps as the trial had at that evaluation."""
        trial, point = self._best
        summary = textwrap.shorten(f"the best of a search: {trial.described}", _SUMMARY, placeholder=" ...")
        return attrs.evolve(trial.recipe, name="best", summary=summary, steps=point.steps)

    @property
    def ranking(self) -> list[SearchTrial]:
        """The trials, the best first; those come later that no recipe repeats, or that have no value."""
        sign = 1 if self.plan.lower_is_better else -1

        def place(trial: SearchTrial) -> tuple[bool, bool, float, int]:
            value = self.value_of(trial)
            return (value is None, not trial.repeatable(), 0.0 if value is None else sign * value, trial.number)

        return sorted(self.trials, key=place)

    def value_of(self, trial: SearchTrial) -> float | None:
        """Returns the best value of a trial, or `None` if it has none."""
        point = self._best_point(trial)
        return None if point is None else point.value

    def steps_of(self, trial: SearchTrial) -> int:
        """Returns the steps after which a trial had its best value; without one, all that it has done."""
        point = self._best_point(trial)
        return trial.steps if point is None else point.steps

    def _best_point(self, trial: SearchTrial) -> Point | None:
        sign = 1 if self.plan.lower_is_better else -1
        return min(trial.repeatable() or trial.points, key=lambda point: sign * point.value, default=None)

    def to_dataframe(self) -> pandas.DataFrame:
        """Returns a row for each trial as a table of pandas, with the columns of `results.csv`.

        Raises:
            RunError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise RunError('a DataFrame needs pandas; install it with: pip install "ganreg[notebook]"') from None
        header, *rows = _table(self)
        return pandas.DataFrame(rows, columns=header)

    def write(self) -> None:
        """Writes `results.csv`, and `best.toml` if a trial has been evaluated.

        Raises:
            RunError: a file cannot be written.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(
            ["" if cell is None else cell for cell in row] for row in _table(self)
        )
        write_text(self.path / RESULTS, text.getvalue())
        if best_of(self.trials, lower_is_better=self.plan.lower_is_better) is not None:
            self._write_recipe()

    def _write_recipe(self) -> None:
        """Writes the recipe; without its dataset if that names files outside of the folder, which recipes may not."""
        path = self.path / BEST
        write_text(path, self.best_recipe.to_toml())
        try:
            find_recipe(str(path), registry())
        except SpecError:
            write_text(path, attrs.evolve(self.best_recipe, dataset=None).to_toml())

    def command(self) -> str:
        """Returns the command that trains the best recipe as the search did."""
        path = self.path / BEST
        data = "" if Recipe.read(path).dataset else f" --dataset {shlex.quote(self.plan.dataset)}"
        return f"ganreg train {shlex.quote(str(path))}{data} --execution {self.plan.execution}"


def _table(result: SearchResult) -> list[Sequence[object]]:
    """The header and the rows of `results.csv`."""
    names = sorted({name for trial in result.trials for name in trial.changes})
    header = ["trial", "recipe", "state", result.metric or "value", "steps", "seconds", *names, "error"]
    rows: list[Sequence[object]] = [header]
    for trial in result.trials:
        row = [trial.number, trial.base, trial.state, result.value_of(trial), result.steps_of(trial), trial.seconds]
        rows.append([*row, *(trial.changes.get(name) for name in names), trial.error])
    return rows
