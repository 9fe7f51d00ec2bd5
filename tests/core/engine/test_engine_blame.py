"""Naming the component whose operation fails while a compiled call runs."""

import attrs
import pytest
import tensorflow as tf

import ganreg


@attrs.frozen(kw_only=True)
class Late(ganreg.Regularizer):
    """Fails from the eighth iteration on."""

    def discriminator_penalty(self, step):
        limit = tf.constant(7, step.iteration.dtype)
        with tf.control_dependencies([tf.debugging.assert_less(step.iteration, limit, message="too late")]):
            return tf.reduce_mean(step.real_logits)


@pytest.mark.parametrize("updates_per_call", [1, 5])
def test_a_component_that_fails_in_the_middle_of_a_training(small, points, updates_per_call):
    gan = small(regularizers=[Late()])
    message = r"regularizer 'unregistered/Late' of .*test_engine_blame.* failed in discriminator_penalty.*too late"
    with pytest.raises(ganreg.PluginError, match=message) as error:
        gan.fit(points, steps=20, verbose=0, execution="graph", updates_per_call=updates_per_call)
    assert "\n" not in str(error.value)


def test_what_no_component_did_passes_as_it_is(small, points, monkeypatch):
    gan = small(regularizers=[Late()])

    def broken(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    monkeypatch.setattr("ganreg.engine.execution.TrainFunction.run", broken)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="out of memory"):
        gan.fit(points, steps=1, verbose=0, execution="graph")
