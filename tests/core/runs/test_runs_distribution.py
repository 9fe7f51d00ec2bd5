"""Saved samples of one-dimensional data."""

import types

import numpy as np

import ganreg
from ganreg.runs.distribution import save_distribution


def gan_of(shape, seeds):
    """Stands for a GAN whose samples are their own numbers."""

    def generate(count, *, seed):
        seeds.append(seed)
        return np.arange(count, dtype=np.float32).reshape(count, *([1] * len(shape)))

    return types.SimpleNamespace(
        assembly=types.SimpleNamespace(data=ganreg.DataSpec(shape)),
        recipe=types.SimpleNamespace(seed=5),
        generate=generate,
    )


def test_numbers_are_saved_with_the_real_ones(tmp_path):
    seeds = []
    real = np.linspace(0, 1, 30_000, dtype=np.float32).reshape(-1, 1, 1)
    save_distribution(gan_of((1, 1), seeds), real, tmp_path / "samples.npz")
    with np.load(tmp_path / "samples.npz") as arrays:
        np.testing.assert_array_equal(arrays["generated"], np.arange(10_000))
        np.testing.assert_array_equal(arrays["real"], real[:10_000, 0, 0])
    assert seeds == [5]
    assert [path.name for path in tmp_path.iterdir()] == ["samples.npz"]


def test_data_of_more_dimensions_is_not_saved(tmp_path):
    save_distribution(gan_of((2,), []), np.zeros((4, 2), np.float32), tmp_path / "samples.npz")
    assert not list(tmp_path.iterdir())
