"""The manual builds strictly: no warning, no reference or link within it that leads nowhere."""

from __future__ import annotations

import os
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
    assert (tmp_path / "site" / "components" / "loss" / "hinge.html").is_file()
