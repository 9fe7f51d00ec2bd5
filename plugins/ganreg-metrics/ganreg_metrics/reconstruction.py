"""How close translations are to the true samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, parameter
from ganreg.lazy import tf
from ganreg_metrics.features import Array, blocks, checked_pair
from ganreg_metrics.resampling import error_of_mean

_WINDOW = 11
"""The width of SSIM's windows in pixels, as in the paper."""
_MOST_DECIBELS = 100.0
"""PSNR of equal images, for which it is infinite."""
_VALUES = 2**20
"""The most values in one block of images, which bounds the memory that SSIM needs."""


@attrs.frozen(kw_only=True)
class Reconstruction(Metric):
    """Mean absolute error, PSNR and structural similarity (SSIM) between translations and true samples.

    With the true sample y of a source, its translation y' and the width L of the range of values, where means are over
    all values of a sample::

        l1   = mean |y' - y|
        psnr = 10 log10( L² / mean (y' - y)² )
        ssim = mean over windows of (2 m m' + c) (2 s + d) / ((m² + m'² + c) (v + v' + d))

    `l1` is in the data's own units. `psnr` is at most 100, which equal images get. In `ssim` (Wang et al. 2004), m and
    m' are the means, v and v' the variances and s the covariance of y and y' in a window, with values that start at 0,
    c = (0.01 L)² and d = (0.03 L)². Windows lie within the image, are 11 pixels wide (in smaller images the largest odd
    width that fits) and weighted by a normal distribution with a standard deviation of 1.5 pixels. Channels are
    averaged.

    Each value is the mean over pairs; its error is the bootstrap's. Only images with a `value_range` have a `psnr` and
    an `ssim`.

    Values: `l1`, `psnr`, `ssim`, `l1_error`, `psnr_error`, `ssim_error`.
    """

    needs_pairs: ClassVar[bool] = True
    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "samples"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"l1": True, "psnr": False, "ssim": False}

    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Suits samples that have a source each better than other metrics do."""
        return 4 if data.paired else 0

    def compute_pairs(self, made: Array, target: Array, data: DataSpec) -> dict[str, float]:
        """Compares samples `[N, *shape]` pair by pair.

        Raises:
            DataError: if the samples differ in number or shape, are not finite, or are fewer than 2.
        """
        checked_pair(target, made, metric="reconstruction", minimum=self.minimum_samples(1))
        if made.shape != target.shape:
            raise DataError(
                f"reconstruction: each translation needs its true sample, got shapes {made.shape} and {target.shape}"
            )
        compared = [
            _compare(made[block].astype(np.float64), target[block].astype(np.float64), data)
            for block in blocks(len(target), max(1, _VALUES // target[0].size))
        ]
        found = {name: np.concatenate([values[name] for values in compared]) for name in compared[0]}
        errors = {f"{name}_error": error_of_mean(each, self.bootstrap, self.seed) for name, each in found.items()}
        return {name: float(each.mean()) for name, each in found.items()} | errors


def _compare(made: Array, target: Array, data: DataSpec) -> dict[str, Array]:
    """Returns the values of each pair, `[N]`."""
    values = {"l1": np.abs(made - target).reshape(len(made), -1).mean(axis=1)}
    if not data.is_image or data.value_range is None:
        return values
    least, greatest = data.value_range
    width, side = greatest - least, min(_WINDOW, *data.shape[:2])
    # SSIM compares means, and is therefore defined for values that start at 0.
    images = [tf.constant(each - least, tf.float32) for each in (made, target)]
    psnr = tf.image.psnr(*images, max_val=width).numpy()
    ssim = tf.image.ssim(*images, max_val=width, filter_size=side if side % 2 else side - 1).numpy()
    values |= {"psnr": np.minimum(psnr, _MOST_DECIBELS), "ssim": ssim}
    return {name: each.astype(np.float64) for name, each in values.items()}
