"""How long a search runs: a number of trials, or a time that includes everything."""

from __future__ import annotations

import time

import attrs

from ganreg.errors import SpecError

_EXPLORING = 0.6
"""The part of the time in which combinations are tried; the best of them train further in the rest."""
_TRIALS = 8
"""A whole training of one trial takes at most this part of the time."""
_REST, _LEAST_REST = 0.04, 4.0
"""The part of the time, and the least number of seconds, in which results and the report are written."""


@attrs.define
class Budget:
    """The limits of a search.

    Attributes:
        trials: the largest number of trials, without those that are refused; `None` for no limit.
        seconds: the seconds for everything; `None` for no limit.
        spent: the seconds that earlier calls have spent.
        began: when this call began, by `time.monotonic()`.

    Raises:
        SpecError: there is no limit at all, or one is not positive.
    """

    trials: int | None = None
    seconds: float | None = None
    spent: float = 0.0
    began: float = attrs.field(factory=time.monotonic)

    def __attrs_post_init__(self) -> None:
        if self.trials is None and self.seconds is None:
            raise SpecError("a search needs a budget: give --minutes M or --trials N (in Python, minutes= or trials=)")
        if self.trials is not None and self.trials < 1:
            raise SpecError(f"the number of trials must be at least 1, got {self.trials}")
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise SpecError(f"the minutes must be more than 0, got {self.seconds / 60:g}")

    @property
    def total_spent(self) -> float:
        """The seconds that this and earlier calls have spent."""
        return self.spent + time.monotonic() - self.began

    @property
    def _rest(self) -> float:
        return max(_LEAST_REST, _REST * (self.seconds or 0.0))

    @property
    def left(self) -> float:
        """The seconds until trials must have ended; infinite without a limit."""
        return float("inf") if self.seconds is None else self.seconds - self._rest - self.total_spent

    @property
    def deadline(self) -> float | None:
        """When trials must have ended, by `time.time()`; `None` without a limit."""
        return None if self.seconds is None else time.time() + self.left

    @property
    def explores(self) -> bool:
        """Whether there is time for further combinations, before the best ones train further."""
        return self.seconds is None or self.total_spent < _EXPLORING * self.seconds

    @property
    def trial_seconds(self) -> float | None:
        """The seconds that one training may take; `None` without a limit."""
        return None if self.seconds is None else self.seconds / _TRIALS
