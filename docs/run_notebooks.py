"""Runs the notebooks of the manual and stores their outputs: `python docs/run_notebooks.py [NAME...]`.

The manual shows the stored outputs, so that building it trains nothing. A test runs each notebook again.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent / "notebooks"
TIMEOUT = 600
"""The longest time in seconds that a cell may take."""


def executed(notebook: Any, folder: Path) -> Any:
    """Runs a notebook from its first to its last cell.

    Args:
        notebook: the notebook, whose outputs are replaced.
        folder: where it runs, which it may write into.

    Returns:
        The notebook, without what differs between two runs for no reason.

    Raises:
        CellExecutionError: a cell failed.
    """
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "GANREG_CACHE": str(folder / "cache"), "GANREG_PLUGIN": ""}
    NotebookClient(
        notebook, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute(env=environment)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata.get("language_info", {}).pop("version", None)
    return notebook


def main(names: list[str]) -> None:
    """Runs notebooks and writes them back."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.stem in names:
            with tempfile.TemporaryDirectory() as folder:
                notebook = executed(nbformat.read(path, as_version=4), Path(folder))
            nbformat.write(notebook, path)


if __name__ == "__main__":
    main(sys.argv[1:])
