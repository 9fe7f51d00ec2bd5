from fractions import Fraction

import numpy as np
import pytest
from ganreg_datasets.csv_columns import MOST_CATEGORIES, CategoryColumn, NumberColumn, fit_column
from ganreg_datasets.csv_reading import TextColumn
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ganreg import DataError


def text_column(*cells):
    return TextColumn("x", cells, tuple(range(2, 2 + len(cells))))


@given(st.lists(st.floats(-1e308, 1e308), min_size=2, max_size=20))
@settings(deadline=None)
def test_numbers_are_scaled_linearly_to_1_on_either_side(values):
    least, greatest = min(values), max(values)
    spread = Fraction(greatest) - Fraction(least)
    assume(spread > max(abs(least), abs(greatest)) * 1e-6)  # nearer numbers lose digits

    encoded = NumberColumn("x", least, greatest, decimals=300).encode(values)[:, 0]

    expected = [float(2 * (Fraction(value) - Fraction(least)) / spread - 1) for value in values]
    np.testing.assert_allclose(encoded, expected, atol=1e-9)


def test_a_constant_column_becomes_0():
    np.testing.assert_array_equal(NumberColumn("x", 7.0, 7.0, None).encode([7.0, 7.0]), [[0.0], [0.0]])


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20))
@settings(deadline=None)
def test_integers_come_back(values):
    column, fitted = fit_column(text_column(*map(str, values)), categorical=False)

    assert fitted == values
    assert column.decode(column.encode(fitted)) == values
    assert all(isinstance(value, int) for value in column.decode(column.encode(fitted)))


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=20))
@settings(deadline=None)
def test_decimals_come_back(values):
    column, fitted = fit_column(text_column(*map(str, values)), categorical=False)

    assert column.decimals == 3
    assert column.decode(column.encode(fitted)) == [float(value) for value in values]


def test_what_networks_generate_keeps_to_the_columns_range():
    column = NumberColumn("x", 0.0, 10.0, decimals=1)

    assert column.decode(np.array([[-7.0], [0.123], [7.0]])) == [0.0, 5.6, 10.0]


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=30))
@settings(deadline=None)
def test_categories_are_the_rows_of_an_identity(values):
    column = CategoryColumn("x", tuple(sorted(set(values))))

    encoded = column.encode(values)

    np.testing.assert_array_equal(encoded, 2 * np.eye(column.width)[column.index(values)] - 1)
    assert column.decode(encoded) == values
    assert column.decode(0.1 * encoded) == values


@pytest.mark.parametrize(
    ("cells", "categorical", "expected"),
    [
        (("1", "2"), False, NumberColumn("x", 1.0, 2.0, None)),
        (("1", "2.50", "3e-4"), False, NumberColumn("x", 0.0003, 2.5, 4)),
        (("3", "10", "3"), True, CategoryColumn("x", (3, 10))),
        (("b", "a", "NA"), False, CategoryColumn("x", ("NA", "a", "b"))),
        (("?", "-"), False, CategoryColumn("x", ("-", "?"))),
    ],
)
def test_what_a_column_holds(cells, categorical, expected):
    assert fit_column(text_column(*cells), categorical=categorical)[0] == expected


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("1", "NA"), "column 'x' holds 'NA' instead of a number on line 3"),
        (("1", "-Infinity"), "column 'x' holds '-Infinity' instead of a number on line 3"),
        (("1e999", "1"), "column 'x' holds a number on line 2 that is too large"),
        (
            tuple(f"v{index}" for index in range(MOST_CATEGORIES + 1)),
            "has 1001 different values, but at most",
        ),
    ],
)
def test_columns_that_cannot_be_encoded_are_refused(cells, message):
    with pytest.raises(DataError, match=message):
        fit_column(text_column(*cells), categorical=False)
