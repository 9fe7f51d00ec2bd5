"""Malformed inputs are refused in a line or two: a few of them here, two hundred on demand."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def malformed(monkeypatch):
    """The benchmark that makes and judges them."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("malformed")
    for name in ("malformed", "malformed_inputs", "malformed_files", "malformed_cases"):
        sys.modules.pop(name, None)


def test_a_few(malformed, capsys):
    tally = malformed.try_all(21, seed=20, in_processes=0)
    assert (tally.tried, tally.faulty) == (21, 0), capsys.readouterr().out


def test_what_is_not_refused_is_found(malformed, tmp_path):
    """The judge itself: each of its complaints."""
    case = malformed.Case("spec", [], ("wgan-gp",), tmp_path)
    (tmp_path / "recipe.toml").write_text("old")
    before = malformed.files(tmp_path)

    def found(code, stderr):
        return list(malformed.faults(case, malformed.Answer(code, "", stderr), before))

    assert found(2, "Error: wgan-gp is wrong\n") == []
    assert found(0, "Error: wgan-gp is wrong\n") == ["exit code 0"]
    assert found(-9, "Error: wgan-gp is wrong\n") == ["exit code -9"]
    assert found(1, "Error: KeyError: wgan-gp; --debug shows where\n") == ["an error that nobody foresaw"]
    assert found(1, "Traceback (most recent call last): wgan-gp\n") == ["an error that nobody foresaw"]
    assert found(1, "wgan-gp\n" * 4) == ["4 lines"]
    assert found(2, "Error: something is wrong\n") == ["the input is not named"]
    (tmp_path / "recipe.toml").write_text("new")
    assert found(2, "Error: wgan-gp is wrong\n") == [f"{tmp_path.name} is not as it was"]


@pytest.mark.slow
def test_two_hundred():
    command = [sys.executable, str(BENCHMARKS / "malformed.py"), "--count", "200", "--seed", "7", "--processes", "3"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert re.search(r"^seed 7$", process.stdout, re.MULTILINE)
    assert process.stdout.splitlines()[-1] == "200 of 200 refused in a line or two"
