"""Tables of numbers, and what blocks say of samples."""

import numpy as np
import pytest

from ganreg import Block, Column, DataError, Table
from ganreg.data.columns import table_of_blocks


def test_one_hot_blocks_are_categories_and_others_are_numbers():
    samples = np.array([[-1, 1, 0.5, 3, 4], [1, -1, -0.5, 5, 6]], np.float32)
    blocks = [Block("city", 2, one_hot=True, labels=["Rome", "Oslo"]), Block("age", 1), Block("place", 2)]

    table = table_of_blocks(samples, blocks)
    assert table.columns == (
        Column("city", "category", ["Rome", "Oslo"]),
        Column("age"),
        Column("place[0]"),
        Column("place[1]"),
    )
    assert table.values.tolist() == [[1, 0.5, 3, 4], [0, -0.5, 5, 6]]
    assert table.values.dtype == np.float64


def test_a_mode_and_the_place_within_it_have_different_names():
    blocks = [Block("age", 2, one_hot=True), Block("age", 1)]

    table = table_of_blocks(np.array([[-1.0, 1.0, 0.25]]), blocks)
    assert table.columns == (Column("age (mode)", "category", ["0", "1"]), Column("age"))
    assert table.values.tolist() == [[1, 0.25]]


def test_classes_are_a_column_too():
    table = Table([Column("x")], [[1.0], [2.0]]).with_classes(np.array([0, 2]), ["dog", "cat"], 3)

    assert table.columns[1] == Column("class", "category", ["dog", "cat", "2"], is_class=True)
    assert table.values.tolist() == [[1, 0], [2, 2]]


def test_values_must_match_the_columns():
    with pytest.raises(DataError, match=r"a table of 1 columns cannot have values of shape \(2, 2\)"):
        Table([Column("x")], np.zeros((2, 2)))
    with pytest.raises(DataError, match="the labels of a column must be a list of text"):
        Column("x", "category", "ab")
    with pytest.raises(ValueError, match="kind"):
        Column("x", "text")


def test_only_categories_have_no_order():
    assert [Column("x", kind).is_category for kind in ("number", "date", "category")] == [False, False, True]
