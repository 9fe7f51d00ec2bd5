"""The samples' own values as features."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg import Dataset, DataSpec, Extractor, Features, Source


@attrs.frozen(kw_only=True)
class Pixels(Extractor):
    """The samples' own values, flattened: pixels of images, in the range of the data."""

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """It suits all data, and any extractor that suits them better replaces it."""
        return 1

    def prepare(self, source: Source) -> Features:
        """Returns a function from samples to `[N, size of a sample]`."""
        description = "pixels" if source.spec.is_image else "values"
        return Features(description=description, extract=_flattened, keep=False)


def _flattened(samples: np.ndarray) -> np.ndarray:
    return samples.reshape(len(samples), -1)
