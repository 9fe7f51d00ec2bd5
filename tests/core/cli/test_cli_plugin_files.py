"""`--plugin FILE`: for the group and for commands, in this process and in those that it starts."""

import os
import sys

import pytest

from ganreg.cli.app import run
from ganreg.cli.state import State
from ganreg.plugins.registry import build_registry

TEXT = "import attrs, ganreg\n\n@ganreg.register(name='mine')\n@attrs.frozen\nclass Own(ganreg.Loss):\n    'Own.'\n"


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANREG_PLUGIN", "")
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_gan.py"
    path.write_text(TEXT)
    return path


def state():
    return State(make_registry=lambda: build_registry([]))


@pytest.mark.parametrize("place", [0, 2])
def test_the_option_stands_before_or_after_the_command(place, file, capsys):
    words = ["list", "loss"]
    words[place:place] = ["--plugin", str(file)]
    assert run(words, state()) == 0
    assert capsys.readouterr().out == "losses (my_gan)\n  mine  Own.\n"
    assert os.environ["GANREG_PLUGIN"] == str(file)


def test_several_files(file, tmp_path, capsys):
    other = tmp_path / "other.py"
    other.write_text(TEXT)
    assert run(["show", "loss", "other/mine", "--plugin", str(file), "--plugin", str(other)], state()) == 0
    assert capsys.readouterr().out.startswith("loss other/mine: Own.")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [(None, 2, "there is no plugin file"), ("1 / 0", 1, "failed: ZeroDivisionError: division by zero")],
)
def test_a_file_that_cannot_be_used_is_one_line(text, code, message, file, capsys):
    file.unlink()
    if text is not None:
        file.write_text(text)
    assert run(["list", "--plugin", str(file)], state()) == code
    error = capsys.readouterr().err
    assert error.startswith("Error: ")
    assert message in error
    assert error.count("\n") == 1


def test_what_a_file_prints_is_not_the_answer(file, capsys):
    file.write_text(TEXT + "print('hello')\n")
    assert run(["list", "loss", "--json", "--plugin", str(file)], state()) == 0
    out, error = capsys.readouterr()
    assert out.startswith("[")
    assert error == "hello\n"
