"""Measures how long an iteration takes once everything is compiled. Importing this module loads Keras."""

from __future__ import annotations

import time

from ganreg.contract.callbacks import Table, UpdateCallback


class Pace(UpdateCallback):
    """Measures the time per iteration after the first compiled call, which also compiles what the others only run.

    Attributes:
        seconds: the seconds per iteration; 0 if all iterations ran in a single call, so that nothing was measured.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._first: tuple[int, float] | None = None

    def on_updates(self, first: int, logs: Table) -> None:
        """Reads the clock."""
        done, now = first + len(next(iter(logs.values()), ())), time.perf_counter()
        if self._first is None:
            self._first = done, now
        elif done > self._first[0]:
            self.seconds = (now - self._first[1]) / (done - self._first[0])
