"""Walks through the latents, against spherical interpolation in closed form."""

import attrs
import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.walks import lerp, path, slerp, stops_of


@attrs.frozen(kw_only=True)
class Uniform(ganreg.Generator):
    """The identity of latents that are uniform in [0, 1)."""

    def sample_latents(self, step, count):
        return step.uniform((count, self.latent_dim))

    def build(self, data):
        return keras.Sequential([keras.Input((self.latent_dim,)), keras.layers.Dense(data.size)])


@pytest.fixture(scope="module")
def gan(small):
    return small()


@pytest.fixture(scope="module")
def conditional(small):
    return small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )


def test_a_quarter_of_a_circle_is_walked_evenly():
    angles = np.linspace(0, np.pi / 2, 7)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(
        slerp(np.float32([2, 0]), np.float32([0, 2]), np.linspace(0, 1, 7)), 2 * circle, atol=1e-12
    )


def test_the_length_changes_evenly():
    way = slerp(np.float32([1, 0, 0]), np.float32([0, 3, 0]), np.linspace(0, 1, 5))
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), [1, 1.5, 2, 2.5, 3])


@pytest.mark.parametrize(
    ("first", "second"), [((1, 2), (2, 4)), ((1, 2), (-1, -2)), ((0, 0), (1, 1)), ((1, 2), (1, 2))]
)
def test_without_a_great_circle_the_line_is_straight(first, second):
    shares = np.linspace(0, 1, 5)
    np.testing.assert_allclose(
        slerp(np.float32(first), np.float32(second), shares), lerp(np.float32(first), np.float32(second), shares)
    )


@pytest.mark.parametrize(
    ("seeds", "frames", "closed", "expected"),
    [
        (2, 2, False, (0, 1)),
        (3, 21, False, (0, 10, 20)),
        (3, 20, True, (0, 7, 13)),
        (2, 2, True, (0, 1)),
        (4, 10, False, (0, 3, 6, 9)),
    ],
)
def test_stops_are_spaced_evenly(seeds, frames, closed, expected):
    assert stops_of(seeds, frames, closed=closed) == expected


def test_a_closed_walk_returns_by_equal_steps():
    latents = np.float32([[1, 0], [0, 1], [-1, 0], [0, -1]])
    way = path(latents, stops_of(4, 12, closed=True), 12, closed=True, spherical=True)
    angles = 2 * np.pi * np.arange(12) / 12
    np.testing.assert_allclose(way, np.stack([np.cos(angles), np.sin(angles)], axis=1), atol=1e-6)


@pytest.mark.parametrize("truncation", [None, 0.8])
@pytest.mark.parametrize("closed", [False, True])
def test_at_its_stops_a_walk_is_at_the_samples_of_the_seeds(gan, closed, truncation):
    walk = gan.walk([5, 1, 8], frames=11, closed=closed, truncation=truncation)
    assert len(walk) == 11
    assert walk.samples.shape == (11, 2)
    assert walk.labels is None
    for stop, seed in zip(walk.stops, (5, 1, 8), strict=True):
        np.testing.assert_array_equal(walk.samples[stop], gan.generate(1, seed=seed, truncation=truncation)[0])
        np.testing.assert_array_equal(walk.latents[stop], gan.draw_latents(1, seed=seed, truncation=truncation)[0])
    np.testing.assert_allclose(walk.samples, gan.generate(latents=walk.latents), atol=1e-6)
    halfway = (walk.stops[0] + walk.stops[1]) // 2
    ends = [gan.draw_latents(1, seed=seed, truncation=truncation)[0] for seed in (5, 1)]
    share = np.array([halfway / walk.stops[1]])
    np.testing.assert_allclose(walk.latents[halfway], slerp(*ends, share)[0], atol=1e-6)


def test_uniform_latents_are_interpolated_along_straight_lines(small):
    gan = small(generator=Uniform(latent_dim=3))
    ends = [gan.draw_latents(1, seed=seed)[0] for seed in (1, 2)]
    np.testing.assert_allclose(gan.walk([1, 2], frames=5).latents, np.linspace(*ends, 5), atol=1e-6)


def test_latents_with_codes_too(small):
    """A one-hot code halfway to another is not on a sphere."""
    gan = small(
        generator="mlp:latent_dim=8,widths=[8]",
        regularizers=["mutual-information:categories=3,continuous=1,width=4"],
    )
    ends = [gan.draw_latents(1, seed=seed)[0] for seed in (1, 2)]
    np.testing.assert_allclose(gan.walk([1, 2], frames=5).latents, np.linspace(*ends, 5), atol=1e-6)


def test_each_frame_has_the_class_of_the_nearest_seed(conditional):
    walk = conditional.walk([1, 2], frames=6, labels=[2, 0])
    assert walk.labels.tolist() == [2, 2, 2, 0, 0, 0]
    np.testing.assert_allclose(walk.samples, conditional.generate(latents=walk.latents, labels=walk.labels), atol=1e-6)
    assert conditional.walk([1, 2], frames=4, labels=1).labels.tolist() == [1] * 4
    assert conditional.walk([1, 2], frames=8, labels=[2, 0], closed=True).labels.tolist() == [2, 2, 0, 0, 0, 0, 2, 2]


def test_classes_are_those_of_the_seeds(conditional):
    walk = conditional.walk([3, 4], frames=2)
    assert walk.labels.tolist() == [int(conditional.draw_labels(1, seed=seed)[0]) for seed in (3, 4)]
    np.testing.assert_array_equal(walk.samples, [conditional.generate(1, seed=seed)[0] for seed in (3, 4)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seeds": [1]}, "a walk needs at least two seeds"),
        ({"seeds": 4}, "a walk needs at least two seeds"),
        ({"seeds": [1, -2]}, "seeds of a walk must be whole numbers of at least 0"),
        ({"seeds": [1, 2.0]}, "seeds of a walk must be whole numbers"),
        ({"seeds": [1, 2, 3], "frames": 2}, "a walk through 3 seeds needs at least 3 frames, got 2"),
        ({"seeds": [1, 2], "frames": 2.5}, "the number of frames must be a whole number"),
        ({"seeds": [1, 2], "labels": 1}, "the generator is not conditional"),
    ],
)
def test_walks_that_lead_nowhere_are_refused(gan, arguments, message):
    with pytest.raises(ganreg.DataError, match=message):
        gan.walk(**arguments)
