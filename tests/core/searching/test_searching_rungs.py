"""When a trial is evaluated, and when it ends."""

import time
import types

import numpy as np
import pytest

from ganreg.searching import rungs as module
from ganreg.searching.rungs import Rungs
from ganreg.searching.study import RUNGS
from ganreg.searching.trials import Point


class Clock:
    """A clock that only training moves."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", types.SimpleNamespace(monotonic=clock, time=clock))
    return clock


def trained(made, clock, *, seconds=0.01, limit=10_000, begin=0):
    """Trains as the loop does: calls of at most 50 iterations that end at multiples of `every`."""
    model = types.SimpleNamespace(stop_training=False)
    made.set_model(model)
    made.on_train_begin()
    done = begin
    while not model.stop_training and done < limit:
        end = min(done + 50, (done // made.every + 1) * made.every, limit)
        clock.now += seconds * (end - done)
        made.on_updates(done, {"loss": np.zeros(end - done)})
        done = end
    return done


def make(clock, *, weak=(), takes=0.0, **options):
    reported = []

    def evaluate(_):
        clock.now += takes
        return 1.0 + len(reported), f"w{len(reported)}"

    def report(rung, point):
        reported.append((rung, point.steps))
        return rung in weak

    return Rungs(evaluate, report, **options), reported


def test_without_a_limit_evaluations_are_at_parts_of_the_steps(clock):
    made, reported = make(clock, steps=900)

    assert trained(made, clock, limit=900) == 900
    unit = 60  # a ninth of the steps, rounded to a number with many divisors
    assert reported == [(0, RUNGS[0] * unit), (1, RUNGS[1] * unit), (2, 900)]
    assert made.ended == "finished"
    assert made.pace == pytest.approx(0.01)


def test_a_weak_trial_ends_at_its_rung(clock):
    made, reported = make(clock, steps=90, weak={1})

    assert trained(made, clock, limit=90) == 30
    assert reported == [(0, 10), (1, 30)]
    assert made.ended == "pruned"


def test_with_a_limit_the_rungs_are_parts_of_the_time(clock):
    made, reported = make(clock, steps=90_000, seconds=18.0)

    done = trained(made, clock, seconds=0.01)

    assert done == pytest.approx(1800, abs=120)
    assert [rung for rung, _ in reported] == [0, 1, 2]
    assert [steps for _, steps in reported] == pytest.approx([200, 600, 1800], abs=120)
    assert made.ended == "stopped"


def test_slow_updates_do_not_exceed_the_time_by_a_whole_call(clock):
    made, _ = make(clock, steps=90_000, seconds=18.0)

    trained(made, clock, seconds=2.0)

    assert clock.now - 1000.0 <= 18.0 + 2 * 2.0


def test_it_ends_before_the_deadline_with_time_for_the_last_evaluation(clock):
    made, _ = make(clock, steps=90_000, seconds=None, deadline=1030.0, takes=4.0)

    trained(made, clock, seconds=0.01)

    assert 1020.0 < clock.now <= 1030.0
    assert made.ended == "stopped"


def test_a_resumed_trial_repeats_what_came_after_its_checkpoint(clock):
    points = [Point(steps=steps, value=1.0, seconds=steps / 10, weights="w") for steps in (10, 30)]
    made, reported = make(clock, steps=90, points=points)
    made.restore({"points": 1})

    trained(made, clock, limit=90, begin=20)

    assert made.points[0] == points[0]
    assert reported == [(1, 30), (2, 90)]
    assert made.points[2].seconds > made.points[1].seconds >= points[0].seconds
    assert made.state() == {"points": 3}


def test_without_a_state_nothing_has_been_evaluated(clock):
    made, _ = make(clock, steps=90, points=[Point(steps=10, value=1.0, seconds=1.0, weights="w")])

    made.restore(None)

    assert made.points == []


def test_the_real_clock_is_used():
    assert module.time is time
