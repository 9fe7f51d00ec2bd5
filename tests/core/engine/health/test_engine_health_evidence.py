"""The evidence for findings: summaries of logs, and the snapshots that count."""

from __future__ import annotations

import numpy as np
import pytest

from ganreg.engine.health.evidence import summary


def test_summary_of_a_stretch():
    tables = [
        {"generator_loss": np.array([-1.0, -3.0]), "real_accuracy": np.array([0.0, 1.0])},
        {"generator_loss": np.array([100.0]), "real_accuracy": np.array([1.0])},
    ]
    assert summary(tables) == {"generator_loss": 3.0, "real_accuracy": pytest.approx(2 / 3)}
