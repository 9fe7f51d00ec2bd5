"""L1, PSNR and SSIM against their definitions, written out in float64."""

import numpy as np
import pytest
from ganreg_metrics.reconstruction import Reconstruction
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import DataSpec


def pairs(shape, low=-1.0, high=1.0, count=7, noise=0.5):
    """Smooth true samples and noisy translations of them, within a range."""
    stream = np.random.default_rng(0)
    axes = np.meshgrid(*(np.linspace(0, 3, side) for side in shape[:2]), indexing="ij")
    waves = np.sin(axes[0][..., None] + 2 * axes[1][..., None] + stream.uniform(0, 6, (count, 1, 1, shape[-1])))
    made = np.clip(waves + noise * stream.normal(size=waves.shape), -1, 1)
    target, made = ((low + (high - low) * (each + 1) / 2).astype(np.float32) for each in (waves, made))
    return made, target


def ssim_by_definition(one, other, width, side):
    """Wang et al. 2004, equation 13, for two images `[H, W]` whose values start at 0: window by window."""
    offsets = np.arange(side) - (side - 1) / 2
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    c1, c2 = (0.01 * width) ** 2, (0.03 * width) ** 2
    found = []
    for top in range(one.shape[0] - side + 1):
        for left in range(one.shape[1] - side + 1):
            x, y = (image[top : top + side, left : left + side].astype(np.float64) for image in (one, other))
            mx, my = (weights * x).sum(), (weights * y).sum()
            vx, vy = (weights * (x - mx) ** 2).sum(), (weights * (y - my) ** 2).sum()
            covariance = (weights * (x - mx) * (y - my)).sum()
            luminance = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
            found.append(luminance * (2 * covariance + c2) / (vx + vy + c2))
    return np.mean(found)


@pytest.mark.parametrize(
    ("shape", "value_range", "side"),
    [((8, 8, 1), (-1, 1), 7), ((14, 12, 3), (0, 1), 11), ((11, 20, 1), (0, 255), 11), ((5, 9, 2), (-3, 1), 5)],
)
def test_values_follow_their_definitions(shape, value_range, side):
    made, target = pairs(shape, *value_range)
    found = Reconstruction().compute_pairs(made, target, DataSpec(shape, value_range=value_range))

    least, width = value_range[0], value_range[1] - value_range[0]
    differences = made.astype(np.float64) - target.astype(np.float64)
    errors = (differences**2).mean(axis=(1, 2, 3))
    similar = [
        np.mean([ssim_by_definition(a[..., c] - least, b[..., c] - least, width, side) for c in range(shape[-1])])
        for a, b in zip(made, target, strict=True)
    ]
    assert found["l1"] == pytest.approx(np.abs(differences).mean(), rel=1e-12)
    assert found["psnr"] == pytest.approx(np.mean(10 * np.log10(width**2 / errors)), rel=1e-6)
    assert found["ssim"] == pytest.approx(np.mean(similar), abs=2e-5)
    assert 0.1 < found["ssim"] < 0.95


def test_errors_are_those_of_means_over_pairs():
    """Of pairs, not of pixels: a bootstrap comes close to the deviation over the square root of their number."""
    made, target = pairs((8, 8, 1), count=400)
    made[::2] = target[::2]
    found = Reconstruction(bootstrap=500).compute_pairs(made, target, DataSpec((8, 8, 1), value_range=(-1, 1)))
    each = np.abs(made - target).mean(axis=(1, 2, 3))
    assert found["l1_error"] == pytest.approx(each.std() / 20, rel=0.15)
    assert list(found) == ["l1", "psnr", "ssim", "l1_error", "psnr_error", "ssim_error"]


def test_equal_images_get_the_best_of_all_values():
    _, target = pairs((8, 8, 1))
    found = Reconstruction().compute_pairs(target, target, DataSpec((8, 8, 1), value_range=(-1, 1)))
    assert (found["l1"], found["psnr"]) == (0.0, 100.0)
    assert found["ssim"] == pytest.approx(1.0)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_the_smallest_images_have_windows_too(side):
    made, target = pairs((side, 6, 1))
    found = Reconstruction().compute_pairs(made, target, DataSpec((side, 6, 1), value_range=(-1, 1)))
    assert -1 <= found["ssim"] <= 1


@pytest.mark.parametrize("data", [DataSpec((8, 8, 1)), DataSpec((64,), value_range=(-1, 1)), DataSpec((2,))])
def test_only_images_with_a_range_have_more_than_a_distance(data):
    stream = np.random.default_rng(0)
    made, target = stream.uniform(-1, 1, (2, 5, *data.shape)).astype(np.float32)
    assert list(Reconstruction().compute_pairs(made, target, data)) == ["l1", "l1_error"]


@given(st.integers(0, 2**16), st.floats(-50, 50), st.floats(0.1, 200))
@settings(max_examples=10, deadline=None)
def test_only_the_distance_depends_on_the_units(seed, move, scale):
    stream = np.random.default_rng(seed)
    made, target = stream.uniform(0, 1, (2, 3, 8, 8, 1))
    metric = Reconstruction(bootstrap=2)
    plain = metric.compute_pairs(made, target, DataSpec((8, 8, 1), value_range=(0, 1)))
    data = DataSpec((8, 8, 1), value_range=(move, move + scale))
    scaled = metric.compute_pairs(scale * made + move, scale * target + move, data)
    assert scaled["l1"] == pytest.approx(scale * plain["l1"], rel=1e-6)
    assert scaled["psnr"] == pytest.approx(plain["psnr"], rel=1e-4)
    assert scaled["ssim"] == pytest.approx(plain["ssim"], abs=1e-4)


def test_blocks_do_not_matter(monkeypatch):
    made, target = pairs((8, 8, 1))
    data = DataSpec((8, 8, 1), value_range=(-1, 1))
    whole = Reconstruction().compute_pairs(made, target, data)
    monkeypatch.setattr("ganreg_metrics.reconstruction._VALUES", 3 * 64)
    assert Reconstruction().compute_pairs(made, target, data) == pytest.approx(whole, rel=1e-6)


def test_translations_without_their_true_samples_are_refused():
    made, target = pairs((8, 8, 1))
    data = DataSpec((8, 8, 1), value_range=(-1, 1))
    with pytest.raises(ganreg.DataError, match=r"each translation needs its true sample, got shapes \(3, 8.*\(7, 8"):
        Reconstruction().compute_pairs(made[:3], target, data)
    made[2, 0, 0] = np.nan
    with pytest.raises(ganreg.DataError, match="generated features contain NaN or infinity"):
        Reconstruction().compute_pairs(made, target, data)


def test_it_is_for_paired_data():
    source = DataSpec((4,))
    assert Reconstruction().suits(DataSpec((4,), source=source, paired=True), None)
    assert not Reconstruction().suits(DataSpec((4,), source=source), None)
    assert not Reconstruction().suits(DataSpec((4, 4, 1), value_range=(-1, 1)), None)
