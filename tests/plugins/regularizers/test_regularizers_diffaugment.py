"""Differentiable augmentation against numpy, image by image."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.diffaugment import DiffAugment

import ganreg
from ganreg.testing import discriminator_step

SHAPES = [(8, 8, 1), (28, 28, 1), (32, 32, 3)]


def _images(shape, count=6):
    return np.float32(np.random.default_rng(0).uniform(-1, 1, size=(count, *shape)))


def _augmented(images, recording, seed=0, **options):
    step = recording(discriminator_step(lambda x, training: x[:, 0, 0], real=images, fake=images, seed=seed))
    result = DiffAugment(**options).discriminator_input(tf.constant(images), step)
    return result.numpy(), [drawn.numpy().reshape(len(images)) for drawn in step.drawn]


ONLY = {
    "color": {"translation": False, "cutout": False},
    "translation": {"color": False, "cutout": False},
    "cutout": {"color": False, "translation": False},
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_color(shape, recording):
    images = _images(shape)
    result, (brightness, saturation, contrast) = _augmented(images, recording, **ONLY["color"])
    for index, image in enumerate(np.float64(images)):
        expected = image + brightness[index] - 0.5
        grey = expected.mean(axis=2, keepdims=True)
        expected = grey + 2 * saturation[index] * (expected - grey)
        expected = expected.mean() + (contrast[index] + 0.5) * (expected - expected.mean())
        np.testing.assert_allclose(result[index], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("shape", "reach"), [((8, 8, 1), 1), ((28, 28, 1), 4), ((32, 32, 3), 4)], ids=str)
def test_translation(shape, reach, recording):
    images = _images(shape, 40)
    result, (rows, columns) = _augmented(images, recording, **ONLY["translation"])
    padded = np.pad(images, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    moves = set()
    for index, (u, v) in enumerate(zip(rows, columns, strict=True)):
        down, right = (int(np.floor(number * (2 * reach + 1))) - reach for number in (u, v))
        top, left = reach - down, reach - right
        np.testing.assert_array_equal(result[index], padded[index, top : top + shape[0], left : left + shape[1]])
        moves |= {down, right}
    assert moves == set(range(-reach, reach + 1))


@pytest.mark.parametrize("shape", [*SHAPES, (9, 6, 1)], ids=str)
def test_cutout(shape, recording):
    images = _images(shape, 30) + 3.0
    result, _ = _augmented(images, recording, **ONLY["cutout"])
    sides = [int(size * 0.5 + 0.5) for size in shape[:2]]
    for image, before in zip(result, images, strict=True):
        hidden = np.all(image == 0, axis=2)
        rows, columns = np.flatnonzero(hidden.any(axis=1)), np.flatnonzero(hidden.any(axis=0))
        assert np.array_equal(hidden, np.isin(np.arange(shape[0]), rows)[:, None] & np.isin(range(shape[1]), columns))
        for places, side, size in zip((rows, columns), sides, shape[:2], strict=True):
            assert np.array_equal(places, np.arange(places[0], places[-1] + 1))
            assert len(places) == side or 0 in places or size - 1 in places
            assert side // 2 <= len(places) <= side
        np.testing.assert_array_equal(image[~hidden], before[~hidden])


def test_nothing_chosen_changes_nothing(recording):
    images = _images((8, 8, 1))
    result, drawn = _augmented(images, recording, color=False, translation=False, cutout=False)
    assert drawn == []
    np.testing.assert_array_equal(result, images)


def test_real_and_generated_samples_get_independent_numbers():
    images = _images((8, 8, 1))
    step = discriminator_step(
        lambda x, training: tf.reduce_sum(x, axis=(1, 2, 3))[:, None],
        real=images,
        fake=images,
        inputs=[DiffAugment()],
    )
    assert np.all(step.real_logits != step.fake_logits)


def test_the_gradient_reaches_the_image():
    """Only what the hole hides has none."""
    images = tf.constant(_images((8, 8, 3)))
    with tf.GradientTape() as tape:
        tape.watch(images)
        step = discriminator_step(lambda x, training: x[:, 0, 0], real=images, fake=images)
        total = tf.reduce_sum(DiffAugment(color=False, translation=False).discriminator_input(images, step))
    gradient = tape.gradient(total, images).numpy()
    assert set(np.unique(gradient)) == {0.0, 1.0}


def _problems(shape, value_range=(-1, 1), **options):
    return list(DiffAugment(**options).check(SimpleNamespace(data=ganreg.DataSpec(shape, value_range=value_range))))


def test_check():
    assert _problems((8, 8, 1)) == []
    (problem,) = _problems((2,))
    assert problem.severity == "error"
    assert "diffaugment augments images" in problem.message
    assert "instance-noise" in problem.hint
    (problem,) = _problems((8, 8, 1), (0, 1))
    assert problem.severity == "warning"
    assert _problems((8, 8, 1), (0, 1), color=False) == []


@pytest.mark.parametrize("options", [{"translation_ratio": -0.1}, {"cutout_ratio": 1.5}, {"color": 1}], ids=str)
def test_refuses(options):
    with pytest.raises((ValueError, TypeError), match=next(iter(options))):
        DiffAugment(**options)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_trains_with_packs_and_a_gradient_penalty(execution, train_on_images):
    gan = train_on_images("diffaugment", "r1", "packing", execution=execution)
    assert all(np.isfinite(weights).all() for weights in gan.discriminator.get_weights())


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3)], ids=str)
def test_trains_convolutional_networks_in_half_precision(shape, train_on_images):
    gan = train_on_images(
        "diffaugment", "consistency", network="dcgan:width=4", shape=shape, batch_size=4, precision="mixed_bfloat16"
    )
    assert all(np.isfinite(weights).all() for weights in gan.discriminator.get_weights())
