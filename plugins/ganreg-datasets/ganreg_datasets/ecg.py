"""The dataset `ecg`: heartbeats as sums of Gaussian waves."""

from __future__ import annotations

from typing import NamedTuple

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array, draw_labelled_split

HERTZ = 128
"""Values per second."""
VALUE_RANGE = (-1.0, 2.0)
"""In millivolts; about one value in a million would be beyond it, and is clipped."""

_MEAN_RATE, _RATE_DEVIATION, _LEAST_RATE, _GREATEST_RATE = 72.0, 9.0, 48.0, 110.0
"""Beats per minute."""
_AMPLITUDE_DEVIATION = 0.12
"""Of the factor of all waves of one signal."""
_NOISE, _WANDER = 0.015, 0.08
"""Standard deviation of the noise and greatest amplitude of the slow wave of breathing, in millivolts."""
_BREATHS = (0.2, 0.35)
"""Breaths per second."""
_PREMATURE = (0.55, 0.75)
"""When an ectopic beat comes after the one before, as a share of the usual interval."""


class Wave(NamedTuple):
    """A Gaussian: its centre and standard deviation in seconds, relative to the R wave, and its height in millivolts.

    The centre is that at 60 beats per minute; at others, it is multiplied by the square root of the interval in
    seconds, like Bazett's correction of the QT interval.
    """

    centre: float
    deviation: float
    height: float


NORMAL = (
    Wave(-0.17, 0.025, 0.15),  # P
    Wave(-0.03, 0.010, -0.12),  # Q
    Wave(0.0, 0.013, 1.15),  # R
    Wave(0.032, 0.011, -0.25),  # S
    Wave(0.28, 0.045, 0.32),  # T
)
ECTOPIC = (  # a premature ventricular beat: no P wave, a wide QRS complex and an inverted T wave
    Wave(0.0, 0.040, 1.25),
    Wave(0.09, 0.035, -0.40),
    Wave(0.30, 0.060, -0.30),
)


@attrs.frozen(kw_only=True)
class Ecg(Dataset):
    """Electrocardiograms of one lead, made from formulas: two seconds of normal rhythm, or with one ectopic beat.

    A signal starts at a random moment of the heart's cycle. Its rate is normally distributed around 72 beats per
    minute. Each beat is a sum of five Gaussians, the waves P, Q, R, S and T, whose heights vary by 12 % from signal to
    signal. In the second class, one beat in the middle of the signal comes too early; it has no P wave, is wide, has an
    inverted T wave, and a pause follows. Breathing moves the baseline, and white noise is added.

    Samples have shape `(length, 1)` with 128 values per second, in millivolts, within -1..2. There are two classes,
    `normal` and `ectopic`. The held-out part, a tenth as many, comes from an independent random stream of the same
    seed. These signals are for testing generative models; they are not a model of the heart.

    >>> Ecg(samples=100).load().train.shape
    (100, 256, 1)
    """

    length: int = parameter(256, "values of one signal, at 128 a second", validators.ge(16))
    ectopic_share: float = parameter(
        0.3, "share of the signals with an ectopic beat", validators.ge(0), validators.le(1)
    )
    samples: int = parameter(10_000, "number of training signals; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the signals", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one signal."""
        return DataSpec((self.length, 1), num_classes=2, value_range=VALUE_RANGE)

    def load(self) -> Data:
        """Draws the signals, which depend on the parameters alone."""
        return draw_labelled_split(
            self._draw, self.samples, self.seed, value_range=VALUE_RANGE, class_names=("normal", "ectopic")
        )

    def _draw(self, stream: np.random.Generator, count: int) -> tuple[Array, Array]:
        labels = (stream.uniform(size=count) < self.ectopic_share).astype(np.int32)
        rates = np.clip(stream.normal(_MEAN_RATE, _RATE_DEVIATION, count), _LEAST_RATE, _GREATEST_RATE)
        intervals = 60.0 / rates
        seconds = np.arange(self.length) / HERTZ
        signals = np.zeros((count, self.length))
        for times, ectopic in self._beats(stream, intervals, labels):
            for waves, chosen in ((NORMAL, ~ectopic), (ECTOPIC, ectopic)):
                if chosen.any():
                    signals[chosen] += _waves(waves, times[chosen], intervals[chosen], seconds)
        signals *= stream.normal(1.0, _AMPLITUDE_DEVIATION, (count, 1))
        phases, frequencies = stream.uniform(0, 2 * np.pi, (count, 1)), stream.uniform(*_BREATHS, (count, 1))
        wander = stream.uniform(0, _WANDER, (count, 1)) * np.sin(2 * np.pi * frequencies * seconds + phases)
        signals += wander + stream.normal(0, _NOISE, signals.shape)
        return np.clip(signals, *VALUE_RANGE)[..., np.newaxis].astype(np.float32), labels

    def _beats(self, stream: np.random.Generator, intervals: Array, labels: Array) -> list[tuple[Array, Array]]:
        """Returns, for each beat, when it comes in each signal, in seconds, and whether it is ectopic."""
        duration = self.length / HERTZ
        shifts = stream.uniform(0, 1, len(intervals))
        early = stream.uniform(*_PREMATURE, len(intervals))
        # The beat nearest to the middle of the signal.
        middle = np.round(duration / 2 / intervals - shifts)
        beats = []
        # One beat before and one after the signal, whose waves may reach into it.
        for number in range(-1, int(duration / intervals.min()) + 3):
            ectopic = (labels == 1) & (middle == number)
            times = (number + shifts) * intervals - np.where(ectopic, (1 - early) * intervals, 0.0)
            beats.append((times, ectopic))
        return beats


def _waves(waves: tuple[Wave, ...], times: Array, intervals: Array, seconds: Array) -> Array:
    """Returns the waves of one beat in each signal, `[N, length]`."""
    stretch = np.sqrt(intervals)[:, np.newaxis]
    offsets = seconds - times[:, np.newaxis]
    total: Array = np.zeros_like(offsets)
    for wave in waves:
        total += wave.height * np.exp(-0.5 * ((offsets - wave.centre * stretch) / wave.deviation) ** 2)
    return total
