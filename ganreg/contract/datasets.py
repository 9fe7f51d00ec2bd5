"""The base class of datasets. N is the number of samples, `shape` is `DataSpec.shape`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import numpy as np

    from ganreg.contract.summaries import ColumnSummary
    from ganreg.data.arrays import Data
    from ganreg.data.columns import Table
    from ganreg.data.modes import Modes


@attrs.frozen(kw_only=True)
class Dataset(Implementation):
    """A source of real samples.

    A field for a file or folder has the type `pathlib.Path`. In a recipe file such a path is relative to the recipe's
    folder and may not lead outside it.
    """

    def spec(self) -> DataSpec:
        """Describes one sample, if possible without loading all of them."""
        raise NotImplementedError(f"{type(self).__name__} must define spec()")

    def load(self) -> Data:
        """Loads the samples.

        Raises:
            DataError: a file is missing or broken; the message names the file and a remedy.
        """
        raise NotImplementedError(f"{type(self).__name__} must define load()")

    def number_of_samples(self) -> int | None:
        """Returns the number of training samples if `spec` loads them anyway, or `None` (the default)."""
        return None

    def columns(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Mapping[str, Sequence[Any]] | None:
        """Turns samples into a table with the columns of the data's source.

        Args:
            samples: samples `[N, *shape]`, in the form that `load` returns.
            labels: int `[N]`, the samples' classes; if given, their column is part of the table.

        Returns:
            The values by column name, or `None` (the default) if the data are not a table.
        """
        return None

    def table(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Table | None:
        """Turns samples into a table of numbers, which metrics compare; unlike `columns`, not as they are written.

        Args:
            samples: samples `[N, *shape]`, in the form that `load` returns.
            labels: int `[N]`, the samples' classes; if given, their column is part of the table.

        Returns:
            The table; its columns are the same for any samples. `None` (the default) if the dataset does not know
            more of them than `DataSpec.blocks` says.
        """
        return None

    def fitted_state(self) -> Mapping[str, Any] | None:
        """Returns what the dataset has learnt from its files and `columns` needs, such as encodings of columns.

        A run's folder keeps it, so that samples become a table without the files, or with files that have changed.

        Returns:
            Plain values, which JSON can hold: text, finite numbers, booleans, `None`, lists and tables by text. `None`
            (the default) if nothing is learnt.
        """
        return None

    def with_state(self, state: Mapping[str, Any]) -> Self:
        """Returns the dataset with what an earlier one has learnt, which then holds for `load` and `spec` as well.

        Called if a run's folder keeps a state.

        Args:
            state: what `fitted_state` returned.

        Raises:
            DataError: the state is something else.
        """
        raise NotImplementedError(f"{type(self).__name__} must define with_state(), as it has a fitted_state()")

    def summarize(self) -> Sequence[ColumnSummary] | None:
        """Describes the columns of the data's source, for `ganreg inspect`, or `None` (the default) without a table.

        Raises:
            DataError: a file is missing or broken. A column that cannot be used is described as such.
        """
        return None

    def modes(self) -> Modes | None:
        """Returns the modes of the data's distribution, or `None` if they are not known."""
        return None

    def channel_data(self) -> Dataset | None:
        """Returns the labelled dataset from which each channel of a sample is an image, or `None` (the default).

        A classifier for that dataset can then classify each channel. With C classes, a sample's label is the number
        whose digits in base C are its channels' classes, the first channel being the most significant digit.
        """
        return None
