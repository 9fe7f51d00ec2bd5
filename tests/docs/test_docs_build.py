"""The manual builds strictly: no warning, no reference or link within it that leads nowhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_manual_builds_without_a_warning(tmp_path):
    pytest.importorskip("furo", reason="the extra 'docs' is not installed")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-d", tmp_path / "doctrees"]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}

    process = subprocess.run(
        [*command, DOCS, tmp_path / "site"], capture_output=True, text=True, check=False, env=environment
    )

    assert process.returncode == 0, process.stderr
    hinge = (tmp_path / "site" / "components" / "loss" / "hinge.html").read_text(encoding="utf-8")
    assert "https://arxiv.org/abs/1705.02894" in hinge
    assert "Hinge().discriminator_loss" in re.sub(r"<[^>]+>", "", hinge)
    train = re.sub(r"<[^>]+>", "", (tmp_path / "site" / "commands" / "train.html").read_text(encoding="utf-8"))
    assert "-r, --regularizer &lt;SPEC&gt;" in train
    assert "Random seed for weights, data order and noise." in train
