"""The game step runs each network on each tensor once, and its copies share what they should."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import GameStep
from ganreg.contract.outputs import Output


@pytest.fixture
def calls():
    return []


class Numbers:
    """Stands in for a component's random numbers."""

    def __init__(self, owner):
        self.owner = owner

    def normal(self, shape, axis):
        return self.owner, "normal", shape, axis

    def uniform(self, shape, axis):
        return self.owner, "uniform", shape, axis


@pytest.fixture
def step(calls):
    """A step with one network, which doubles its inputs."""

    def double(inputs, labels):
        calls.append(labels)
        return 2 * inputs

    return GameStep(
        {"generator": double}, player="generator", real=tf.zeros((3, 2)), labels=tf.constant([0, 1, 2]), numbers=Numbers
    )


def test_a_network_runs_once_on_each_tensor_and_its_labels(step, calls):
    inputs, others = tf.ones((3, 2)), tf.constant([2, 2, 2])
    assert step.run("generator", inputs) is step.run("generator", inputs)
    assert step.run("generator", inputs, step.labels) is step.run("generator", inputs)
    assert len(calls) == 1
    step.run("generator", inputs, others)
    step.run("generator", tf.ones((3, 2)))
    assert len(calls) == 3
    assert calls[0] is step.labels
    assert calls[1] is others


def test_tensors_that_are_gone_are_not_confused_with_new_ones(step):
    """Python gives an address to another object as soon as the first is freed."""
    for value in range(50):
        np.testing.assert_array_equal(
            step.run("generator", tf.fill((3, 2), float(value))), np.full((3, 2), 2.0 * value)
        )


def test_what_a_game_computes_once_is_computed_once(step):
    computed = []
    for _ in range(3):
        assert step.once("wanted", lambda: computed.append(1) or len(computed)) == 1


def test_latents_are_drawn_once_for_the_batch(step):
    drawn = []
    step.draw_latents = lambda count: drawn.append(count) or tf.ones((count, 4))
    assert step.latents is step.latents
    assert drawn == [3]


def test_there_are_no_latents_where_samples_are_made_from_samples(step):
    with pytest.raises(ganreg.AssemblyError, match="no latents in a game in which samples are made from other samples"):
        _ = step.latents


def test_a_fork_shares_what_is_known_and_keeps_the_rest(step, calls):
    inputs, later = tf.ones((3, 2)), tf.zeros((3, 2))
    known = step.run("generator", inputs)
    branch = step.fork()
    assert branch.run("generator", inputs) is known
    inside = branch.run("generator", later)
    assert branch.fork().run("generator", later) is inside
    assert step.run("generator", later) is not inside
    assert len(calls) == 3


def test_a_step_with_other_latents_shares_nothing(step):
    step.draw_latents = lambda count: tf.zeros((count, 2))
    inputs = tf.ones((3, 2))
    known = step.run("generator", inputs)
    other = step.given(latents=inputs, labels=None)
    assert other.latents is inputs
    assert other.labels is None
    assert other.run("generator", inputs) is not known
    np.testing.assert_array_equal(step.latents, np.zeros((3, 2)))


def test_random_numbers_belong_to_the_game(step):
    assert step.normal((2,)) == ("game", "normal", (2,), 0)
    assert step.uniform((3, 1), axis=1) == ("game", "uniform", (3, 1), 1)


def test_a_discriminator_judges_each_tensor_once(step):
    judged = []

    def judge(samples, labels):
        judged.append((samples, labels))
        return Output.of(tf.reduce_sum(samples, axis=1, keepdims=True))

    step.judges = {"discriminator": judge}
    samples, others = tf.ones((3, 2)), tf.constant([2, 2, 2])
    assert step.judge("discriminator", samples) is step.judge("discriminator", samples)
    np.testing.assert_array_equal(step.judge("discriminator", samples).logits, [[2.0]] * 3)
    step.judge("discriminator", samples, others)
    assert [labels is step.labels for _, labels in judged] == [True, False]
    assert step.fork().judge("discriminator", samples) is step.judge("discriminator", samples)
