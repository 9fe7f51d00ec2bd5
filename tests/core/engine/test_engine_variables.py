"""All variables that a training changes, their hash, and putting them back."""

import contextlib
import hashlib

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.players import Players
from ganreg.engine.resolving import resolve
from ganreg.engine.variables import put_back, variable_groups, weights_hash


@pytest.fixture
def players():
    recipe = ganreg.Recipe(generator="mlp:widths=[4]", discriminator="mlp:widths=[3]")
    recipe = recipe.updated(regularizers=["historical-averaging"])
    return Players(resolve(recipe, data=ganreg.DataSpec((2,))))


def test_the_groups_hold_everything(players):
    groups = variable_groups(players)
    assert set(groups) == {
        "generator", "discriminator", "average_generator", "generator_optimizer", "discriminator_optimizer",
        "iterations", "component_state",
    }  # fmt: skip
    assert len(groups["generator"]) == len(players.networks["generator"].variables)
    assert groups["iterations"] == [players.iterations]


def test_the_hash_is_that_of_names_types_shapes_and_bytes(players):
    digest = hashlib.sha256()
    for name, group in sorted(variable_groups(players).items()):
        for variable in group:
            value = np.asarray(variable)
            digest.update(f"{name} {tf.as_dtype(variable.dtype).name} {value.shape};".encode() + value.tobytes())
    assert weights_hash(players) == digest.hexdigest()


def test_one_bit_changes_the_hash(players):
    before = weights_hash(players)
    weight = players.discriminator.trainable[0]
    weight.assign(np.nextafter(weight.numpy(), np.float32(9)))
    assert weights_hash(players) != before


def test_whatever_is_changed_inside_is_put_back(players):
    before = weights_hash(players)
    with contextlib.suppress(RuntimeError), put_back(players):
        players.iterations.assign_add(3)
        players.generator.trainable[0].assign_add(tf.ones_like(players.generator.trainable[0]))
        raise RuntimeError
    assert weights_hash(players) == before
