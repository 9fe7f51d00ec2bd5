"""The points between real and generated samples."""

import numpy as np
import tensorflow as tf
from ganreg_regularizers.interpolation import interpolates
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ganreg.testing import discriminator_step


def test_one_place_on_the_line_for_each_pair():
    """Every point is on its own line, at one place along it for all its axes."""
    real, fake = np.zeros((64, 2, 2, 1)), np.ones((64, 2, 2, 1))
    points = interpolates(discriminator_step(lambda x, training: x[:, 0, 0], real=real, fake=fake)).numpy()
    places = points.reshape(64, 4)
    assert np.all(places == places[:, :1])
    assert len(np.unique(places[:, 0])) == 64
    assert places.min() >= 0.0
    assert places.max() < 1.0
    assert abs(places.mean() - 0.5) < 0.15


@given(
    real=hnp.arrays(np.float32, (5, 3), elements={"min_value": -100, "max_value": 100}),
    fake=hnp.arrays(np.float32, (5, 3), elements={"min_value": -100, "max_value": 100}),
    seed=st.integers(0, 100),
)
@settings(max_examples=30, deadline=None)
def test_points_lie_between_the_pair(real, fake, seed):
    points = interpolates(discriminator_step(lambda x, training: x, real=real, fake=fake, seed=seed)).numpy()
    assert np.all(points >= np.minimum(real, fake) - 1e-4)
    assert np.all(points <= np.maximum(real, fake) + 1e-4)


def test_generated_samples_of_another_type_are_cast():
    """Under a mixed-precision policy generated samples have the compute type."""
    step = discriminator_step(lambda x, training: x, real=tf.ones((3, 2)), fake=tf.zeros((3, 2), tf.float16))
    assert interpolates(step).dtype == tf.float32


def test_a_pack_moves_along_one_line():
    """Three samples that D classifies jointly share their place between real and generated."""
    real, fake = np.zeros((12, 2), np.float32), np.ones((12, 2), np.float32)
    step = discriminator_step(lambda x, training: tf.reshape(x, (4, 6))[:, :1], real=real, fake=fake)
    places = interpolates(step).numpy().reshape(4, 6)
    assert np.all(places == places[:, :1])
    assert len(np.unique(places[:, 0])) == 4
