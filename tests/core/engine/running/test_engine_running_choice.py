"""How a run chooses its execution: by measuring, from memory, or as it is told."""

import attrs
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.running import choice, execution_cache
from ganreg.engine.running.execution import Execution, TrainFunction
from ganreg.engine.running.fallback import is_of_xla

LONG = 10**9
SECONDS = {"graph": 0.5e-3, "xla": 0.2e-3}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def clock(monkeypatch):
    """Stands in for the measurement: seconds an update by mode; notes what was asked for."""
    asked = []
    seconds = dict(SECONDS)

    def measured(trial, execution):
        asked.append(execution)
        return seconds[execution.mode]

    monkeypatch.setattr(choice._Trial, "_seconds", measured)
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


def test_another_batch_size_is_another_key(small):
    assert execution_cache.key_of(small().players, 16, 50) != execution_cache.key_of(small().players, 32, 50)


def test_the_choice_is_announced_in_one_line(small, points, clock, caplog):
    with caplog.at_level("INFO", logger="ganreg"):
        choose(small(), points)
    assert caplog.messages == ["execution: xla, 200 updates a call, 0.2 ms an update (graph: 0.5)"]


def test_what_the_user_says_overrides_everything(small, points, clock):
    choose(small(), points)
    clock[1].clear()
    assert choose(small(), points, mode="graph", updates_per_call=3) == Execution("graph", 3)
    assert choose(small(), points, mode="xla", updates_per_call=4) == Execution("xla", 4)
    assert clock[1] == []


def test_no_more_updates_a_call_than_the_run_has(small, points, clock):
    assert choose(small(), points, iterations=7).updates_per_call == 7


@pytest.mark.parametrize("content", ["", "{", "[]", '{"KEY": {"mode": "warp", "updates_per_call": 1}}', '{"KEY": 1}'])
def test_a_damaged_memory_is_no_memory(cache, content):
    cache.mkdir()
    (cache / "execution.json").write_text(content.replace("KEY", "k"))
    assert execution_cache.recall("k") is None
    execution_cache.keep("k", Execution("xla", 5))
    assert execution_cache.recall("k") == Execution("xla", 5)


def test_a_memory_that_cannot_be_written_is_no_failure(cache):
    cache.write_text("a file where the folder should be")
    execution_cache.keep("k", Execution("xla", 5))
    assert execution_cache.recall("k") is None


def test_measuring_leaves_every_variable_as_it_was(small, points, numbers, monkeypatch):
    monkeypatch.setattr(choice, "_MEASURED_SECONDS", 0.01)
    gan, untouched = small(regularizers=["r1"]), small(regularizers=["r1"])
    choose(gan, points, updates_per_call=2)
    for first, second in zip(gan.variables, untouched.variables, strict=True):
        assert (numbers_of(first) == numbers_of(second)).all()
    assert int(gan.iterations) == 0


def numbers_of(variable):
    return tf.convert_to_tensor(variable).numpy()


@attrs.frozen(kw_only=True)
class Python(ganreg.Regularizer):
    """A penalty that XLA has no operation for."""

    def discriminator_penalty(self, step):
        return tf.reshape(tf.numpy_function(lambda values: values.sum() * 0, [step.real], tf.float32), ())


FALLBACK = r"XLA cannot compile the operation 'PyFunc' of .* \(running/test_engine_running_choice.py, line \d+\)"


def test_what_xla_cannot_compile_runs_as_a_graph_and_is_named(small, points):
    gan = small(regularizers=[Python()])
    with pytest.warns(ganreg.GanregWarning, match=FALLBACK) as warned:
        gan.fit(points, steps=6, batch_size=16, verbose=0, execution="xla", updates_per_call=2)
    assert len([warning for warning in warned if "XLA" in str(warning.message)]) == 1
    assert int(gan.iterations) == 6


def test_a_trial_that_fell_back_is_not_chosen(small, points, monkeypatch):
    monkeypatch.setattr(choice, "_MEASURED_SECONDS", 0.01)
    with pytest.warns(ganreg.GanregWarning, match=FALLBACK):
        assert choose(small(regularizers=[Python()]), points, updates_per_call=2) == Execution("graph", 2)


def test_other_errors_are_not_taken_for_xlas(small):
    assert not is_of_xla(ValueError("shapes do not match"))
    counter = tf.Variable(0, dtype=tf.int64)

    def broken(real, labels, iteration):
        raise ValueError("shapes do not match")

    function = TrainFunction(broken, counter, Execution("xla", 1), 1)
    with pytest.raises(ValueError, match="shapes do not match"):
        function(tf.zeros((1, 2, 1)).numpy(), None)
    assert function.execution.mode == "xla"
