"""The report of a run as a file."""

import shutil

import pytest

from ganreg.errors import GanregWarning, RunError
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


def test_a_report_of_someone_else_is_not_replaced(run_folder):
    write_run_report(run_folder)
    write_run_report(run_folder)
    (run_folder / "report.html").write_text("<html><title>The user's own report</title>")
    with pytest.raises(RunError, match=r"report\.html was not written by ganreg; move it elsewhere"):
        write_run_report(run_folder)
    assert "own report" in (run_folder / "report.html").read_text()


@pytest.mark.parametrize("name", ["metrics.csv", "report.html", ".report.tmp.html", "samples"])
def test_a_link_that_leads_out_is_refused(run_folder, tmp_path, name):
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    path = run_folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(victim)
    with pytest.raises(RunError, match="is a link that leads out of the run's folder"):
        write_run_report(run_folder)
    assert victim.read_text() == "precious"


def test_a_failure_after_the_work_is_a_warning(tmp_path):
    with pytest.warns(GanregWarning, match="cannot write a report of .*holds no run: there is no recipe"):
        write_if_possible(write_run_report, tmp_path)
