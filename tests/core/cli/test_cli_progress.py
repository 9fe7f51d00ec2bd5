"""The progress bar."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rich.console import Console

from ganreg.cli import progress
from ganreg.cli.progress import progress_bar


class Clock:
    """A clock that is moved by hand."""

    now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def table(count, **more):
    logs = {"discriminator_loss": 0.5, "generator_loss": 1.25} | more
    return {name: np.full(count, value) for name, value in logs.items()}


def screen(total, play):
    """The line that a terminal shows at the end."""
    console = Console(file=io.StringIO(), force_terminal=True, width=160, color_system=None)
    with progress_bar(total, console) as (bar,):
        play(bar)
    lines = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", console.file.getvalue()).replace("\r", "\n").splitlines()
    return [line for line in lines if line][-1]


def test_without_a_terminal_there_is_none():
    with progress_bar(10) as callbacks:
        assert callbacks == []


def test_it_shows_iterations_rate_and_losses(clock):
    def play(bar):
        bar.on_updates(0, table(10))
        clock.now += 2
        bar.on_updates(10, table(40))

    line = screen(100, play)

    assert line.startswith("training")
    assert "50/100" in line
    assert "20/s" in line  # 40 iterations in 2 s; the first call, which compiled, is not counted
    assert "D loss 0.500  G loss 1.250" in line


def test_it_shows_the_discriminators_accuracy_where_there_is_one(clock):
    line = screen(10, lambda bar: bar.on_updates(0, table(10, real_accuracy=0.75, fake_accuracy=0.5)))

    assert "D accuracy 75% real, 50% generated" in line


def test_it_is_updated_a_few_times_a_second_at_most_but_full_at_the_end(clock):
    def play(bar):
        for first in range(0, 100, 10):
            bar.on_updates(first, table(10))
        bar.on_train_end({"discriminator_loss": 0.125})

    line = screen(100, play)

    assert "100/100" in line
    assert "D loss 0.125" in line
