"""The conditional layer against numpy, from the paper's formula."""

import keras
import numpy as np
import pytest
from ganreg_networks.conditioning import ClassAffine


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


def test_conditional_batch_norm_scales_and_shifts_by_class():
    inputs, labels = keras.Input((3, 3, 2)), keras.Input((4,))
    norm, affine = keras.layers.BatchNormalization(center=False, scale=False, epsilon=1e-3), ClassAffine()
    model = keras.Model([inputs, labels], affine([norm(inputs), labels]))
    affine.gamma.assign(normal(4, 2, seed=1))
    affine.beta.assign(normal(4, 2, seed=2))
    maps, classes = 3 + 2 * normal(5, 3, 3, 2), np.array([0, 3, 1, 3, 2])

    computed = model([maps.astype("float32"), np.eye(4, dtype="float32")[classes]], training=True)

    normalized = (maps - maps.mean((0, 1, 2))) / np.sqrt(maps.var((0, 1, 2)) + 1e-3)
    scale, shift = normal(4, 2, seed=1)[classes], normal(4, 2, seed=2)[classes]
    close(normalized * scale[:, None, None] + shift[:, None, None], computed)


def test_classes_differ_from_the_first_update():
    layer = ClassAffine()
    layer([np.zeros((1, 2, 2, 400), "float32"), np.eye(3, dtype="float32")[:1]])

    scales = layer.gamma.numpy()

    assert scales.mean() == pytest.approx(1, abs=0.01)
    assert scales.std() == pytest.approx(0.02, rel=0.2)
    assert not layer.beta.numpy().any()
