"""The command line as a process of its own: what it imports, how long it takes, and what its pipes do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from ganreg import Component

HEAVY = {"tensorflow", "keras", "numpy", "matplotlib", "cattrs", "rich", "jinja2", "packaging"}
REPORT = """
import json, sys
from ganreg.cli.app import run
code = run(json.loads(sys.argv[1]))
sys.stderr.write(json.dumps([code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "--json"],
        ["list", "losses"],
        ["show", "loss", "hinge"],
        ["show", "regularizer", "wgan-gp", "--json"],
        ["show", "recipe", "digits"],
        ["plugins"],
        ["plugins", "--json"],
        ["plugins", "--requirements"],
        ["--no-plugins", "list"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(arguments):
    command = [sys.executable, "-c", REPORT, json.dumps(arguments)]

    process = subprocess.run(command, capture_output=True, text=True, check=True)

    code, modules = json.loads(process.stderr.splitlines()[-1])
    assert code == 0
    allowed = {"numpy"} if arguments[0] == "show" else set()  # an implementation's module may need arrays
    assert HEAVY.intersection(modules) <= allowed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "gaussian-1d", "-l", "hing"], "unknown loss 'hing'"),
        (["train", "gaussian-1d", "-g", "mlp:conditional=true"], "the data have no labels"),
        (["train", "gaussian-1d", "--evaluate-every", "5", "--features", "pixel"], "unknown extractor 'pixel'"),
        (["compare", "gaussian-1d", "-l", "hing"], "unknown loss 'hing'"),
    ],
    ids=" ".join,
)
def test_what_is_refused_is_refused_before_tensorflow_is_imported(arguments, message, tmp_path):
    command = [sys.executable, "-c", REPORT, json.dumps(arguments)]

    process = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)

    *_, error, report = process.stderr.splitlines()
    code, modules = json.loads(report)
    assert code == 2
    assert message in error
    assert {"tensorflow", "keras"}.isdisjoint(modules)


def test_importing_ganreg_imports_nothing_heavy():
    code = "import ganreg, sys; sys.stdout.write(' '.join(sys.modules))"

    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY.isdisjoint(process.stdout.split())


def test_a_thousand_components_are_listed_at_once(call, point, make_registry):
    summary = "one of very many losses, with a summary that takes more than one line of the table"
    many = [Component(f"loss-{number}", "acme:Loss", summary) for number in range(1000)]
    registry = make_registry(point("acme-gan", ganreg_losses=many))
    begin = time.perf_counter()

    out = call(registry, "list").out

    assert time.perf_counter() - begin < 0.4
    assert out.count("loss-") == 1000


def test_a_reader_that_leaves_early_is_no_error():
    command = [sys.executable, "-c", "from ganreg.cli import main; main()", "list", "--json"]
    reading, writing = os.pipe()
    os.close(reading)

    process = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)

    assert process.stderr == ""


def test_a_terminal_that_cannot_show_a_character_gets_a_stand_in():
    code = (
        "import sys, ganreg\n"
        "from ganreg.cli.app import run\n"
        "from ganreg.cli.state import State\n"
        "from ganreg.plugins.installed import EntryPoint\n"
        "class Plugin:\n"
        "    @ganreg.hookimpl\n"
        "    def ganreg_losses(self):\n"
        "        return [ganreg.Component('renyi', 'a:B', 'weight \\u03b3')]\n"
        "points = [EntryPoint('a', 'a', '1', Plugin)]\n"
        "sys.exit(run(['list'], State(make_registry=lambda: ganreg.build_registry(points))))\n"
    )
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}

    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)

    assert "weight ?" in process.stdout
