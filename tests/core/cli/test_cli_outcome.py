"""What is said at the end of a training, and its exit code."""

from __future__ import annotations

import json

import attrs
import pytest

from ganreg.cli.outcome import tell, until_stopped
from ganreg.contract.recipes import Recipe
from ganreg.contract.run import Run
from ganreg.errors import StoppedError
from ganreg.runs.record import Record
from ganreg.runs.stopping import StopOnSignal

RESULT = """
[result]
iterations = 300
weights = "abc123"
seconds = 12.5
checkpoints = {checkpoints}
checkpoint_seconds = 0.5
longest_pause = 0.2
"""
PLAN = """
[plan]
steps = 300
sample_every = 50
checkpoint_every = 100
keep = 3
health = "{health}"

[conditions]
threads = 2

[conditions.recipe]

[conditions.data]

[conditions.versions]
ganreg = "0.1"
tensorflow = "2.21.0"
keras = "3.12.0"

[execution]
mode = "graph"
updates_per_call = 50
"""


@pytest.fixture
def run(tmp_path):
    """Writes `run.toml` of a run with two sample grids."""

    def run(*, health="warn", checkpoints=4):
        (tmp_path / "run.toml").write_text(PLAN.format(health=health) + RESULT.format(checkpoints=checkpoints))
        (tmp_path / "samples").mkdir()
        for iteration in (250, 300):
            (tmp_path / "samples" / f"{iteration:08d}.png").touch()
        return Run(tmp_path, Recipe(name="demo"))

    return run


@pytest.fixture
def told(capsys):
    """The lines about a run."""

    def told(run):
        tell(run, Record.read(run.path))
        return capsys.readouterr().out.splitlines()

    return told


def test_it_says_what_the_weights_depend_on_and_where_everything_is(run, told):
    demo = run()

    first, second, health, last = told(demo)

    execution = Record.read(demo.path).execution
    assert first == f"Weights sha256:abc123 ({execution}; 2 threads; ganreg 0.1, tensorflow 2.21.0, keras 3.12.0)"
    assert second == "Writing 4 checkpoints paused the training for 0.50 s: 125 ms on average, 200 ms at most"
    assert health == "Health: no problems found"
    assert last == (
        f"Trained demo for 300 iterations; the run is in {demo.path}, its samples in "
        f"{demo.path / 'samples' / '00000300.png'}"
    )


def test_one_checkpoint_and_none(run, told, tmp_path):
    demo = run(checkpoints=1)
    assert told(demo)[1].startswith("Writing 1 checkpoint paused")

    (tmp_path / "run.toml").write_text(PLAN.format(health="warn") + RESULT.format(checkpoints=0))
    assert not any("paused" in line for line in told(demo))


def test_what_the_monitor_found_is_named(run, told):
    demo = run()
    found = {"iteration": 120, "name": "mode-collapse", "message": "few modes", "hint": "use another loss"}
    demo.health.write_text(json.dumps(found) + "\n")

    (line,) = (line for line in told(demo) if line.startswith("Health: "))

    assert line == f"Health: mode-collapse after 120 iterations; {demo.health} says what to try"


def test_an_unwatched_training_says_nothing_of_its_health(run, told):
    assert not any("Health" in line for line in told(run(health="off")))


def test_a_run_that_is_not_done_has_nothing_to_tell(run, capsys):
    demo = run()

    tell(demo, attrs.evolve(Record.read(demo.path), result=None))

    assert capsys.readouterr() == ("", "")


def test_a_training_that_ends_is_told_and_0(run, capsys):
    demo, stops = run(), []

    code = until_stopped(lambda stop: stops.append(stop) or demo)

    assert code == 0
    assert isinstance(stops[0], StopOnSignal)
    assert "Trained demo" in capsys.readouterr().out


def test_a_signal_is_a_line_and_its_exit_code(capsys):
    def stopped(_):
        raise StoppedError("stopped by SIGTERM; resume with: ganreg resume here", exit_code=143)

    assert until_stopped(stopped) == 143
    assert capsys.readouterr() == ("", "stopped by SIGTERM; resume with: ganreg resume here\n")
