"""The evidence for findings: summaries of logs, and the snapshots that count."""

from __future__ import annotations
import types
import warnings
import numpy as np
import pytest
import ganreg
from ganreg import GanregWarning
from ganreg.cli.train import train
from ganreg.engine.health.evidence import Evidence, Snapshot, summary
from ganreg.engine.health.findings import constant_data, findings
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.health.reference import Deviation, Reference


def test_summary_of_a_stretch():
    tables = [
        {"generator_loss": np.array([-1.0, -3.0]), "real_accuracy": np.array([0.0, 1.0])},
        {"generator_loss": np.array([100.0]), "real_accuracy": np.array([1.0])},
    ]
    assert summary(tables) == {"generator_loss": 3.0, "real_accuracy": pytest.approx(2 / 3)}
