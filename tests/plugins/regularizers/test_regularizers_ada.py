"""Adaptive augmentation of all shapes of images, and in training."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.ada import Ada

import ganreg
from ganreg.testing import discriminator_step

ALL_SHAPES = [(8, 8, 1), (28, 28, 1), (32, 32, 3), (6, 9, 2)]


@pytest.fixture(scope="module", params=ALL_SHAPES, ids=str)
def images(request):
    return tf.constant(np.float32(np.random.default_rng(0).uniform(-1, 1, size=(12, *request.param))))


def _step(images, probability):
    state = {"p": tf.Variable(probability)}
    return discriminator_step(lambda x, training: x[:, 0, 0], real=images, fake=images, state=state)


def test_without_probability_nothing_changes(images):
    result = Ada().discriminator_input(images, _step(images, 0.0))
    assert result.shape == images.shape
    np.testing.assert_allclose(result, images, atol=1e-6)


def test_with_probability_1_everything_may_change(images):
    result = Ada().discriminator_input(images, _step(images, 1.0))
    assert result.shape == images.shape
    assert np.isfinite(result).all()
    assert np.all(np.abs(result - images).max(axis=(1, 2, 3)) > 1e-3)


def test_check():
    assembly = SimpleNamespace(data=ganreg.DataSpec((2,)))
    (problem,) = Ada().check(assembly)
    assert (problem.severity, "ada augments images" in problem.message) == ("error", True)
    assert list(Ada().check(SimpleNamespace(data=ganreg.DataSpec((8, 8, 1), value_range=(-1, 1))))) == []


@pytest.mark.parametrize("group", ["pixels", "geometry", "color"])
def test_each_group_alone_changes_images(group):
    images = tf.constant(np.float32(np.random.default_rng(0).uniform(-1, 1, size=(12, 8, 8, 3))))
    nothing = {"pixels": False, "geometry": False, "color": False}
    assert np.any(Ada(**nothing | {group: True}).discriminator_input(images, _step(images, 1.0)) != images)
    np.testing.assert_array_equal(Ada(**nothing).discriminator_input(images, _step(images, 1.0)), images)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_in_training_p_rises(execution, train_on_images):
    """By the 8 samples of each of 3 updates, over 64: D always overfits for a target of -1."""
    gan = train_on_images("ada:interval=1,images=64,target=-1", "r1", "minibatch-discrimination", execution=execution)
    np.testing.assert_allclose(gan.component_state["ada"]["p"].numpy(), 3 / 8, rtol=1e-6)


@pytest.mark.parametrize("group", ["pixels", "geometry", "color"])
def test_refuses(group):
    with pytest.raises(ganreg.SpecError, match=group):
        Ada(**{group: 1})
