"""The step as a component sees it."""

import types

import numpy as np
import pytest
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.outputs import Output
from ganreg.contract.step import Step


def test_the_iteration_is_an_int32_scalar():
    iteration = Step(
        types.SimpleNamespace(game_step=types.SimpleNamespace(iteration=tf.constant(7, tf.int64))), Part(None, "it")
    ).iteration
    assert iteration.dtype == tf.int32
    assert int(iteration) == 7


def test_a_view_reads_its_own_state_and_random_numbers():
    drawn = []

    class Stream:
        def __init__(self, owner):
            self.owner = owner

        def normal(self, shape, axis):
            drawn.append((self.owner, "normal", shape, axis))

        def uniform(self, shape, axis):
            drawn.append((self.owner, "uniform", shape, axis))

    step = Step(types.SimpleNamespace(stream=Stream), Part(None, "mine", state={"calls": 3}))
    step.normal((2,))
    step.uniform((3, 1), axis=1)
    assert step.state == {"calls": 3}
    assert drawn == [("mine", "normal", (2,), 0), ("mine", "uniform", (3, 1), 1)]


def test_the_mean_and_the_number_of_devices_are_those_of_the_tensors():
    step = Step(types.SimpleNamespace(devices=3, mean=lambda values: sum(values) / 2), Part(None, "it"))
    assert (step.replicas, step.mean([1.0, 2.0])) == (3, 1.5)


@pytest.mark.parametrize("method", ["generate", "discriminate", "input_gradient"])
def test_extra_passes_take_the_steps_labels_unless_others_are_given(method):
    seen = []
    method_of_tensors = {method: lambda values, labels: seen.append((values, labels))}
    tensors = types.SimpleNamespace(game_step=types.SimpleNamespace(labels="own"), **method_of_tensors)
    step = Step(tensors, Part(None, "it"))
    getattr(step, method)("x")
    getattr(step, method)("y", "others")
    assert seen == [("x", "own"), ("y", "others")]


def test_logits_of_a_step_are_those_of_all_patches():
    patches = Output.of(tf.constant(np.arange(8.0).reshape(2, 2, 2, 1), tf.float32))
    step = Step(types.SimpleNamespace(real_output=patches, fake_output=patches), Part(None, "it"))
    assert step.real_logits.numpy().tolist() == step.fake_logits.numpy().tolist() == list(range(8))


def test_variables_are_each_players_own():
    tensors = types.SimpleNamespace(variables={"generator": ["g"], "discriminator": ["d"]})
    step = Step(tensors, Part(None, "it"))
    assert (step.generator_variables, step.discriminator_variables) == (["g"], ["d"])
