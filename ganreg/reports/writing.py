"""Writing a report into the folder that it is about."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from ganreg.errors import GanregWarning, RunError
from ganreg.files.layout import RECIPE, REPORT
from ganreg.files.writing import write_whole
from ganreg.reports.runs import run_report


def write_run_report(folder: Path) -> Path:
    """Writes `report.html` about a run: one file that needs no other and no network.

    Args:
        folder: the run's, which may be going on.

    Returns:
        The file's path.

    Raises:
        RunError: the folder holds no run, or the file cannot be written.
    """
    if not (folder / RECIPE).is_file():
        raise RunError(f"{folder} holds no run: there is no {RECIPE} in it")
    return write_html(folder, run_report(folder))


def write_html(folder: Path, html: str) -> Path:
    """Writes a report's HTML into the folder that it is about, and returns the file's path.

    Raises:
        RunError: it cannot be written.
    """
    path = folder / REPORT
    # What a foreign file put into a text may be no character that UTF-8 can write.
    write_whole(path, lambda file: file.write_bytes(html.encode("utf-8", errors="replace")), durable=False)
    return path


def write_if_possible(write: Callable[[Path], object], folder: Path) -> None:
    """Writes a report at the end of work that is not to be lost by it; warns where it cannot."""
    try:
        write(folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, the work is done and kept
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        warnings.warn(f"there is no report of {folder}: {reason}", GanregWarning, stacklevel=2)
