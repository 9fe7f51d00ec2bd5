"""Adaptive augmentation: how p moves, and what each augmentation does to images."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.ada import Ada
from ganreg_regularizers.ada_pipeline import moved, recoloured

import ganreg
from ganreg.testing import discriminator_step

ALL_SHAPES = [(8, 8, 1), (28, 28, 1), (32, 32, 3), (6, 9, 2)]


def _state(component, shape=(2,)):
    return {name: tf.Variable(value) for name, value in component.initial_state(ganreg.DataSpec(shape)).items()}


def _update(component, state, logits):
    step = discriminator_step(
        lambda x, training: x, real=np.reshape(logits, (-1, 1)), fake=np.zeros((len(logits), 1)), state=state
    )
    component.after_discriminator_update(step)


def test_p_follows_the_papers_rule():
    """Each second update p moves by the share that the reals since then are of `images`."""
    ada = Ada(interval=2, images=100, target=0.5)
    state = _state(ada)
    assert state["p"].numpy() == 0.0
    batches = [[1, 1, 2, -1], [3, 4, 5, 6], [1, 1, 1, 1], [0.5, 1, 2, 9], [-1, -2, 1, 1], [-1, -1, 1, 1]]
    history = []
    for batch in batches:
        _update(ada, state, np.float32(batch))
        history.append((state["p"].numpy(), state["r"].numpy()))
    expected = [(0, 0), (0.08, 0.75), (0.08, 0.75), (0.16, 1.0), (0.16, 1.0), (0.08, 0.0)]
    np.testing.assert_allclose(history, expected, rtol=1e-6)


def test_p_stays_between_0_and_its_limit():
    ada = Ada(interval=1, images=5, limit=0.7)
    state = _state(ada)
    _update(ada, state, np.float32([-80, -80, -80]))
    assert state["p"].numpy() == 0.0
    for _ in range(3):
        _update(ada, state, np.float32([80, 80, 80]))
    np.testing.assert_allclose(state["p"].numpy(), 0.7)


def test_on_target_p_rests():
    ada = Ada(interval=1, images=5, target=0.0)
    state = _state(ada)
    _update(ada, state, np.float32([2.0, -2.0]))
    assert state["p"].numpy() == 0.0


@pytest.fixture(scope="module", params=ALL_SHAPES, ids=str)
def images(request):
    return tf.constant(np.float32(np.random.default_rng(0).uniform(-1, 1, size=(12, *request.param))))


def _step(images, seed=0, state=None):
    return discriminator_step(lambda x, training: x[:, 0, 0], real=images, fake=images, seed=seed, state=state)


def test_without_probability_nothing_changes(images):
    ada = Ada()
    result = ada.discriminator_input(images, _step(images, state=_state(ada)))
    assert result.shape == images.shape
    np.testing.assert_allclose(result, images, atol=1e-6)


def test_with_probability_1_everything_may_change(images):
    ada = Ada()
    result = ada.discriminator_input(images, _step(images, state={"p": tf.Variable(1.0)}))
    assert result.shape == images.shape
    assert np.isfinite(result).all()
    assert np.all(np.abs(result - images).max(axis=(1, 2, 3)) > 1e-3)


def test_pixel_moves_keep_each_value():
    """Flips, quarter turns and whole shifts, mirrored: every value stays one of its image's own."""
    images = tf.constant(np.arange(40 * 64, dtype=np.float32).reshape(40, 8, 8, 1))
    result = moved(images, _step(images), 1.0, pixels=True, geometry=False).numpy()
    for image, before in zip(result, images.numpy(), strict=True):
        assert set(image.ravel()) <= set(before.ravel())
    # All eight orientations occur: what two neighbours differ by tells which.
    steps = {tuple(np.float64([image[4, 4, 0] - image[4, 3, 0], image[4, 4, 0] - image[3, 4, 0]])) for image in result}
    assert {(a, b) for a, b in steps if abs(a) != abs(b)} >= {(1, 8), (-1, 8), (8, 1), (-8, -1)}


def test_probability_is_each_images_own():
    images = tf.constant(np.float32(np.random.default_rng(1).normal(size=(400, 4, 4, 1))))
    result = recoloured(images, _step(images), 0.3)
    changed = np.any(result != images, axis=(1, 2, 3)).mean()
    assert abs(changed - (1 - 0.7**2)) < 0.08  # brightness or contrast


def test_grey_images_change_by_an_affine_map_of_values():
    images = np.float32(np.random.default_rng(1).normal(size=(50, 4, 4, 1)))
    result = recoloured(tf.constant(images), _step(images), 1.0).numpy()
    for image, before in zip(result, images, strict=True):
        slope, offset = np.polyfit(before.ravel(), image.ravel(), 1)
        assert slope > 0
        np.testing.assert_allclose(image, slope * before + offset, atol=1e-4)


def test_colour_keeps_angles():
    """The diagonal goes to itself, up to sign and scale; what is across it is turned, and stretched by one factor."""
    images = np.float32(np.random.default_rng(1).normal(size=(30, 4, 4, 3)))
    result = recoloured(tf.constant(images), _step(images), 1.0).numpy().astype(np.float64)
    signs = set()
    for image, before in zip(result, images.astype(np.float64), strict=True):
        flat = np.concatenate([before.reshape(-1, 3), np.ones((16, 1))], axis=1)
        matrix = np.linalg.lstsq(flat, image.reshape(-1, 3), rcond=None)[0][:3].T
        diagonal = np.ones(3) / np.sqrt(3)
        along = diagonal @ matrix @ diagonal
        signs.add(np.sign(along))
        np.testing.assert_allclose(matrix @ diagonal, along * diagonal, atol=1e-3)
        across = matrix - along * np.outer(diagonal, diagonal)
        gram = across.T @ across
        factor = np.trace(gram) / 2
        np.testing.assert_allclose(gram, factor * (np.eye(3) - np.outer(diagonal, diagonal)), atol=2e-3 * factor)
    assert signs == {-1.0, 1.0}


def test_check():
    assembly = SimpleNamespace(data=ganreg.DataSpec((2,)))
    (problem,) = Ada().check(assembly)
    assert (problem.severity, "ada augments images" in problem.message) == ("error", True)
    assert list(Ada().check(SimpleNamespace(data=ganreg.DataSpec((8, 8, 1), value_range=(-1, 1))))) == []


@pytest.mark.parametrize("options", [{"target": 2.0}, {"interval": 0}, {"images": 0}, {"limit": 0.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        Ada(**options)
