"""The live progress bar of a training, on stderr; hidden if stderr is not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.engine.running.callbacks import means

_REFRESH_SECONDS = 0.2


class ProgressBar(UpdateCallback):
    """Show the rate, the remaining time, the losses, and D's accuracy on real and on generated samples.

    Args:
        total: the number of iterations at the end of the training.
        progress: the display that the bar is part of.
    """

    def __init__(self, total: int, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self._task = progress.add_task("compiling", total=total, rate="", logs="")
        self._shown = self._began = 0.0
        self._done = self._done_at_first = 0

    def on_updates(self, first: int, logs: Table) -> None:
        """Update the bar, at most a few times per second."""
        now = time.perf_counter()
        self._done = first + len(next(iter(logs.values())))
        if not self._began:  # the first call includes compilation and would distort the rate
            self._began, self._done_at_first = now, self._done
        if now - self._shown < _REFRESH_SECONDS:
            return
        self._shown = now
        elapsed = now - self._began
        rate = f"{(self._done - self._done_at_first) / elapsed:,.0f}/s" if elapsed > 0 else ""
        self._progress.update(
            self._task, completed=self._done, description="training", rate=rate, logs=_summary(means(logs))
        )

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Fill the bar."""
        self._progress.update(self._task, completed=self._done, logs=_summary(logs or {}))


def _summary(logs: dict[str, float]) -> str:
    names = {"discriminator_loss": "D loss", "generator_loss": "G loss"}
    parts = [f"{label} {logs[name]:.3f}" for name, label in names.items() if name in logs]
    if "real_accuracy" in logs:
        parts.append(f"D accuracy {logs['real_accuracy']:.0%} real, {logs['fake_accuracy']:.0%} generated")
    return "  ".join(parts)


@contextmanager
def progress_bar(total: int, console: Console | None = None) -> Iterator[list[UpdateCallback]]:
    """Show a progress bar while the body runs.

    Args:
        total: the number of iterations at the end of the training.
        console: where to show it. Defaults to stderr.

    Yields:
        The callbacks that update it; none if stderr is not a terminal.
    """
    if console is None and not sys.stderr.isatty():
        yield []
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[logs]}"),
    )
    with Progress(*columns, console=console or Console(stderr=True), refresh_per_second=5) as progress:
        yield [ProgressBar(total, progress)]
