"""Evaluates a trial while it trains, and stops it if it is weak or its time is over. Importing this loads Keras."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ganreg.contract.callbacks import Recorder, Table
from ganreg.searching.study import RUNGS
from ganreg.searching.trials import Point

if TYPE_CHECKING:
    from ganreg.gan import GAN

Report = Callable[[int, Point], bool]
"""Called with the number of a rung and the evaluation there; returns whether the training ends."""

_MARGIN = 2.0
"""The seconds before a deadline that ending a training takes, in addition to the last evaluation."""
_GUESS = 3.0
"""The seconds that an evaluation is taken for before there has been one."""
_CALL = 1.0
"""The seconds of a compiled call, about, if the time is limited."""
_CLOCK = 60
"""A number with many divisors."""


class Rungs(Recorder):
    """Evaluates at growing numbers of steps, or parts of the time if that is limited, and at the end.

    Checkpoints hold how many evaluations there have been, so that a trial that was interrupted repeats the later ones.

    Args:
        evaluate: evaluates the GAN as it is.
        report: receives each evaluation.
        steps: the number of iterations of a whole training.
        seconds: the seconds that a whole training may take; `None` for no limit.
        deadline: when the training must have ended, by `time.time()`; `None` for no limit.
        points: the evaluations that earlier processes have done.

    Attributes:
        points: all evaluations.
        pace: the seconds of one iteration, without compilation and evaluation; 0 if they are not known.
        ended: why the training has ended: `"finished"`, `"stopped"`, `"pruned"`, or empty.
    """

    name = "search"

    def __init__(
        self,
        evaluate: Callable[[GAN], tuple[float, str]],
        report: Report,
        *,
        steps: int,
        seconds: float | None = None,
        deadline: float | None = None,
        points: Sequence[Point] = (),
    ) -> None:
        super().__init__()
        self.points = list(points)
        unit = max(1, steps // RUNGS[-1])
        self._unit = unit - unit % _CLOCK if unit > _CLOCK else unit
        self._timed = seconds is not None or deadline is not None
        self.every = _divisor(self._unit, 2) if self._timed else self._unit
        self.pace, self.ended = 0.0, ""
        self._evaluate, self._report = evaluate, report
        self._steps, self._seconds, self._deadline = steps, seconds, deadline
        self._began = self._measured_from = time.monotonic()
        self._evaluating, self._longest = 0.0, _GUESS
        self._first: int | None = None
        self._earlier: list[Point] = []

    def state(self) -> Any:
        """Returns the number of evaluations."""
        return {"points": len(self.points)}

    def restore(self, state: Any) -> None:
        """Forgets the evaluations after the checkpoint."""
        self.points = self.points[: 0 if state is None else int(state["points"])]

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Starts the clock."""
        self._began, self._earlier = time.monotonic(), list(self.points)

    @property
    def elapsed(self) -> float:
        """The seconds that the trial has trained, without compilation."""
        before = self._earlier[-1].seconds if self._earlier else 0.0
        return before + time.monotonic() - self._began

    def on_updates(self, first: int, logs: Table) -> None:
        """Evaluates if a rung has been reached or the training ends."""
        done = first + len(next(iter(logs.values()), ()))
        self._measure(done)
        if self._timed and self.pace:  # ends calls often enough to look at the clock
            self.every = _divisor(self._unit, int(_CALL / self.pace))
        finished, over = done >= self._steps, self._is_over()
        if not (finished or over or self._is_due(done)) or self.ended:
            return
        began = time.monotonic()
        value, weights = self._evaluate(self.model)
        took = time.monotonic() - began
        self._longest = took if self._longest == _GUESS else max(self._longest, took)
        self._evaluating += took
        point = Point(steps=done, value=value, seconds=round(self.elapsed, 3), weights=weights)
        rung = len(RUNGS) - 1 if finished or over else len(self.points)
        self.points.append(point)
        weak = self._report(rung, point)
        self.ended = "finished" if finished else "stopped" if over else "pruned" if weak else ""
        if self.ended:
            self.model.stop_training = True

    def _measure(self, done: int) -> None:
        """Measures the pace, and the time of training, from the end of the first call, which also compiles."""
        if self._first is None:
            self._first, self._evaluating = done, 0.0
            self._began = self._measured_from = time.monotonic()
        elif done > self._first:
            self.pace = (time.monotonic() - self._measured_from - self._evaluating) / (done - self._first)

    def _is_due(self, done: int) -> bool:
        if len(self.points) >= len(RUNGS) - 1:
            return False
        part = RUNGS[len(self.points)]
        timed = self._seconds is not None and self.elapsed >= self._seconds * part / RUNGS[-1]
        return timed or done >= self._unit * part

    def _is_over(self) -> bool:
        if self._seconds is not None and self.elapsed >= self._seconds:
            return True
        return self._deadline is not None and time.time() + self._longest + _MARGIN >= self._deadline


def _divisor(number: int, most: int) -> int:
    """The largest divisor of a number that is at most `most`, or 1."""
    return next(each for each in range(max(1, min(number, most)), 0, -1) if number % each == 0)
