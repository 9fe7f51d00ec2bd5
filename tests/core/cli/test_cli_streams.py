"""Standard streams: missing ones, control characters, and a stdout that only answers reach."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ganreg import RunError, cli
from ganreg.cli.streams import answers_only, echo, echo_json

CLI = Path(cli.__file__).parent


def test_control_characters_are_escaped(capsys):
    echo("\x1b[2J", nl=False)
    echo("\x07", err=True)

    assert capsys.readouterr() == (r"\x1b[2J", "\\x07\n")


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=lambda path: path.name)
def test_no_command_writes_past_the_escaping(path):
    text = path.read_text()

    assert path.name == "streams.py" or not re.search(r"click\.s?echo\(|(?<![\w.])print\(|\.write\(", text)


def test_numbers_that_json_does_not_have_are_null(capsys):
    echo_json({"a": [1.5, float("nan"), (float("inf"), 2)], 3: Path("x\x1b")})

    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == {
        "a": [1.5, None, [None, 2]],
        "3": "x\x1b",
    }


class Gone:
    """A stream of a terminal that has been closed."""

    encoding, errors = "utf-8", "strict"

    def write(self, text):
        raise OSError(5, "Input/output error")

    def flush(self):
        raise OSError(5, "Input/output error")


def test_a_terminal_that_has_gone_takes_no_messages_but_answers_fail(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Gone())
    echo("a message", err=True)
    monkeypatch.setattr(sys, "stdout", Gone())

    with pytest.raises(RunError, match="cannot write to stdout: Input/output error"):
        echo("an answer")


def test_only_answers_reach_stdout(capfd):
    with answers_only():
        os.write(1, b"noise\n")
        sys.stdout.write("more\n")
        subprocess.run(["echo", "a process"], check=True)
    echo("answer")

    assert capfd.readouterr() == ("answer\n", "noise\nmore\na process\n")


PROGRAM = (
    "import os, sys\n"
    "from ganreg.cli.streams import answers_only, complete_streams, echo\n"
    "complete_streams()\n"
    "with answers_only(): print('noise')\n"
    "echo('answer'); echo('message', err=True); sys.stdin.read()\n"
    "file = open(sys.argv[1], 'w')\n"
    "sys.exit(file.fileno() > 2)\n"
)


@pytest.mark.parametrize(
    ("closed", "out", "err"),
    [((), "answer\n", "noise\nmessage\n"), ((1,), "", "noise\nmessage\n"), ((2,), "answer\n", ""), ((0, 1, 2), "", "")],
)
def test_streams_that_are_missing_are_made_up_for(tmp_path, closed, out, err):
    def close():
        for descriptor in closed:
            os.close(descriptor)

    process = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "file")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=close,
        check=False,
    )

    assert (process.returncode, process.stdout, process.stderr) == (1, out, err)
