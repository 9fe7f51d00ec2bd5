"""Runs whose checkpoints are lost: they are refused, or trained again from iteration 0 if the user asks for it."""

from __future__ import annotations

from pathlib import Path

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.errors import RunError
from ganreg.files.layout import EVALUATIONS, METRICS
from ganreg.files.opening import UnreadableError
from ganreg.files.tables import read_rows
from ganreg.files.writing import cannot_write
from ganreg.runs.record import Record

_FIRST_BYTES = 2**16
"""Enough for the header and a row of `metrics.csv`."""


def refuse_lost_checkpoints(path: Path, record: Record) -> None:
    """Raises `RunError` if a run without checkpoints has been trained, so that it had some.

    A run that was killed before its first checkpoint has nothing to lose and begins at iteration 0.

    Args:
        path: the run's folder.
        record: its record.
    """
    if record.execution is None and record.result is None and not record.changes and not _has_rows(path / METRICS):
        return
    raise RunError(
        f"the checkpoints of {path} are lost, so it cannot continue; to train it again from iteration 0: "
        f"ganreg resume {path} --restart"
    )


def _has_rows(path: Path) -> bool:
    try:
        return len(read_rows(path, within=path.parent, most=_FIRST_BYTES)) > 1
    except UnreadableError:
        return False


def refuse_needless_restart(path: Path, checkpoints: CheckpointFolder) -> None:
    """Raises `RunError` if a run has a checkpoint from which it can continue."""
    number = checkpoints.newest_intact()
    if number is not None:
        raise RunError(
            f"{path} has an intact checkpoint at iteration {number}, so it can continue without --restart; to train "
            "its recipe again, choose another folder"
        )


def set_records_aside(path: Path) -> None:
    """Gives the tables of a run names under which the new training does not replace them.

    Raises:
        RunError: a file cannot be renamed.
    """
    for name in (METRICS, EVALUATIONS):
        place = path / name
        if not place.exists():
            continue
        number = 1
        while (aside := place.with_name(f"{place.stem}-lost-{number}{place.suffix}")).exists():
            number += 1
        try:
            place.rename(aside)
        except OSError as error:
            raise cannot_write(aside, error) from error
