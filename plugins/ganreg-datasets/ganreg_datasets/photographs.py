"""The dataset `photographs`: patches of the two photographs that come with scikit-learn."""

from __future__ import annotations

import functools

import attrs
import numpy as np
from attrs import validators
from sklearn.datasets import load_sample_images

from ganreg import Data, DataError, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array

HELD_OUT_WIDTH = 128
"""The width of the strip at the right of each photograph that is held out, in pixels."""


@attrs.frozen(kw_only=True)
class Photographs(Dataset):
    """Square patches of the photographs of a temple and of a flower, 640x427 pixels each, in colour.

    Patches are cut at every `stride`-th pixel in both directions. Those of the last 128 columns of each photograph are
    held out, and share no pixel with those that are trained on. The photographs come with scikit-learn, so nothing has
    to be downloaded.

    Samples are uint8 `[N, size, size, 3]`, which the engine scales to -1..1 batch by batch.
    """

    size: int = parameter(64, "height and width of a patch, in pixels", validators.ge(1), validators.le(HELD_OUT_WIDTH))
    stride: int = parameter(16, "distance between neighbouring patches, in pixels", validators.ge(1))

    def spec(self) -> DataSpec:
        """Describes one patch."""
        return DataSpec((self.size, self.size, 3), value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Returns the patches; each instance cuts them once."""
        return self._data

    @functools.cached_property
    def _data(self) -> Data:
        photographs = load_sample_images().images
        if not photographs:
            raise DataError("scikit-learn's sample images are missing; install scikit-learn again")
        train = [self._patches(one[:, :-HELD_OUT_WIDTH]) for one in photographs]
        test = [self._patches(one[:, -HELD_OUT_WIDTH:]) for one in photographs]
        return Data(train=np.concatenate(train), test=np.concatenate(test))

    def _patches(self, photograph: Array) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(photograph, (self.size, self.size), axis=(0, 1))
        cut = windows[:: self.stride, :: self.stride].transpose(0, 1, 3, 4, 2)
        return np.ascontiguousarray(cut.reshape(-1, self.size, self.size, 3))
