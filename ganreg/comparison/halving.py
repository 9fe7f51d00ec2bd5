"""Successive halving: all combinations train for a part of their steps, the weaker half stops, and so on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import cattrs
from attrs import validators

from ganreg.errors import RunError
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text

RUNGS = "rungs.json"

_MOST_OF_FIRST = 0.5
"""The largest part of the budget that the first rung, which contains all trials, may take."""


@attrs.frozen
class Rung:
    """Trials, and how far they train.

    Attributes:
        part: the part of their own steps, at most 1.
        trials: the numbers of the trials.
    """

    part: float = attrs.field(validator=[validators.gt(0), validators.le(1)])
    trials: list[int]


@attrs.frozen
class Rungs:
    """The decisions so far. They are kept in a file, because they depend on measured times.

    Attributes:
        rungs: the rungs in order.
        spent: the seconds of the budget that are spent.
    """

    rungs: list[Rung] = attrs.field(factory=list)
    spent: float = attrs.field(default=0.0, validator=[validators.ge(0), validators.lt(math.inf)])

    def write(self, folder: Path) -> None:
        """Writes `rungs.json` into a comparison's folder, atomically.

        Raises:
            RunError: the file cannot be written.
        """
        write_text(folder / RUNGS, json.dumps(attrs.asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Rungs:
        """Reads `rungs.json`; without that file, nothing has been decided.

        Raises:
            RunError: the file is damaged.
        """
        path = folder / RUNGS
        try:
            table = read_json_value(path, within=folder)
            if not isinstance(table, dict):
                raise TypeError
            return cattrs.structure(table, cls)
        except UnreadableError as error:
            if error.missing:
                return cls()
            raise RunError(f"{error}; remove it to decide again") from error
        except (cattrs.BaseValidationError, TypeError, ValueError) as error:
            raise RunError(f"{path} is damaged; remove it to decide again") from error

    def check(self, trials: int, folder: Path) -> None:
        """Raises `RunError` if a rung names a trial that the plan does not have.

        Args:
            trials: the number of the plan's trials.
            folder: the comparison's folder.
        """
        for rung in self.rungs:
            for number in rung.trials:
                if not 0 <= number < trials:
                    raise RunError(
                        f"{folder / RUNGS} is damaged: there is no trial {number}; remove it to decide again"
                    )


@attrs.frozen
class Contender:
    """A combination that has not been stopped.

    Attributes:
        trials: the numbers of its trials, one per seed.
        seconds: the estimated seconds for all iterations of all its trials.
        overhead: the seconds per rung that its trials need in addition to their iterations, in total: for starting,
            compiling and evaluating.
    """

    trials: list[int]
    seconds: float
    overhead: float = 0.0


def first_part(combinations: int) -> float:
    """Returns the part that every combination trains, so that the last one left reaches the end by doubling it."""
    return 0.5 ** math.ceil(math.log2(combinations)) if combinations > 1 else 1.0


def affordable_part(part: float, *, seconds: float, overhead: float, budget: float, least: float) -> float:
    """Returns the part of the first rung: 1 if the budget allows it, otherwise `part`, or less if that takes too long.

    Args:
        part: the planned part.
        seconds: the seconds of wall-clock time for all iterations of all trials.
        overhead: the seconds that all trials need in addition to their iterations.
        budget: in seconds.
        least: the part that one trial has already trained, which all others need to be comparable with it.
    """
    if seconds + overhead <= budget:
        return 1.0
    most = _MOST_OF_FIRST * budget - overhead
    return part if seconds * part <= most else max(least, most / seconds)


def next_rung(last: Rung, contenders: Sequence[Contender], *, remaining: float, jobs: int) -> Rung | None:
    """Decides which combinations continue, and how far.

    All continue to the end if the budget allows it. Otherwise the better half continues: to the end if the budget
    allows that, else twice as far as before. Fewer continue if the budget does not suffice for the half.

    Args:
        last: the rung that all contenders have reached.
        contenders: the combinations that have not ended, the best first.
        remaining: the remaining seconds of the budget.
        jobs: the number of trials that run at a time.

    Returns:
        The next rung, or `None` if everything is done or the budget is used up.
    """
    if last.part >= 1 or not contenders:
        return None
    if _cost(contenders, last.part, 1.0, jobs) <= remaining:
        return _rung(1.0, contenders)
    better = list(contenders[: math.ceil(len(contenders) / 2)])
    while better:
        for part in (1.0, min(1.0, 2 * last.part)):
            if _cost(better, last.part, part, jobs) <= remaining:
                return _rung(part, better)
        better.pop()
    return None


def _rung(part: float, contenders: Sequence[Contender]) -> Rung:
    return Rung(part, [number for contender in contenders for number in contender.trials])


def _cost(contenders: Sequence[Contender], reached: float, part: float, jobs: int) -> float:
    """Returns the seconds of wall-clock time that contenders take to a part of their steps."""
    trials = sum(len(contender.trials) for contender in contenders)
    seconds = sum((part - reached) * contender.seconds + contender.overhead for contender in contenders)
    return seconds / min(jobs, max(1, trials))
