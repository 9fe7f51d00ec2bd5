"""The base class of datasets. N is the number of samples, `shape` is `DataSpec.shape`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import numpy as np

    from ganreg.data.arrays import Data
    from ganreg.data.modes import Modes


@attrs.frozen(kw_only=True)
class Dataset(Implementation):
    """Real samples by name.

    A field for a file or folder has the type `pathlib.Path`: in a recipe's file such a value means what lies beside it,
    and may not lead elsewhere.
    """

    def spec(self) -> DataSpec:
        """Describes one sample, without loading all of them where that can be avoided."""
        raise NotImplementedError(f"{type(self).__name__} must define spec()")

    def load(self) -> Data:
        """Loads the samples.

        Raises:
            DataError: a file is missing or broken; the message names it and the remedy.
        """
        raise NotImplementedError(f"{type(self).__name__} must define load()")

    def columns(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Mapping[str, Sequence[Any]] | None:
        """Turns samples `[N, *shape]` into a table as the data's source has it: values by column name.

        `None`, the default, means that they are no table.

        Args:
            samples: as `load` gives them.
            labels: int `[N]`, what the samples were generated for; then their column is part of the table.
        """
        return None

    def modes(self) -> Modes | None:
        """Returns the modes that its samples gather around, where it knows them; `None` otherwise."""
        return None

    def channel_data(self) -> Dataset | None:
        """Returns the labelled data set that each channel of a sample is an image of, where samples are made so.

        A classifier of that data set then tells what a sample's channels show. With C classes, the label of a sample
        is that of its channels as digits to the base C, the first channel's being the greatest.
        """
        return None
