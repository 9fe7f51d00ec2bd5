"""Writes a report into the folder that it describes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from ganreg.errors import GanregWarning, RunError
from ganreg.files.folders import refuse_links
from ganreg.files.layout import RECIPE, REPORT
from ganreg.files.opening import UnreadableError, read_start
from ganreg.files.writing import write_whole
from ganreg.reports.runs import run_report


def write_run_report(folder: Path) -> Path:
    """Writes a run's `report.html`, a single file that needs no other files and no network.

    Args:
        folder: the folder of a run, which may be unfinished.

    Returns:
        The path of the file.

    Raises:
        RunError: the folder holds no run, a link leads out of it, or the file cannot be written.
    """
    if not (folder / RECIPE).is_file():
        raise RunError(f"{folder} holds no run: there is no {RECIPE} in it")
    refuse_links(folder, "the run's folder", special=False)
    return write_html(folder, run_report(folder))


def write_html(folder: Path, html: str) -> Path:
    """Writes the HTML of a report into the folder that it describes, and returns the path of the file.

    Raises:
        RunError: the file cannot be written, or is there and was not written by ganreg.
    """
    path = folder / REPORT
    if not _is_own(path):
        raise RunError(f"{path} was not written by ganreg; move it elsewhere to write a report there")
    # Text from a file that ganreg did not write may contain lone surrogates, which UTF-8 cannot encode.
    write_whole(path, lambda file: file.write_bytes(html.encode("utf-8", errors="replace")), durable=False)
    return path


def _is_own(path: Path) -> bool:
    """Whether a report may be replaced: it is not there, or its title is that of ganreg's reports."""
    try:
        return _TITLE in read_start(path, within=path.parent, most=_FIRST_BYTES)
    except UnreadableError as error:
        return error.missing


_TITLE, _FIRST_BYTES = b"ganreg report</title>", 10_000


def write_if_possible(write: Callable[[Path], object], folder: Path) -> None:
    """Writes a report when work has ended; a failure is only a warning, so that the results are not lost."""
    try:
        write(folder)
    except Exception as error:  # noqa: BLE001 - the work is done and saved, whatever the error is
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        warnings.warn(f"cannot write a report of {folder}: {reason}", GanregWarning, stacklevel=2)
