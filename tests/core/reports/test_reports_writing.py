"""The report of a run as a file."""

import pytest

from ganreg.errors import GanregWarning
from ganreg.reports.writing import write_if_possible, write_run_report


def test_it_writes_one_file_into_the_folder(run_folder):
    before = set(run_folder.rglob("*"))
    path = write_run_report(run_folder)
    assert path == run_folder / "report.html"
    assert set(run_folder.rglob("*")) - before == {path}
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_same_folder_gives_the_same_bytes(run_folder):
    first = write_run_report(run_folder).read_bytes()
    assert write_run_report(run_folder).read_bytes() == first


def test_a_character_that_cannot_be_written_is_replaced(run_folder):
    (run_folder / "health.jsonl").write_text('{"name": "x", "message": "\\ud800"}\n')
    assert "at iteration ?: ?" in write_run_report(run_folder).read_text(encoding="utf-8")


def test_a_failure_after_the_work_is_a_warning(tmp_path):
    with pytest.warns(GanregWarning, match="cannot write a report of .*holds no run: there is no recipe"):
        write_if_possible(write_run_report, tmp_path)
