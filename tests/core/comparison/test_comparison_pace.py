"""Seconds per iteration, measured with a clock that the test sets."""

import numpy as np
import pytest

from ganreg.comparison import pace
from ganreg.comparison.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(pace.time, "perf_counter", lambda: now[0])
    return now


def logs(iterations):
    return {"discriminator_loss": np.zeros(iterations)}


def test_the_first_call_is_left_out(clock):
    measured = Pace()
    for seconds, first, iterations in [(30.0, 0, 10), (31.0, 10, 10), (33.0, 20, 10)]:
        clock[0] = seconds
        measured.on_updates(first, logs(iterations))

    assert measured.seconds == pytest.approx(3 / 20)


def test_a_single_call_measures_nothing(clock):
    measured = Pace()
    measured.on_updates(0, logs(10))

    assert measured.seconds == 0.0
