"""Resampling against numpy's convolution of padded rows and columns."""

import numpy as np
import pytest
from ganreg_networks.resampling import Blur, Downsampling, Smoothing, Upsampling


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


def zeros_between(row):
    return np.stack([row, np.zeros_like(row)], axis=1).ravel()


@pytest.mark.parametrize(
    ("layer", "pad", "taps"),
    [(Upsampling, (2, 1), (1, 3, 3, 1)), (Upsampling, (2, 0), (1, 2, 1))],
)
def test_upsampling_filters_pixels_between_zeros(layer, pad, taps):
    maps = normal(1, 4, 5, 1)

    computed = layer(taps)(maps.astype("float32"))[0, ..., 0]

    def along(row):
        return np.convolve(np.pad(zeros_between(row), pad), np.array(taps) * 2 / sum(taps), "valid")

    close(np.apply_along_axis(along, 1, np.apply_along_axis(along, 0, maps[0, ..., 0])), computed)


@pytest.mark.parametrize(
    ("layer", "pad", "taps", "stride"),
    [
        (Downsampling, (1, 1), (1, 3, 3, 1), 2),
        (Downsampling, (1, 0), (1, 2, 1), 2),
        (Blur, (2, 2), (1, 3, 3, 1), 1),
    ],
)
def test_downsampling_filters_first(layer, pad, taps, stride):
    maps = normal(1, 4, 6, 1)

    computed = layer(taps)(maps.astype("float32"))[0, ..., 0]

    def along(row):
        return np.convolve(np.pad(row, pad), np.array(taps) / sum(taps), "valid")[::stride]

    close(np.apply_along_axis(along, 1, np.apply_along_axis(along, 0, maps[0, ..., 0])), computed)


def test_smoothing_filters_maps_of_which_three_in_four_pixels_were_zeros():
    maps = normal(1, 5, 7, 1)

    computed = Smoothing()(maps.astype("float32"))[0, ..., 0]

    def along(row):
        return np.convolve(np.pad(row, 1), np.array([1, 3, 3, 1]) / 4, "valid")

    close(np.apply_along_axis(along, 1, np.apply_along_axis(along, 0, maps[0, ..., 0])), computed)


def test_upsampling_of_stylegan_interpolates_linearly():
    ramp = np.arange(6.0).reshape(1, 6, 1, 1).repeat(6, axis=2)

    inside = Upsampling()(ramp)[0, 1:-1, 4, 0]

    close(np.arange(10) / 2 + 0.25, inside)


@pytest.mark.parametrize("taps", [(1, 3, 3, 1), (1, 2, 1), (1, 1)])
@pytest.mark.parametrize("layer", [Upsampling, Downsampling])
def test_a_constant_map_stays_constant_away_from_its_edges(layer, taps):
    maps = np.full((1, 12, 12, 2), 3.0, "float32")

    inside = layer(taps)(maps)[0, 2:-2, 2:-2]

    close(np.full(inside.shape, 3.0), inside)


def test_the_declared_shapes_are_the_computed_ones():
    maps = normal(2, 4, 6, 3).astype("float32")

    for layer in (Upsampling(), Downsampling(), Blur(), Smoothing()):
        assert layer(maps).shape == layer.compute_output_shape(maps.shape)
