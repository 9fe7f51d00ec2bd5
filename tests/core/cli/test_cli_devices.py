"""`--devices`: what it refuses, and a training on two parts of the processor, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from ganreg.cli.devices import devices_of
from ganreg.files.tables import read_rows
from ganreg.runs.record import Record


def ganreg(*arguments):
    """Runs a command line in another process: TensorFlow can be divided only before it starts."""
    command = [sys.executable, "-m", "ganreg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=os.environ)


@pytest.mark.parametrize("command", ["train", "resume"])
@pytest.mark.parametrize("devices", ["0", "many", "cpu:0"])
def test_what_names_no_devices_is_refused(ganreg_command, command, devices, run_folder):
    folder = [run_folder] if command == "resume" else []
    answer = ganreg_command(command, *folder, "--devices", devices)
    assert answer.code == 2
    assert answer.err == f"Error: devices must be 'all', a number of GPUs, or cpu:N such as cpu:2, got '{devices}'\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[plan]\nsteps = 3\n", None), ('[plan]\ndevices = "cpu:2"\n', "cpu:2"), ("plan = 3\n", None), (None, None)],
)
def test_a_run_knows_its_devices(tmp_path, text, expected):
    if text is not None:
        (tmp_path / "run.toml").write_text(text)
    assert devices_of(tmp_path) == expected


@pytest.mark.slow
def test_two_devices_write_what_one_writes_and_a_run_resumes_on_either(tiny_training, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    words = [*tiny_training, "--steps", 40]
    assert ganreg(*words, "--out", one).returncode == 0
    answer = ganreg(*words, "--out", two, "--devices", "cpu:2")
    assert (answer.returncode, answer.stderr.count("Warning")) == (0, 0)

    rows = [np.array(read_rows(folder / "metrics.csv")[1:], float) for folder in (one, two)]
    np.testing.assert_allclose(rows[1], rows[0], atol=1e-5)
    assert [Record.read(folder).conditions.devices for folder in (one, two)] == [1, 2]

    again = ganreg("resume", two, "--steps", 60)
    assert (again.returncode, again.stderr.count("Warning")) == (0, 0)
    assert Record.read(two).conditions.devices == 2
    fewer = ganreg("resume", two, "--steps", 80, "--devices", 1)
    assert fewer.returncode == 0
    assert "Warning: devices: 1, was 2; the last bits of numbers may differ" in fewer.stderr
    assert Record.read(two).plan.devices is None


@pytest.mark.slow
def test_another_number_of_devices_is_a_change_where_a_component_sees_the_batch(tiny_training, tmp_path):
    run = tmp_path / "run"
    words = [*tiny_training, "--steps", 20, "-r", "minibatch-discrimination", "--out", run]
    assert ganreg(*words).returncode == 0

    refused = ganreg("resume", run, "--steps", 40, "--devices", "cpu:2")
    assert refused.returncode == 2
    assert "devices: 2, was 1" in refused.stderr
    assert "minibatch-discrimination" in refused.stderr
    assert "--allow-changes" in refused.stderr

    allowed = ganreg("resume", run, "--steps", 40, "--devices", "cpu:2", "--allow-changes")
    assert allowed.returncode == 0
    assert Record.read(run).changes[-1].what[0].startswith("devices: 2, was 1")


@pytest.mark.slow
def test_a_batch_that_cannot_be_shared_leaves_no_folder(tiny_training, tmp_path):
    answer = ganreg(*tiny_training, "--batch-size", 15, "--steps", 20, "--out", tmp_path / "run", "--devices", "cpu:2")
    assert (answer.returncode, (tmp_path / "run").exists()) == (2, False)
    assert answer.stderr.splitlines()[-1].endswith("use a batch size of 16")


def test_synchronised_batch_normalisation_needs_several_devices(ganreg_command, tiny_training):
    answer = ganreg_command(*tiny_training, "--steps", 20, "--sync-batch-norm")
    assert answer.code == 2
    assert "--devices is missing" in answer.err
