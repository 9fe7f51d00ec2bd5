"""Running iterations in compiled calls."""

import numpy as np
import pytest
import tensorflow as tf

from ganreg.engine.running.execution import Execution, TrainFunction


@pytest.mark.parametrize("wrong", [{"mode": "jax"}, {"updates_per_call": 0}])
def test_an_execution_checks_its_fields(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Execution(**wrong)


@pytest.mark.parametrize("execution", [Execution("eager", 3), Execution("graph", 3), Execution("graph", 1)])
def test_a_train_function_runs_as_many_iterations_as_there_are_batches_for(execution):
    """A toy iteration: the sum of its two batches, and the counter."""
    counter = tf.Variable(5, dtype=tf.int64)

    def iterate(batches, iteration):
        return {name: tf.reduce_sum(values) for name, values in batches.items()} | {"iteration": iteration}

    function = TrainFunction(iterate, counter, execution, batches=2)
    count = min(2, execution.updates_per_call)
    real = np.arange(count * 2 * 3, dtype=np.float32).reshape(count * 2, 3, 1)
    logs = function({"real": real, "labels": np.ones((count * 2, 3), np.int32)})
    assert logs["real"].tolist() == [15.0, 51.0][:count]
    assert logs["labels"].tolist() == [6.0] * count
    assert logs["iteration"].tolist() == [5.0, 6.0][:count]
    assert int(counter) == 5 + count


def test_str_of_an_execution():
    assert str(Execution("xla", 50)) == "xla, 50 updates a call"
    assert str(Execution("graph", 1)) == "graph, 1 update a call"
