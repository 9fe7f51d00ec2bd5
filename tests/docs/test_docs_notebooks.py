"""The notebooks of the manual: valid, small, with outputs stored, and they run from start to end."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import nbformat
import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
MOST_BYTES = 600_000


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def maker():
    """The module that runs notebooks for the manual."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module("run_notebooks")
    sys.path.remove(str(DOCS))


def test_there_are_three_and_the_manual_lists_them():
    index = (DOCS / "index.md").read_text(encoding="utf-8")

    assert [path.stem for path in NOTEBOOKS] == ["comparing", "first_gan", "own_data_and_models"]
    assert all(f"\nnotebooks/{path.stem}\n" in index for path in NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_small_and_its_code_compiles(path):
    notebook = read(path)

    nbformat.validate(notebook)
    assert path.stat().st_size < MOST_BYTES
    for cell in code_cells(notebook):
        tree = ast.parse(cell.source)
        compile(tree, path.name, "exec")
        assert max(map(len, cell.source.splitlines())) <= 88, "the page would have to scroll"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_outputs_are_stored_and_are_results_only(path):
    cells = code_cells(read(path))

    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert len(outputs) >= 5
    assert {output.output_type for output in outputs} <= {"display_data", "execute_result", "stream"}
    text = "".join(str(output) for output in outputs)
    assert "<script" not in text
    assert "/tmp/" not in text  # noqa: S108
    assert "Traceback" not in text


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_start_to_end(path, maker, tmp_path):
    stored = read(path)

    again = maker.executed(read(path), tmp_path)

    kinds = [[sorted(output.get("data", {})) for output in cell.outputs] for cell in code_cells(again)]
    assert kinds == [[sorted(output.get("data", {})) for output in cell.outputs] for cell in code_cells(stored)]
    assert "stderr" not in str(again)
