"""The methods that make samples agree with each other, and change no variable."""

import numpy as np
import pytest

from ganreg.engine.variables import weights_hash


@pytest.fixture(scope="module")
def gan(small, points):
    gan = small()
    gan.fit(points, steps=2, verbose=0, execution="graph")
    return gan


def test_calling_it_on_drawn_latents_is_generating(gan):
    latents = gan.draw_latents(5, seed=1)
    samples = gan.generate(5, seed=1)
    np.testing.assert_allclose(gan(latents), samples, rtol=1e-6)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), samples, rtol=1e-6)
    np.testing.assert_array_equal(gan.generate(latents=latents), samples)


def test_the_ends_of_a_walk_are_the_samples_of_its_seeds(gan):
    walk = gan.walk([3, 4], frames=5)
    np.testing.assert_allclose(walk.samples[walk.stops[0]], gan.generate(1, seed=3)[0], rtol=1e-5)
    np.testing.assert_allclose(walk.samples[walk.stops[1]], gan.generate(1, seed=4)[0], rtol=1e-5)


def test_making_samples_changes_no_variable(gan):
    before = weights_hash(gan.players)
    samples = gan.generate(3, seed=0)
    gan.generate(3, seed=0, average=False, truncation=0.5)
    gan.walk([1, 2], frames=3)
    gan.invert(samples, steps=2, starts=1)
    assert weights_hash(gan.players) == before
