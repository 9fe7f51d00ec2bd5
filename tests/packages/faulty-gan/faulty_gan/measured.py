"""Metrics with one fault each."""

from __future__ import annotations

import attrs
import numpy as np

from faulty_gan.fault import Fault
from ganreg import DataError, Metric


@attrs.frozen(kw_only=True)
class Gap(Metric):
    """The distance between two means, and correct."""

    def _checked(self, real, fake):
        if real.shape[1:] != fake.shape[1:] or min(len(real), len(fake)) < 2:
            raise DataError("gap: expected at least two samples on each side, with the same features")
        if not (np.isfinite(real).all() and np.isfinite(fake).all()):
            raise DataError("gap: features must be finite")

    def _gap(self, real, fake):
        return np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0))

    def compute(self, real, fake):
        self._checked(real, fake)
        return {"gap": float(self._gap(real, fake))}


@attrs.frozen(kw_only=True)
class NumpyNumbers(Gap):
    """Returns numpy's numbers, which JSON does not accept."""

    def compute(self, real, fake):
        return {"gap": np.float32(super().compute(real, fake)["gap"])}


@attrs.frozen(kw_only=True)
class Moody(Gap):
    """Chooses other samples each time."""

    def _gap(self, real, fake):
        chosen = np.random.default_rng().choice(len(fake), len(fake) // 2, replace=False)
        return super()._gap(real, fake[chosen])


@attrs.frozen(kw_only=True)
class Turning(Gap):
    """Is lowest for generated samples at half the distance."""

    def _gap(self, real, fake):
        return abs(super()._gap(real, fake) - 15.0)


@attrs.frozen(kw_only=True)
class Unmoved(Gap):
    """Ignores values that are not finite."""

    def _checked(self, real, fake):
        super()._checked(np.nan_to_num(real), np.nan_to_num(fake))

    def _gap(self, real, fake):
        return super()._gap(np.nan_to_num(real), np.nan_to_num(fake))


@attrs.frozen(kw_only=True)
class Undemanding(Gap):
    """Accepts a single sample."""

    def _checked(self, real, fake):
        super()._checked(np.repeat(real, 2, axis=0), np.repeat(fake, 2, axis=0))


MEASURED = (
    Fault("gives-numbers", NumpyNumbers, "its value 'gap' is float32"),
    Fault("computes-the-same", Moody, "its values differ"),
    Fault("orders-by-distance", Turning, "its first value is"),
    Fault("refuses-non-finite-features", Unmoved, "given nan among the real features it returns"),
    Fault("refuses-too-few", Undemanding, "given 1 real samples it returns"),
)
