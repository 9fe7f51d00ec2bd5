"""What `ganreg train` and `ganreg resume` share: stopping on signals, and the lines at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ganreg.cli.streams import echo
from ganreg.errors import StoppedError

if TYPE_CHECKING:
    from ganreg.contract.run import Run
    from ganreg.runs.record import Record
    from ganreg.runs.stopping import StopOnSignal


def until_stopped(train: Callable[[StopOnSignal], Run]) -> int:
    """Train until the end or until a signal, write the outcome, and return the exit code."""
    from ganreg.runs.record import Record
    from ganreg.runs.stopping import StopOnSignal

    try:
        run = train(StopOnSignal())
    except StoppedError as stopped:
        echo(str(stopped), err=True)
        return stopped.exit_code
    tell(run, Record.read(run.path))
    return 0


def tell(run: Run, record: Record) -> None:
    """Write where everything is, and what the weights are and depend on."""
    result, versions = record.result, record.conditions.versions
    if result is None:
        return
    libraries = ", ".join(f"{name} {versions.get(name, '?')}" for name in ("ganreg", "tensorflow", "keras"))
    echo(f"Weights sha256:{result.weights} ({record.execution}; {record.conditions.threads} threads; {libraries})")
    if result.checkpoints:
        mean = 1000 * result.checkpoint_seconds / result.checkpoints
        echo(
            f"Writing {result.checkpoints} checkpoint{'s' * (result.checkpoints != 1)} paused the training for "
            f"{result.checkpoint_seconds:.2f} s: {mean:.0f} ms on average, {1000 * result.longest_pause:.0f} ms at most"
        )
    if record.plan.health != "off":
        echo(_health(run))
    last = max(run.samples.glob("*.png"), default=run.samples)
    echo(
        f"Trained {run.recipe.name} for {result.iterations} iterations; the run is in {run.path}, its samples in {last}"
    )


def _health(run: Run) -> str:
    """Return what the monitor found, as one line."""
    from ganreg.runs.health import findings_of

    found = ", ".join(f"{finding.name} after {finding.iteration} iterations" for finding in findings_of(run.path))
    return f"Health: {found}; {run.health} says what to try" if found else "Health: no problems found"
