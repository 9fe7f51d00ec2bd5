"""How a run chooses its execution: by measuring, from an earlier choice, or as the user says."""

import types

import attrs
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.running import choice
from ganreg.engine.running.execution import Execution
from ganreg.engine.variables import weights_hash

LONG = 10**9
SECONDS = {"graph": 0.5e-3, "xla": 0.2e-3}


@pytest.fixture
def clock(monkeypatch):
    """Replaces the measurement by given seconds per update of each mode; notes what was measured."""
    asked = []
    seconds = dict(SECONDS)

    def measured(function, iterations, batches):
        asked.append(function.execution)
        return seconds[function.execution.mode]

    monkeypatch.setattr(choice, "seconds_per_iteration", measured)
    return seconds, asked


def choose(gan, points, *, iterations=LONG, mode="auto", updates_per_call=None):
    batches = gan.batches_of(points, batch_size=16)
    return choice.choose_execution(
        gan.programs, batches, iterations=iterations, mode=mode, updates_per_call=updates_per_call
    )


@pytest.mark.parametrize(
    ("graph", "xla", "expected"),
    [
        (0.5e-3, 0.2e-3, Execution("xla", 200)),
        (0.2e-3, 0.5e-3, Execution("graph", 50)),
        (50e-3, 20e-3, Execution("xla", 1)),  # an XLA loop of slow updates is not even tried
    ],
)
def test_the_fastest_is_chosen(small, points, clock, graph, xla, expected):
    clock[0].update(graph=graph, xla=xla)
    assert choose(small(), points) == expected
    assert clock[1] == [Execution("graph", 50), Execution("xla", expected.updates_per_call if xla < graph else 200)]


@pytest.mark.parametrize("mode", ["auto", "xla"])
def test_on_a_gpu_slow_updates_run_in_a_loop_too(small, points, clock, monkeypatch, mode):
    monkeypatch.setattr(choice, "has_gpu", lambda: True)
    clock[0].update(graph=50e-3, xla=20e-3)
    assert choose(small(), points, mode=mode) == Execution("xla", 200)


def test_on_a_gpu_a_call_holds_more_samples(small, points, monkeypatch):
    wide = small(np.zeros((64, 100_000), np.float32))
    batches = wide.batches_of(np.zeros((64, 100_000), np.float32), batch_size=16)
    assert choice._fitting(wide.players, batches, 50) == 1
    monkeypatch.setattr(choice, "has_gpu", lambda: True)
    assert choice._fitting(wide.players, batches, 50) == 20


@pytest.mark.parametrize("mode", ["auto", "graph", "xla"])
def test_a_call_has_no_more_iterations_than_there_are(small, points, clock, mode):
    assert choose(small(), points, iterations=600, mode=mode, updates_per_call=20_000).updates_per_call == 600
    assert all(execution.updates_per_call == 600 for execution in clock[1])


def test_a_short_run_is_not_worth_measuring(small, points, clock):
    assert choose(small(), points, iterations=100) == Execution("graph", 50)
    assert clock[1] == []


def test_a_run_of_a_few_seconds_is_not_worth_compiling_for(small, points, clock):
    assert choose(small(), points, iterations=20_000).mode == "graph"
    assert [execution.mode for execution in clock[1]] == ["graph"]


def test_what_was_measured_is_remembered(small, points, clock):
    chosen = choose(small(), points)
    clock[1].clear()
    assert choose(small(seed=7, steps=3), points, iterations=1000) == chosen
    assert clock[1] == []


@pytest.mark.parametrize("change", [{"loss": "hinge"}, {"regularizers": ["r1"]}, {"schedule": "simultaneous"}])
def test_another_combination_is_measured_anew(small, points, clock, change):
    choose(small(), points)
    clock[1].clear()
    choose(small(**change), points)
    assert clock[1]


def test_the_choice_is_announced_in_one_line(small, points, clock, caplog):
    with caplog.at_level("INFO", logger="ganreg"):
        choose(small(), points)
    assert caplog.messages == ["execution: xla, 200 updates a call, 0.2 ms per update (graph: 0.5)"]


def test_what_the_user_says_overrides_everything(small, points, clock):
    choose(small(), points)
    clock[1].clear()
    assert choose(small(), points, mode="graph", updates_per_call=3) == Execution("graph", 3)
    assert choose(small(), points, mode="xla", updates_per_call=4) == Execution("xla", 4)
    assert clock[1] == []


def test_no_more_updates_a_call_than_the_run_has(small, points, clock):
    assert choose(small(), points, iterations=7).updates_per_call == 7


@pytest.mark.slow
def test_measuring_leaves_every_variable_as_it_was(small, points):
    gan, untouched = small(regularizers=["r1"]), small(regularizers=["r1"])
    choose(gan, points, updates_per_call=2)
    assert weights_hash(gan.players) == weights_hash(untouched.players)


@attrs.frozen(kw_only=True)
class Python(ganreg.Regularizer):
    """A penalty that XLA has no operation for."""

    def discriminator_penalty(self, step):
        return tf.reshape(tf.numpy_function(lambda values: values.sum() * 0, [step.real], tf.float32), ())


@pytest.mark.slow
def test_a_trial_that_fell_back_is_not_chosen(small, points):
    with pytest.warns(ganreg.GanregWarning, match="XLA cannot compile"):
        assert choose(small(regularizers=[Python()]), points, updates_per_call=2) == Execution("graph", 2)


@pytest.mark.parametrize("iterations", [1, 4])
def test_the_time_of_an_iteration_is_the_median_without_compiling(monkeypatch, iterations):
    """Calls that take 9 s (which compiles), then 20, 70 and 250 ms by a clock of the test's own."""
    now = [0.0]
    takes = iter([9.0, 0.02, 0.07, 0.25])
    shapes = []

    def function(batches):
        shapes.append({name: values.shape for name, values in batches.items()})
        now[0] += next(takes)

    monkeypatch.setattr(choice, "time", types.SimpleNamespace(perf_counter=lambda: now[0]))
    batches = {"real": np.zeros((2, 3, 1), np.float32), "labels": np.zeros((2, 3), np.int32)}
    assert choice.seconds_per_iteration(function, iterations, batches) == pytest.approx(0.07 / iterations)
    assert shapes == [{"real": (2 * iterations, 3, 1), "labels": (2 * iterations, 3)}] * 4


@pytest.mark.parametrize(("sample", "expected"), [((2,), 50), ((64, 64, 3), 10), ((512, 512, 3), 1)])
def test_no_call_holds_more_samples_than_fit(small, sample, expected):
    """8 MiB of float32: 10 batches of 16 images of 64 x 64 x 3 are 7.5 MiB, 11 would be 8.25."""
    players = types.SimpleNamespace(
        assembly=types.SimpleNamespace(data=ganreg.DataSpec(sample)), recipe=ganreg.Recipe()
    )
    batches = types.SimpleNamespace(batch_size=16)
    chosen = choice.choose_execution(
        types.SimpleNamespace(players=players), batches, iterations=100, mode="graph", updates_per_call=None
    )
    assert chosen == Execution("graph", expected)
