"""Conditions: one-hot blocks whose values are classes."""

import numpy as np
import pytest

import ganreg
from ganreg.data.conditions import Conditions

BLOCKS = (
    ganreg.Block("size", 1),
    ganreg.Block("kind", 3, one_hot=True, labels=("a", "b", "c")),
    ganreg.Block("age", 2, one_hot=True),
    ganreg.Block("age", 1),
)
ROWS = np.array(
    [
        [0.3, 1, -1, -1, -1, 1, 0.1],
        [0.3, -1, -1, 1, 1, -1, 0.2],
        [0.3, -1, 1, -1, 1, -1, 0.3],
    ],
    np.float32,
)


def test_classes_are_numbered_through_in_the_order_of_the_conditions():
    conditions = Conditions.of(BLOCKS, ["age", "kind"])
    assert conditions.number == 5
    assert conditions.class_names == ("age=0", "age=1", "kind=a", "kind=b", "kind=c")
    assert conditions.starts == (4, 1)
    assert conditions.firsts == (0, 2)
    np.testing.assert_array_equal(conditions.classes_of(ROWS), [[1, 2], [0, 4], [0, 3]])
    assert Conditions.of(BLOCKS, []).number == 0


def test_data_and_their_description_have_the_classes_of_the_conditions():
    data = ganreg.Data(train=ROWS, value_range=(-1, 1), blocks=BLOCKS, conditions=["kind"])
    assert data.class_names == ("kind=a", "kind=b", "kind=c")
    assert data.num_classes == data.spec.num_classes == 3
    assert data.spec.conditions == ("kind",)
    np.testing.assert_array_equal(data.train_classes, [[0], [2], [1]])
    assert ganreg.DataSpec((7,), 3, blocks=BLOCKS, conditions=["kind"]) == ganreg.DataSpec(
        (7,), blocks=BLOCKS, conditions=["kind"]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"conditions": ["size"]}, "condition 'size' is a number, which has no categories"),
        ({"conditions": ["kinds"]}, r"condition 'kinds' does not exist; did you mean 'kind'\?"),
        ({"conditions": ["kind", "kind"]}, "a condition is given twice in kind, kind"),
        ({"conditions": [3]}, "conditions must be a list of text"),
        ({"conditions": ["kind"], "num_classes": 4}, "have 3 categories, so num_classes cannot be 4"),
    ],
)
def test_refuses(options, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.DataSpec((7,), blocks=BLOCKS, **options)


def test_refuses_labels_as_well():
    with pytest.raises(ganreg.DataError, match="take their classes from the samples; leave the labels out"):
        ganreg.Data(train=ROWS, train_labels=[0, 1, 0], blocks=BLOCKS, conditions=["kind"])
