"""A comparison's folder, read back: its trials, with what came of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import cattrs

from ganreg.comparison.plan import PLAN, Plan
from ganreg.errors import RunError
from ganreg.evaluation.scores import Score
from ganreg.files.writing import write_text

TRIALS = "trials"
TRIAL = "trial.json"
RESULTS = "results.csv"

WAITING, RUNNING = "waiting", "running"
FINISHED, STOPPED = "finished", "stopped"
REFUSED, DIVERGED, FAILED = "refused", "diverged", "failed"

ENDED = frozenset({FINISHED, REFUSED, DIVERGED, FAILED})
"""The states that a trial does not leave again; a stopped one may yet go on."""


@attrs.frozen(kw_only=True)
class Trial:
    """One training of a comparison, and what came of it.

    Attributes:
        number: its place in the plan, from 0.
        path: its folder, which is a run's unless it was refused or failed early.
        axes: the alternative on each axis that has several.
        seed: the recipe's.
        state: `"waiting"`, `"running"` (or interrupted), `"finished"`; `"stopped"` where the budget let it go no
            further; `"refused"` by assembly; `"diverged"` to NaN or infinity; `"failed"` for any other reason.
        scores: of its averaged generator, the first one the comparison's; empty unless it finished or was stopped.
        error: why it did not finish.
        seconds: how long it has trained and been judged, in processes that lived to tell.
        pace: seconds that an iteration took when it last trained, once everything was compiled; 0 where nothing tells.
        overhead: seconds that went by then beside the iterations: for starting, compiling and judging.
        iterations: how many it has done.
        steps: how many it was to do.
        warnings: what assembly or training warned of.
        session: the call of `compare` that last started it.
        attempts: how often that call did.
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
        """How far it has come, as a part of its steps."""
        return self.iterations / max(1, self.steps)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    def write(self) -> None:
        """Writes `trial.json`, whole or not at all.

        Raises:
            RunError: it cannot be written.
        """
        table = attrs.asdict(self, filter=lambda field, _: field.name not in ("number", "path"))
        write_text(self.path / TRIAL, json.dumps(table, indent=1) + "\n")

    def read_again(self) -> Trial:
        """The trial as its folder has it now; as it is here where the folder has nothing yet.

        Raises:
            RunError: `trial.json` is damaged.
        """
        path = self.path / TRIAL
        try:
            table = json.loads(path.read_bytes())
        except FileNotFoundError:
            return self
        except (OSError, ValueError) as error:
            raise RunError(f"{path} cannot be read: {error}; remove it to do that trial again") from error
        return _structured(table, self.number, self.path)


def _structured(table: Any, number: int, path: Path) -> Trial:
    if not isinstance(table, dict):
        raise RunError(f"{path / TRIAL} is damaged; remove it to do that trial again")
    try:
        trial = _converter.structure({**table, "number": number, "path": str(path)}, Trial)
    except cattrs.BaseValidationError as error:
        reason = "; ".join(cattrs.transform_error(error))
        raise RunError(f"{path / TRIAL} is damaged: {reason}; remove it to do that trial again") from error
    return trial


_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Path, lambda value, _: Path(value))


@attrs.frozen
class Comparison:
    """A comparison and its trials.

    Attributes:
        path: its folder.
        plan: what is compared.
        trials: in the plan's order, those that have not begun among them.
    """

    path: Path
    plan: Plan
    trials: list[Trial]

    @classmethod
    def read(cls, path: str | Path) -> Comparison:
        """Reads a comparison's folder, however far it has come.

        Raises:
            RunError: the folder holds no comparison, or a file of it is damaged.
        """
        folder = Path(path)
        if not (folder / PLAN).is_file():
            raise RunError(f"{folder} holds no comparison: there is no {PLAN} in it")
        plan = Plan.read(folder)
        return cls(folder, plan, trials_of(plan, folder))


def trials_of(plan: Plan, folder: Path) -> list[Trial]:
    """A plan's trials, as a folder has them.

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
