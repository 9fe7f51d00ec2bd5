"""Euclidean distances between many samples, block by block, so that memory never holds the matrix of all pairs.

Squared distances come from a matrix product, |x - y|² = |x|² + |y|² - 2 x·y, in float64 and relative to a common origin
within the data, so that features far from 0 lose no precision. The distance of a nearest neighbour is computed again
from the difference itself, so that a copy has a distance of exactly 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ganreg_metrics.features import BLOCK, Array, blocks

ROUNDING = 64 * np.finfo(np.float64).eps
"""The relative rounding error of squared norms in a matrix product; closer distances count as equal."""


def distance_blocks(
    queries: Array, points: Array, origin: Array, *, slack: float = 0.0, block: int = BLOCK
) -> Iterator[tuple[slice, slice, Array]]:
    """Yields rows, columns and the squared distances between them for all pairs of blocks, with rows in the outer loop.

    Args:
        queries: `[N, F]`, the rows.
        points: `[M, F]`, the columns.
        origin: `[F]`, a point within the data.
        slack: multiple of the squared norms that is added to each squared distance: `-ROUNDING` so that a distance
            equal to a bound lies within it, `ROUNDING` so that it does not.
        block: rows and columns in a block.
    """
    for rows in blocks(len(queries), block):
        x = queries[rows] - origin
        x_norms = (1 + slack) * np.einsum("ij,ij->i", x, x)
        for columns in blocks(len(points), block):
            y = points[columns] - origin
            y_norms = (1 + slack) * np.einsum("ij,ij->i", y, y)
            squared = x @ y.T
            squared *= -2
            squared += x_norms[:, None]
            squared += y_norms
            yield rows, columns, squared


def nearest_squared(
    queries: Array, points: Array, origin: Array, *, count: int = 1, same: bool = False, block: int = BLOCK
) -> Array:
    """Returns the squared distances to the nearest points of each query, ascending, float64 `[N, count]`.

    Args:
        queries: `[N, F]`.
        points: `[M, F]`.
        origin: `[F]`, a point within the data.
        count: number of neighbours, at most M, or M - 1 with `same`.
        same: whether queries and points are the same set, in which no sample is its own neighbour.
        block: rows and columns in a block.
    """
    answer = np.empty((len(queries), count))
    for rows in blocks(len(queries), block):
        near = np.empty((rows.stop - rows.start, 0))
        places = np.empty(near.shape, dtype=np.intp)
        for _, columns, squared in distance_blocks(queries[rows], points, origin, block=block):
            if same:
                own = np.arange(max(rows.start, columns.start), min(rows.stop, columns.stop))
                squared[own - rows.start, own - columns.start] = np.inf
            few = min(count, squared.shape[1])
            found = np.argpartition(squared, few - 1, axis=1)[:, :few]
            near = np.hstack([near, np.take_along_axis(squared, found, axis=1)])
            places = np.hstack([places, found + columns.start])
            kept = np.argsort(near, axis=1, kind="stable")[:, :count]
            near, places = np.take_along_axis(near, kept, axis=1), np.take_along_axis(places, kept, axis=1)
        answer[rows] = _exactly(queries[rows], points, places)
    return answer


def _exactly(queries: Array, points: Array, places: Array) -> Array:
    squared = np.empty(places.shape)
    for column, place in enumerate(places.T):
        difference = queries.astype(np.float64) - points[place]
        squared[:, column] = np.einsum("ij,ij->i", difference, difference)
    return np.sort(squared, axis=1)
