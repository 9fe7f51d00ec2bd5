from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from ganreg_datasets.tables.cells import (
    NotNumbersError,
    as_mask,
    commonest,
    has_leading_zeros,
    missing_cells,
    plain_values,
    read_numbers,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def array(*cells):
    return pa.array(cells, pa.string())


@given(st.lists(st.decimals(-(10**6), 10**6, places=3).map(str), min_size=1, max_size=20))
@settings(deadline=None)
def test_decimals(cells):
    numbers = read_numbers(array(*cells))

    np.testing.assert_array_equal(numbers.values, [float(cell) for cell in cells])
    assert numbers.decimals == max(-Decimal(cell).as_tuple().exponent for cell in cells)


@pytest.mark.parametrize(
    ("cells", "values", "decimals"),
    [
        (("1", "-20"), [1, -20], None),
        (("1", "2.50", "3e-4"), [1, 2.5, 3e-4], 4),
        (("+2.", ".5"), [2, 0.5], 1),
        (("5.00", "1.00"), [5, 1], 2),
        (("5.", "1."), [5, 1], 0),
        (("1e300", "-1e300"), [1e300, -1e300], 0),
    ],
)
def test_how_numbers_are_written(cells, values, decimals):
    numbers = read_numbers(array(*cells))

    assert (numbers.values.tolist(), numbers.missing) == (values, None)
    assert numbers.decimals == decimals


@pytest.mark.parametrize(
    ("cells", "missing"), [(("1", "", "2"), ""), (("1", "NA", "2"), "NA"), (("1", "nan", "n/a", "N/A", "n/a"), "n/a")]
)
def test_missing_values(cells, missing):
    numbers = read_numbers(array(*cells))

    assert (numbers.missing, numbers.decimals) == (missing, None)
    np.testing.assert_array_equal(np.isnan(numbers.values), [not cell.isdigit() for cell in cells])


def test_a_comma_as_the_decimal_sign():
    numbers = read_numbers(array("1,5", "-2", ",25"), comma=True)

    assert (numbers.values.tolist(), numbers.decimals, numbers.decimal) == ([1.5, -2, 0.25], 2, ",")


@pytest.mark.parametrize(
    "cells", [("1", "x"), ("1", "inf"), ("1", "-Infinity"), ("1", "1e999"), ("1", "1,5"), ("1", "0x1")]
)
def test_other_cells_are_named(cells):
    with pytest.raises(NotNumbersError) as caught:
        read_numbers(array(*cells))

    assert (caught.value.row, caught.value.cell) == (1, cells[1])


def test_which_cells_are_missing():
    assert missing_cells(array("", "NA", "x"), words=False).tolist() == [True, False, False]
    assert missing_cells(array("", "NA", "x"), words=True).tolist() == [True, True, False]


def test_the_commonest_of_the_chosen_cells():
    cells = array("a", "b", "b", "c", "c", "c")

    assert commonest(cells, np.array([True, True, True, False, False, True])) == "b"
    assert commonest(cells, np.zeros(6, bool)) is None


@pytest.mark.parametrize(
    ("cell", "expected"), [("007", True), ("-01", True), ("0", False), ("0.5", False), ("10", False)]
)
def test_leading_zeros(cell, expected):
    assert has_leading_zeros(array("12", cell)) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3", "-1", ""], [3, -1, None]),
        (["1.5", "0.25"], [1.5, 0.25]),
        (["007", "1"], ["007", "1"]),
        (["1.50", "1"], ["1.50", "1"]),
        (["a", ""], ["a", None]),
        ([""], [None]),
    ],
)
def test_texts_as_values_that_are_written_alike(texts, expected):
    values = plain_values(texts)

    assert values == expected
    assert ["" if value is None else str(value) for value in values] == texts


def test_a_mask():
    assert as_mask(pa.array([True, False])).tolist() == [True, False]
