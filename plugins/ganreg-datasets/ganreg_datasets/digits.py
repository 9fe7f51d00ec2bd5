"""The dataset `digits`: scikit-learn's embedded scans of handwritten digits."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import held_out_mask

# Importing it takes a second, which listing and describing should not.
datasets = lazy_module("sklearn.datasets")

GREATEST = 16.0
"""The scans hold integers from 0 to this."""


@attrs.frozen(kw_only=True)
class Digits(Dataset):
    """1,797 greyscale scans of handwritten digits, 8x8, in 10 classes; part of scikit-learn, so nothing is downloaded.

    The stored values 0..16 become -1..1. The held-out part contains the same share of every class. The default share of
    0.2 leaves 1,442 scans for training and 355 for testing.

    Source: the test part of UCI, Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998,
    doi:10.24432/C50P49).

    >>> Digits().load().train.shape
    (1442, 8, 8, 1)
    """

    test_share: float = parameter(
        0.2, "share of each class that is held out; 0 for none", validators.ge(0), validators.lt(1)
    )
    seed: int = parameter(0, "random seed for the choice of held-out scans", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one scan, without loading any."""
        return DataSpec((8, 8, 1), num_classes=10, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Loads the scans in scikit-learn's order, divided into the two parts."""
        stored = datasets.load_digits()
        scans = (stored.images[..., np.newaxis] * (2.0 / GREATEST) - 1.0).astype(np.float32)
        held_out = held_out_mask(stored.target, self.test_share, self.seed)
        return Data(
            train=scans[~held_out],
            train_labels=stored.target[~held_out],
            test=scans[held_out] if held_out.any() else None,
            test_labels=stored.target[held_out] if held_out.any() else None,
            value_range=(-1.0, 1.0),
            class_names=tuple(str(digit) for digit in range(10)),
        )
