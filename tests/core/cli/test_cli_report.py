"""`ganreg report`."""

import subprocess
import sys

import pytest

from ganreg.cli.app import run
from ganreg.searching.plan import SearchPlan


def test_the_command_says_where_the_file_is(capsys, run_folder):
    assert run(["report", str(run_folder)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"Wrote {run_folder / 'report.html'} (")


def test_the_report_of_a_search_is_written_without_a_trial(capsys, tmp_path):
    SearchPlan(dataset="ring").write(tmp_path)

    assert run(["report", str(tmp_path)]) == 0
    assert "Search for ring" in (tmp_path / "report.html").read_text()


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
    assert capsys.readouterr().err.startswith(f"Error: {run_folder / 'report.html'} was not written by ganreg; ")


def test_no_report_needs_tensorflow(run_folder, comparison_folder):
    code = (
        "import sys\nfrom ganreg.cli.app import run\n"
        "codes = [run(['report', folder]) for folder in sys.argv[1:]]\n"
        "sys.exit(any(codes) or 'tensorflow' in sys.modules or 'keras' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, run_folder, comparison_folder], check=False).returncode == 0
