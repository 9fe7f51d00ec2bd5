"""LeCam regularization against float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.lecam import LeCam

import ganreg
from ganreg.testing import discriminator_step

POINTS = ganreg.DataSpec((3,))


def _logits(samples, training):
    """The logit is the first number of a sample."""
    return samples[:, :1]


def _step(real, fake, state=None):
    real, fake = (np.reshape(np.float32(logits), (-1, 1)) for logits in (real, fake))
    return discriminator_step(_logits, real=real, fake=fake, state=state)


def _state(**values):
    names = LeCam().initial_state(POINTS) | values
    names["weight"] = float(bool(values))
    return {name: tf.Variable(value, dtype=tf.float32) for name, value in names.items()}


@pytest.mark.parametrize("one_sided", [False, True])
@pytest.mark.parametrize(
    ("real", "fake"), [([0.5, -2.0, 3.0], [1.0, -1.0, 0.25]), ([80.0, -80.0], [-80.0, 80.0])], ids=["usual", "far"]
)
def test_value(real, fake, one_sided):
    step = _step(real, fake, _state(real_average=0.75, fake_average=-0.25))
    value = LeCam(weight=2.0, one_sided=one_sided).discriminator_penalty(step)
    on_real, on_fake = np.float64(real) + 0.25, 0.75 - np.float64(fake)
    if one_sided:
        on_real, on_fake = np.maximum(on_real, 0), np.maximum(on_fake, 0)
    np.testing.assert_allclose(value, 2.0 * (np.mean(on_real**2) + np.mean(on_fake**2)), rtol=1e-6)


def test_value_and_gradient_by_weights(network, batches, finite_differences):
    real, fake = batches

    def logits(samples, weights):
        return network.features(samples, weights) @ weights[-network.hidden :]

    def reference(weights):
        return 0.7 * (np.mean((logits(real, weights) + 0.5) ** 2) + np.mean((logits(fake, weights) - 1.5) ** 2))

    state = _state(real_average=1.5, fake_average=-0.5)
    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake), state=state)
        value = LeCam(weight=0.7, one_sided=False).discriminator_penalty(step)
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-4, atol=1e-5
    )


def test_averages_are_of_the_logits_so_far():
    """A weighted mean, whose weights d^age·(1-d) are scaled to a sum of 1: constant logits give exactly themselves."""
    state = _state()
    regularizer = LeCam(weight=1.0, decay=0.9, one_sided=False)
    first = _step([5.0, 7.0], [2.0, 2.0], state)
    assert float(regularizer.discriminator_penalty(first)) == 0.0  # nothing to compare with yet
    batches = [([5.0, 7.0], [2.0, 2.0]), ([1.0, 3.0], [-1.0, 0.0]), ([4.0], [2.0])]
    for real, fake in batches:
        regularizer.after_discriminator_update(_step(real, fake, state))
    weights = 0.9 ** np.arange(2, -1, -1.0)
    real_average, fake_average = (
        np.average([np.mean(batch[side]) for batch in batches], weights=weights) for side in (0, 1)
    )
    value = regularizer.discriminator_penalty(_step([0.5], [0.25], state))
    np.testing.assert_allclose(value, (0.5 - fake_average) ** 2 + (real_average - 0.25) ** 2, rtol=1e-5)


def test_constant_logits_are_their_own_average():
    state = _state()
    regularizer = LeCam(decay=0.99)
    regularizer.after_discriminator_update(_step([3.0], [3.0], state))
    assert float(regularizer.discriminator_penalty(_step([3.0], [3.0], state))) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_trains_and_logs_its_averages():
    gan = ganreg.assemble(
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="hinge",
        regularizers=["lecam", "logit-drift", "r1", "minibatch-discrimination", "instance-noise"],
        data=POINTS,
    )
    history = gan.fit(np.ones((24, 3), np.float32), batch_size=8, verbose=0, steps=3, execution="graph").history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    averages = [float(variable) for variable in gan.component_state["lecam"].values()]
    assert all(average != 0.0 for average in averages)
    assert {"lecam/real_average", "lecam/fake_average", "discriminator/logit-drift"} <= set(history)


def test_defaults_and_bounds():
    assert (LeCam().weight, LeCam().decay, LeCam().one_sided) == (0.3, 0.99, True)
    for wrong in ({"weight": -1.0}, {"decay": 1.0}, {"decay": -0.1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            LeCam(**wrong)
