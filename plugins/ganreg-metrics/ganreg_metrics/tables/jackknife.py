"""Standard errors by the jackknife that leaves out one group of rows at a time.

It suits statistics of tables, because counts and sums of the rows that remain are those of all rows without those of
the group, so that nothing is counted again.
"""

from __future__ import annotations

import attrs
import numpy as np

from ganreg_metrics.features import Array


@attrs.frozen(eq=False)
class Groups:
    """Rows in groups of nearly equal sizes.

    Attributes:
        of: the group of each row, int `[N]`.
        count: the number of groups; 0 if no errors are wanted.
    """

    of: Array
    count: int

    @classmethod
    def drawn(cls, rows: int, count: int, stream: np.random.Generator) -> Groups:
        """Draws groups at random."""
        return cls(stream.permutation(rows) % max(count, 1), count)

    def rows(self, kept: Array) -> Array:
        """The number of rows in all, and then without each group.

        Args:
            kept: the rows that count, booleans `[N]`.
        """
        return self.left_out(np.bincount(self.of[kept], minlength=max(self.count, 1)))

    def left_out(self, by_group: Array) -> Array:
        """Turns sums over the rows of each group into sums over all rows, and then over all but each group's.

        Args:
            by_group: `[groups, ...]`.

        Returns:
            `[1 + groups, ...]`, or `[1, ...]` if there are no groups.
        """
        total = by_group.sum(axis=0, keepdims=True)
        return np.concatenate([total, total - by_group]) if self.count else total

    def weights(self, kept: Array) -> Array:
        """The rows that remain, in all and without each group, as 1 and 0: float64 `[1 + groups, N]`."""
        others = [np.arange(self.count)[:, np.newaxis] != self.of[kept]] if self.count else []
        return np.concatenate([np.ones((1, int(kept.sum()))), *others])


def error_of(statistics: Array) -> float:
    """Returns the standard error of a statistic.

    Args:
        statistics: its value for all rows, and then without each group, `[1 + groups]`.
    """
    left_out = statistics[1:]
    return float(np.sqrt((len(left_out) - 1) * left_out.var()))
