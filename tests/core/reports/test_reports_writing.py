"""`write_report`, and `ganreg report` over it."""

import subprocess
import sys

import pytest

from ganreg.cli.app import run
from ganreg.errors import GanregWarning, RunError
from ganreg.reports.writing import write_report, write_report_if_possible


def test_it_writes_one_file_into_the_folder(run_folder):
    before = set(run_folder.rglob("*"))
    path = write_report(run_folder)
    assert path == run_folder / "report.html"
    assert set(run_folder.rglob("*")) - before == {path}
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_same_folder_gives_the_same_bytes(run_folder):
    first = write_report(run_folder).read_bytes()
    assert write_report(run_folder).read_bytes() == first


def test_a_comparison_is_told_from_a_run(comparison_folder):
    assert "Comparison of 4 combinations" in write_report(comparison_folder).read_text(encoding="utf-8")


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(RunError, match="holds neither a run nor a comparison"):
        write_report(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_character_that_cannot_be_written_is_replaced(run_folder):
    (run_folder / "health.jsonl").write_text('{"name": "x", "message": "\\ud800"}\n')
    assert "at iteration ?: ?" in write_report(run_folder).read_text(encoding="utf-8")


def test_at_the_end_of_work_a_failure_is_a_warning(tmp_path):
    with pytest.warns(GanregWarning, match="there is no report of .*holds neither"):
        write_report_if_possible(tmp_path)


def test_the_command_says_where_the_file_is(capsys, run_folder):
    assert run(["report", str(run_folder)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"Wrote {run_folder / 'report.html'} (")


@pytest.mark.parametrize("name", ["missing", "report.txt"])
def test_the_command_refuses_in_a_line(capsys, tmp_path, name):
    (tmp_path / "report.txt").write_text("x")
    assert run(["report", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err == (
        f"Error: {tmp_path / name} holds neither a run nor a comparison: "
        "there is no recipe.toml and no comparison.toml in it\n"
    )


def test_a_place_that_cannot_be_written_is_a_line(capsys, run_folder):
    (run_folder / "report.html").mkdir()
    assert run(["report", str(run_folder)]) == 2
    assert capsys.readouterr().err.startswith(f"Error: cannot write {run_folder / 'report.html'}: ")


def test_no_report_needs_tensorflow(run_folder, comparison_folder):
    code = (
        "import sys\nfrom ganreg.cli.app import run\n"
        "codes = [run(['report', folder]) for folder in sys.argv[1:]]\n"
        "sys.exit(any(codes) or 'tensorflow' in sys.modules or 'keras' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, run_folder, comparison_folder], check=False).returncode == 0
