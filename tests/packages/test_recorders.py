"""A recorder of a package of its own is kept in checkpoints: a killed and resumed run ends like an undisturbed one."""

from __future__ import annotations

from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "counting-gan"
STEPS = 3000

pytestmark = pytest.mark.slow


def test_a_plugins_recorder_survives_a_kill(home):
    home.install(SOURCE)
    options = ["--steps", str(STEPS), "--checkpoint-every", "200", "--execution", "graph", "--health", "off"]
    undisturbed, killed = home.path / "undisturbed", home.path / "killed"

    process = home.ganreg("train", "gaussian-1d", "--out", str(undisturbed), *options)
    assert process.returncode == 0, process.stderr
    home.killed_after_a_checkpoint(killed, "train", "gaussian-1d", *options)
    assert not (killed / "count.txt").exists()
    process = home.ganreg("resume", str(killed))
    assert process.returncode == 0, process.stderr

    count, total = (killed / "count.txt").read_text().split()
    assert int(count) == STEPS
    assert (killed / "count.txt").read_text() == (undisturbed / "count.txt").read_text()
    assert float(total) != 0.0
