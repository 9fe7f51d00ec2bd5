"""The columns of samples that are the rows of a table, as metrics look at them."""

from __future__ import annotations

import functools

import numpy as np

from ganreg.contract.extractors import Source
from ganreg.data.arrays import Array
from ganreg.data.columns import Column, Table, table_of_blocks
from ganreg.data.ranges import to_float
from ganreg.engine.attribution import attributed
from ganreg.errors import DataError
from ganreg.evaluation.cache import key_of
from ganreg.evaluation.real_features import View


class TableSource:
    """Turns samples into the rows of a table.

    The dataset says what the columns are; if it does not, the blocks of the samples do.

    Args:
        source: the real samples.
        labelled: whether real and generated samples have labels, which then are a column as well.
    """

    def __init__(self, source: Source, *, labelled: bool) -> None:
        self._source, self._labelled = source, labelled

    @functools.cached_property
    def columns(self) -> tuple[Column, ...]:
        """What the columns hold; empty if the samples are not a table."""
        data = self._source.data
        table = self.table(data.train[:1], None if data.train_labels is None else data.train_labels[:1])
        return () if table is None else table.columns

    def table(self, samples: Array, labels: Array | None = None) -> Table | None:
        """Returns samples as a table, or `None` if they are not one.

        Args:
            samples: `[N, *shape]`.
            labels: int `[N]`, if there are any.

        Raises:
            DataError: the samples are not those of the dataset.
            PluginError: the dataset's own code failed.
        """
        spec, dataset = self._source.spec, self._source.dataset
        values, known = to_float(samples), labels if self._labelled else None
        if dataset is not None:
            with attributed(f"dataset '{type(dataset).__name__}'", "table"):
                table = dataset.table(values, known)
            if table is not None:
                return table
        if not spec.blocks or len(spec.shape) != 1:
            return None
        if not np.isfinite(values).all():
            raise DataError("samples contain NaN or infinity, which a table cannot hold")
        table = table_of_blocks(values, spec.blocks)
        if known is None:
            return table
        return table.with_classes(known, self._source.data.class_names, spec.num_classes or 0)

    @property
    def view(self) -> View:
        """What metrics that look at columns see; for samples that are a table."""

        def values_of(samples: Array, labels: Array | None = None) -> Array:
            table = self.table(samples, labels)
            if table is None:
                raise DataError("these samples are not the rows of a table")
            return table.values

        facts = [(column.name, column.kind, column.labels, column.is_class) for column in self.columns]
        return View(description="columns", key=key_of("columns", facts), of=values_of, keep=False)
