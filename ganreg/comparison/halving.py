"""Successive halving: all combinations train to a part of their steps, the weaker half stops, and so on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import cattrs

from ganreg.errors import RunError
from ganreg.files.writing import write_text

RUNGS = "rungs.json"

_MOST_OF_FIRST = 0.5
"""The part of the budget that bringing all trials to the first rung may take."""


@attrs.frozen
class Rung:
    """Some trials, and how far they train.

    Attributes:
        part: of each one's own steps, up to 1.
        trials: their numbers.
    """

    part: float
    trials: list[int]


@attrs.frozen
class Rungs:
    """What was decided so far; kept, because it depends on the time that things took.

    Attributes:
        rungs: in order.
        spent: seconds of the budget.
    """

    rungs: list[Rung] = attrs.field(factory=list)
    spent: float = 0.0

    def write(self, folder: Path) -> None:
        """Writes it into a comparison's folder, whole or not at all.

        Raises:
            RunError: it cannot be written.
        """
        write_text(folder / RUNGS, json.dumps(attrs.asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Rungs:
        """Reads it; nothing decided yet where there is no file.

        Raises:
            RunError: the file is damaged.
        """
        path = folder / RUNGS
        try:
            return cattrs.structure(json.loads(path.read_bytes()), cls)
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, cattrs.BaseValidationError) as error:
            raise RunError(f"{path} is damaged; remove it to decide anew: {error}") from error


@attrs.frozen
class Contender:
    """A combination that is still in.

    Attributes:
        trials: the numbers of its trials, a seed each.
        seconds: that all iterations of all of them take, as far as one can tell.
        overhead: seconds that each rung takes beside the iterations, all its trials together: for starting, compiling
            and judging.
    """

    trials: list[int]
    seconds: float
    overhead: float = 0.0


def first_part(combinations: int) -> float:
    """The part of its steps that each combination gets at least, so that halving ends with one that does them all."""
    return 0.5 ** math.ceil(math.log2(combinations)) if combinations > 1 else 1.0


def affordable_part(part: float, *, seconds: float, overhead: float, budget: float, least: float) -> float:
    """The first part, or a smaller one where that would take too much of the budget, or all where that can be afforded.

    Args:
        part: as planned.
        seconds: of wall-clock time that all iterations of all trials take.
        overhead: seconds that all trials take beside their iterations.
        budget: seconds.
        least: the part that some trial has done already, which all must do to be compared with it.
    """
    if seconds + overhead <= budget:
        return 1.0
    most = _MOST_OF_FIRST * budget - overhead
    return part if seconds * part <= most else max(least, most / seconds)


def next_rung(last: Rung, contenders: Sequence[Contender], *, remaining: float, jobs: int) -> Rung | None:
    """Decides who goes on, and how far.

    Everyone goes on to the end where the budget allows it. Otherwise the better half goes on to twice as far, or to
    the end where it can; fewer where the budget does not allow that either.

    Args:
        last: the rung that all contenders have reached.
        contenders: the best first; those that ended meanwhile are not among them.
        remaining: seconds of the budget.
        jobs: trials that run at a time.

    Returns:
        The next rung, or `None` where all is done or nothing can be afforded.
    """
    if last.part >= 1 or not contenders:
        return None
    if _cost(contenders, last.part, 1.0, jobs) <= remaining:
        return _rung(1.0, contenders)
    going_on = list(contenders[: math.ceil(len(contenders) / 2)])
    while going_on:
        for part in (1.0, min(1.0, 2 * last.part)):
            if _cost(going_on, last.part, part, jobs) <= remaining:
                return _rung(part, going_on)
        going_on.pop()
    return None


def _rung(part: float, contenders: Sequence[Contender]) -> Rung:
    return Rung(part, [number for contender in contenders for number in contender.trials])


def _cost(contenders: Sequence[Contender], reached: float, part: float, jobs: int) -> float:
    """Seconds of wall-clock time."""
    trials = sum(len(contender.trials) for contender in contenders)
    seconds = sum((part - reached) * contender.seconds + contender.overhead for contender in contenders)
    return seconds / min(jobs, max(1, trials))
