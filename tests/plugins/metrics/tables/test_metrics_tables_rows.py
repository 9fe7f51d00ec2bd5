"""Distances between rows and equal rows, against the definition row by row."""

import numpy as np
import pytest
from ganreg_metrics.tables import rows as rows_module
from ganreg_metrics.tables.rows import Places, are_copies, nearest


def distance(one, other, columns, deviations, means):
    total = 0.0
    for a, b, column, deviation, mean in zip(one, other, columns, deviations, means, strict=True):
        if column.is_category:
            total += not (a == b or (np.isnan(a) and np.isnan(b)))
            continue
        total += np.isnan(a) != np.isnan(b)
        present = [mean if np.isnan(value) else value for value in (a, b)]
        total += ((present[0] - present[1]) / deviation) ** 2
    return np.sqrt(total)


def test_distances_are_those_of_the_definition(columns, rows):
    real, others = rows(40, 1), rows(30, 2)
    places = Places.of(columns, real)
    units = np.nanstd(real, axis=0), np.nanmean(real, axis=0)
    expected = [min(distance(one, other, columns, *units) for other in real) for one in others]

    assert nearest(places(others), places(real)) == pytest.approx(expected, abs=1e-5)


def test_rows_among_others_are_not_their_own_neighbours(columns, rows):
    real = rows(40, 1)
    real[7] = real[3]
    points = Places.of(columns, real)(real)
    all_distances = np.linalg.norm(points[:, None].astype(float) - points[None], axis=2)
    np.fill_diagonal(all_distances, np.inf)

    found = nearest(points[:10], points, among=True)
    assert found == pytest.approx(all_distances.min(axis=1)[:10], abs=1e-6)
    assert found[3] == found[7] == 0.0


def test_equal_rows_are_found_gaps_included(rows):
    real, others = rows(200, 1), rows(50, 2)
    gap = int(np.flatnonzero(np.isnan(real[:, 1]))[0])
    others[:3] = real[[5, gap, 9]]
    others[2, 0] += 1e-12

    assert np.flatnonzero(are_copies(others, real)).tolist() == [0, 1]


def test_rows_with_the_same_code_are_compared(rows, monkeypatch):
    monkeypatch.setattr(rows_module, "_codes", lambda rows: np.zeros(len(rows), np.uint64))
    real = rows(20, 1)

    assert are_copies(np.concatenate([real[:2], rows(2, 3)]), real).tolist() == [True, True, False, False]


def test_a_constant_column_has_a_unit(columns):
    real = np.tile([[3.0, 0.0, 1.0, 0.0]], (5, 1))
    other = np.array([[5.0, 0.0, 1.0, 0.0]])
    places = Places.of(columns, real)

    assert nearest(places(other), places(real)) == pytest.approx([2.0])
