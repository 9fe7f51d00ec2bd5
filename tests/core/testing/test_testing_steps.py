"""Steps made by hand behave as the engine's."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.testing import discriminator_step, game_step, generator_step

REAL = np.array([[1.0, -2.0], [0.5, 3.0]], np.float32)
FAKE = np.array([[4.0, 0.0], [-1.0, 1.0]], np.float32)
SLOPE = np.array([[0.5], [-1.5]], np.float32)


def linear(samples, training):
    return {"logits": samples @ SLOPE, "features": (samples,)}


def test_a_discriminator_step_has_what_it_was_given():
    step = discriminator_step(linear, real=REAL, fake=FAKE, iteration=4)
    np.testing.assert_array_equal(step.real, REAL)
    np.testing.assert_array_equal(step.fake, FAKE)
    np.testing.assert_allclose(step.real_output.logits, REAL @ SLOPE)
    np.testing.assert_allclose(step.fake_output.logits, FAKE @ SLOPE)
    np.testing.assert_allclose(step.fake_gradient, np.repeat(SLOPE.T, 2, axis=0))
    assert int(step.iteration) == 4
    assert step.labels is None


def test_a_discriminator_may_return_logits_alone():
    step = discriminator_step(lambda samples, training: samples @ SLOPE, real=REAL, fake=FAKE)
    assert step.real_output.features == ()


def test_r1_of_a_linear_critic_by_hand():
    """gamma/2 · (0.25 + 2.25) = 2.5 with gamma = 2."""
    penalty = ganreg.create("regularizer", "r1:weight=2").discriminator_penalty(
        discriminator_step(linear, real=REAL, fake=FAKE)
    )
    assert float(penalty) == pytest.approx(2.5)


def test_it_works_inside_a_tf_function():
    @tf.function(autograph=False)
    def squared(real):
        return tf.reduce_sum(discriminator_step(linear, real=real, fake=FAKE).real_gradient ** 2)

    assert float(squared(tf.constant(REAL))) == pytest.approx(5.0)


def test_labels_are_given_to_both_networks():
    def judge(inputs, training):
        samples, labels = inputs
        return samples @ SLOPE + tf.cast(labels, tf.float32)[:, tf.newaxis]

    def make(inputs, training):
        latents, labels = inputs
        return latents + tf.cast(labels, tf.float32)[:, tf.newaxis]

    step = generator_step(make, judge, real=REAL, latents=FAKE, labels=[1, 2])
    np.testing.assert_array_equal(step.fake, FAKE + np.array([[1], [2]]))
    np.testing.assert_allclose(step.real_output.logits, REAL @ SLOPE + np.array([[1], [2]]))
    assert step.labels.dtype == tf.int32


def test_a_generator_step_carries_the_gradient():
    theta = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        step = generator_step(lambda latents, training: theta * latents, linear, real=REAL, latents=FAKE)
        score = tf.reduce_sum(step.fake_output.logits)
    assert float(tape.gradient(score, theta)) == pytest.approx(float(np.sum(FAKE @ SLOPE)))


def test_random_numbers_repeat_with_seed_and_iteration():
    def drawn(**key):
        return discriminator_step(linear, real=REAL, fake=FAKE, **key).normal((4,)).numpy().tolist()

    assert drawn() == drawn()
    assert len({tuple(drawn(**key)) for key in ({}, {"seed": 1}, {"iteration": 1})}) == 3


def test_state_and_inputs_are_given():
    count = tf.Variable(0.0)
    noise = ganreg.create("regularizer", "instance-noise:standard_deviation=0")
    step = discriminator_step(linear, real=REAL, fake=FAKE, state={"count": count}, inputs=[noise])
    step.state["count"].assign_add(1.0)
    assert float(count) == 1.0
    np.testing.assert_allclose(step.real_output.logits, REAL @ SLOPE)


def test_a_model_gives_its_variables(ganreg_models):
    generator, discriminator = ganreg_models
    step = generator_step(generator, discriminator, real=REAL, latents=FAKE)
    assert step.generator_variables == generator.trainable_variables
    assert step.discriminator_variables == discriminator.trainable_variables


@pytest.fixture
def ganreg_models():
    spec = ganreg.DataSpec((2,))
    generator = ganreg.create("generator", "mlp:latent_dim=2,widths=[3]").build(spec)
    return generator, ganreg.create("discriminator", "mlp:widths=[3]").build(spec)


def test_a_step_without_a_generator_says_so():
    step = discriminator_step(linear, real=REAL, fake=FAKE)
    with pytest.raises(ValueError, match="this step has no generator"):
        step.generate(tf.zeros((2, 2)))


def test_a_game_step_runs_each_network_once():
    calls = []

    def double(samples, training):
        calls.append(training)
        return 2 * samples

    step = game_step({"generator": double}, real=REAL, source=FAKE, latents=FAKE)
    assert step.run("generator", step.source) is step.run("generator", step.source)
    np.testing.assert_allclose(step.run("generator", step.source), 2 * FAKE)
    assert calls == [True]
    np.testing.assert_allclose(step.latents, FAKE)
    assert (step.player, step.labels, step.batch_size) == ("generator", None, len(REAL))


def test_only_conditional_networks_of_a_game_step_take_labels():
    def add(inputs, training):
        samples, labels = inputs
        return samples + tf.cast(labels, tf.float32)[:, tf.newaxis]

    networks = {"generator": add, "encoder": lambda samples, training: -samples}
    step = game_step(networks, real=REAL, labels=[1, 2], conditional=["generator"])
    made = step.run("generator", step.real)
    np.testing.assert_allclose(made, REAL + np.array([[1], [2]]), rtol=1e-6)
    np.testing.assert_allclose(step.run("encoder", made), -np.asarray(made))


def test_a_game_step_draws_by_its_seed_player_and_iteration():
    def drawn(**key):
        return tuple(game_step({}, real=REAL, **key).normal((4,)).numpy())

    assert drawn() == drawn()
    assert len({drawn(**key) for key in ({}, {"seed": 1}, {"iteration": 1}, {"player": "both"})}) == 4


def test_a_game_step_without_latents_says_so():
    with pytest.raises(ganreg.AssemblyError, match="there are no latents"):
        game_step({}, real=REAL).latents  # noqa: B018
