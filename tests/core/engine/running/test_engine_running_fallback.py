"""What XLA cannot compile runs as a graph, and the message names it."""

import attrs
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.running.execution import Execution, TrainFunction
from ganreg.engine.running.fallback import is_of_xla


@attrs.frozen(kw_only=True)
class Python(ganreg.Regularizer):
    """A penalty that XLA has no operation for."""

    def discriminator_penalty(self, step):
        return tf.reshape(tf.numpy_function(lambda values: values.sum() * 0, [step.real], tf.float32), ())


FALLBACK = r"XLA cannot compile the operation 'PyFunc' of .* \(running/test_engine_running_fallback.py, line \d+\)"


def test_what_xla_cannot_compile_runs_as_a_graph_and_is_named(small, points):
    gan = small(regularizers=[Python()])
    with pytest.warns(ganreg.GanregWarning, match=FALLBACK) as warned:
        gan.fit(points, steps=6, batch_size=16, verbose=0, execution="xla", updates_per_call=2)
    assert len([warning for warning in warned if "XLA" in str(warning.message)]) == 1
    assert int(gan.iterations) == 6


def test_other_errors_are_not_taken_for_xlas(small):
    assert not is_of_xla(ValueError("shapes do not match"))
    counter = tf.Variable(0, dtype=tf.int64)

    def broken(batches, iteration):
        raise ValueError("shapes do not match")

    function = TrainFunction(broken, counter, Execution("xla", 1), 1)
    with pytest.raises(ValueError, match="shapes do not match"):
        function({"real": tf.zeros((1, 2, 1)).numpy()})
    assert function.execution.mode == "xla"
