"""Writing a report into the folder that it is about."""

from __future__ import annotations

import warnings
from pathlib import Path

from ganreg.errors import GanregWarning, RunError
from ganreg.runs.files import write_whole
from ganreg.runs.run import RECIPE, REPORT
from ganreg.trials.plan import PLAN


def write_report(folder: str | Path) -> Path:
    """Writes `report.html` about a run or a comparison: one file that needs no other and no network.

    Args:
        folder: of a run, which may be going on, or of a comparison.

    Returns:
        The file's path.

    Raises:
        RunError: the folder holds neither, or the file cannot be written.
    """
    folder = Path(folder)
    if (folder / PLAN).is_file():
        from ganreg.reports.comparisons import comparison_report

        html = comparison_report(folder)
    elif (folder / RECIPE).is_file():
        from ganreg.reports.runs import run_report

        html = run_report(folder)
    else:
        raise RunError(f"{folder} holds neither a run nor a comparison: there is no {RECIPE} and no {PLAN} in it")
    path = folder / REPORT
    # What a foreign file put into a text may be no character that UTF-8 can write.
    write_whole(path, lambda file: file.write_bytes(html.encode("utf-8", errors="replace")), durable=False)
    return path


def write_report_if_possible(folder: str | Path) -> None:
    """Writes a report at the end of work that is not to be lost by it; warns where it cannot."""
    try:
        write_report(folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, the work is done and kept
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        warnings.warn(f"there is no report of {folder}: {reason}", GanregWarning, stacklevel=2)
