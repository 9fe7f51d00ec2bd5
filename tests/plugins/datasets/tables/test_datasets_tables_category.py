from collections import Counter

import numpy as np
import pytest
from ganreg_datasets.tables.category import CategoryEncoding
from ganreg_datasets.tables.encoding import CellError
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import Block


@given(st.lists(st.sampled_from(["a", "B", "007", "", "NA"]), min_size=1, max_size=30))
@settings(deadline=None)
def test_categories_are_the_rows_of_an_identity_and_come_back(column, texts):
    encoding = CategoryEncoding.fit("x", Counter(texts), most=10)

    values = encoding.read(column(*texts))
    encoded = encoding.encode(values)

    if encoding.width:
        np.testing.assert_array_equal(encoded, 2 * np.eye(encoding.width)[values] - 1)
    assert encoding.decode(0.1 * encoded) == [text or None for text in texts]


@pytest.mark.parametrize(
    ("cells", "categories"),
    [
        (("3", "10", "1"), ("1", "3", "10")),
        (("b", "a", "NA"), ("NA", "a", "b")),
        (("b", "", "a"), ("a", "b", "")),
        (("2,5", "10,0"), ("2,5", "10,0")),
        (("nan", "1", "inf"), ("1", "inf", "nan")),
    ],
)
def test_categories_are_sorted_as_numbers_or_text(cells, categories):
    encoding = CategoryEncoding.fit("x", Counter(cells), most=10)

    assert encoding.categories == categories
    assert encoding.blocks == (Block("x", len(categories), one_hot=True, labels=categories),)


def test_integers_come_back_as_integers(column):
    encoding = CategoryEncoding.fit("x", Counter(["3", "10"]), most=10)

    assert encoding.decode(encoding.encode(encoding.read(column("10", "3")))) == [10, 3]


def test_rare_categories_share_a_value_and_come_back_by_their_shares(column):
    counts = {"a": 50, "b": 30, "c": 15, "d": 5}

    encoding = CategoryEncoding.fit("x", counts, most=3)
    made = Counter(encoding.written(np.full(4000, 2)))

    assert (encoding.categories, encoding.rare, encoding.width) == (("a", "b"), ("c", "d"), 3)
    assert encoding.read(column("a", "d", "c")).tolist() == [0, 2, 2]
    assert made["c"] / 4000 == pytest.approx(15 / 20, abs=0.03)
    assert set(made) == {"c", "d"}


def test_a_category_that_the_training_did_not_have(column):
    encoding = CategoryEncoding.fit("x", Counter("ab"), most=10)

    with pytest.raises(
        CellError, match="column 'x' holds 'c' instead of one of the categories of the training"
    ) as error:
        encoding.read(column("a", "c"))
    assert error.value.row == 1
