"""The mean and standard deviation of each channel, as features."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg import Extractor, Features, Source


@attrs.frozen(kw_only=True)
class ChannelStatistics(Extractor):
    """The mean and the standard deviation of a sample's values along its last axis."""

    def prepare(self, source: Source) -> Features:
        """Returns a function from samples `[N, ..., channels]` to `[N, 2 * channels]`."""
        return Features(description="channel statistics", extract=_statistics)


def _statistics(samples: np.ndarray) -> np.ndarray:
    pixels = samples.reshape(len(samples), -1, samples.shape[-1])
    return np.concatenate([pixels.mean(axis=1), pixels.std(axis=1)], axis=1)
