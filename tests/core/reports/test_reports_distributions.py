"""Densities of generated samples, drawn over that of real samples."""

import numpy as np
import pytest

from ganreg.reports.distributions import Distribution, Outline, distribution_charts, read_distribution

REAL = np.random.default_rng(0).normal(4, 0.5, 5000)


def test_densities_are_those_of_numpy():
    (chart,) = distribution_charts({"a": [Outline("seed 0", Distribution(REAL, REAL))]})
    for line in chart.series:
        expected, _ = np.histogram(REAL, np.array(line.x), density=True)
        np.testing.assert_allclose(line.y[:-1], expected, atol=1e-6)
        assert line.y[-1] == line.y[-2]
    assert [line.kind for line in chart.series] == ["area", "step"]
    assert chart.note == ""


def test_samples_outside_the_range_are_counted_and_lower_the_density():
    generated = np.concatenate([REAL[:750], np.full(250, 1e6)])
    (chart,) = distribution_charts({"a": [Outline("seed 0", Distribution(generated, REAL))]})
    line = chart.series[1]
    assert sum(line.y[:-1]) * (line.x[1] - line.x[0]) == pytest.approx(0.75, abs=1e-4)
    assert chart.note.startswith("up to 25.0%")


def test_a_collapsed_generator_does_not_flatten_the_others():
    collapsed = Outline("seed 0", Distribution(np.full(100, 4.0), REAL))
    charts = distribution_charts({"a": [collapsed], "b": [Outline("seed 0", Distribution(REAL, REAL))]})
    peak = max(charts[1].series[0].y)
    assert charts[0].height == charts[1].height == pytest.approx(1.05 * 3 * peak)


def test_values_that_are_not_finite_are_dropped(tmp_path):
    np.savez(tmp_path / "samples.npz", generated=np.array([1.0, np.nan, np.inf, 2.0]), real=REAL)
    found = read_distribution(tmp_path / "samples.npz")
    assert found.generated.tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(found.real, REAL)


@pytest.mark.parametrize(
    "arrays",
    [{"generated": REAL}, {"generated": REAL, "real": np.array([])}, {"generated": REAL, "real": np.array([np.nan])}],
)
def test_arrays_that_cannot_be_drawn(tmp_path, arrays):
    np.savez(tmp_path / "samples.npz", **arrays)
    assert read_distribution(tmp_path / "samples.npz") is None


@pytest.mark.parametrize(
    "real",
    [
        np.array([-1.7e308, 1.7e308]),
        np.full(9, 1e299),
        np.full(9, 5e-324) * np.arange(9),
        np.array([1e16, 1e16 + 4]),
        np.zeros(5),
    ],
)
def test_extreme_values_are_drawn_or_left_out(tmp_path, real):
    np.savez(tmp_path / "samples.npz", generated=REAL, real=real)
    found = read_distribution(tmp_path / "samples.npz")
    if found is not None:
        (chart,) = distribution_charts({"a": [Outline("seed 0", found)]})
        for line in chart.series:
            assert (np.diff(line.x) > 0).all()
            assert np.isfinite(line.y).all()


def test_missing_or_malformed_files(tmp_path):
    (tmp_path / "samples.npz").write_bytes(b"PK\x03\x04 no zip")
    assert read_distribution(tmp_path / "samples.npz") is None
    assert read_distribution(tmp_path / "missing.npz") is None


def test_pickles_are_not_opened(tmp_path):
    np.savez(tmp_path / "samples.npz", generated=np.array([print], dtype=object), real=REAL)
    assert read_distribution(tmp_path / "samples.npz") is None
