"""A recorder of a package of its own is kept in checkpoints: a killed and resumed run ends like an undisturbed one."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "counting-gan"
STEPS = 3000

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("third-party")]


def _killed_after_a_checkpoint(home, run):
    """Starts a training, and kills it by SIGKILL when it has written a checkpoint or two."""
    command = "from ganreg.cli import main; main()"
    options = ["--steps", str(STEPS), "--checkpoint-every", "200", "--execution", "graph", "--health", "off"]
    with subprocess.Popen(
        [home.python, "-c", command, "train", "gaussian-1d", "--out", run, *options],
        cwd=home.path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 200
        while len(list(run.glob("checkpoints/ckpt-*.json"))) < 2 and time.monotonic() < deadline:
            assert process.poll() is None, "the training ended before it could be killed"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_a_plugins_recorder_survives_a_kill(home):
    home.install(SOURCE)
    options = ["--steps", str(STEPS), "--checkpoint-every", "200", "--execution", "graph", "--health", "off"]
    undisturbed, killed = home.path / "undisturbed", home.path / "killed"

    process = home.ganreg("train", "gaussian-1d", "--out", str(undisturbed), *options)
    assert process.returncode == 0, process.stderr
    _killed_after_a_checkpoint(home, killed)
    assert not (killed / "count.txt").exists()
    process = home.ganreg("resume", str(killed))
    assert process.returncode == 0, process.stderr

    count, total = (killed / "count.txt").read_text().split()
    assert int(count) == STEPS
    assert (killed / "count.txt").read_text() == (undisturbed / "count.txt").read_text()
    assert float(total) != 0.0
