"""Elements are taken apart as Keras takes them apart, and by name."""

import pytest

import ganreg
from ganreg.data.elements import parts_of


@pytest.mark.parametrize(
    ("element", "translates", "expected"),
    [
        ("x", False, {"real": "x"}),
        (("x",), False, {"real": "x"}),
        (("x", "y"), False, {"real": "x", "labels": "y"}),
        (["x", "y"], False, {"real": "x", "labels": "y"}),
        (("x", "y"), True, {"source": "x", "real": "y"}),
        (("x", "y", None), False, {"real": "x", "labels": "y"}),
        (("x", None), False, {"real": "x"}),
        (("x", None, None), False, {"real": "x"}),
        ({"image": "x"}, True, {"real": "x"}),
        ({"image": "x", "label": None}, False, {"real": "x"}),
        ({"source": "s", "label": "y", "image": "x"}, False, {"real": "x", "labels": "y", "source": "s"}),
    ],
)
def test_parts_by_place_and_by_name(element, translates, expected):
    for yielded in (True, False):
        assert parts_of(element, translates=translates, yielded=yielded) == expected


@pytest.mark.parametrize(
    ("element", "yielded", "message"),
    [
        (
            ("x", "y", "w"),
            True,
            r"a pipeline of tuples must yield pairs, got 3 values \(a GAN uses no sample weights\)",
        ),
        (("x", "y", "w"), False, "a tuple of data must be a pair, got 3 values"),
        ((), True, "must yield pairs, got 0 values; for more, yield dicts"),
        ([1, 2, 3, 4], True, "must yield pairs, got 4 values; for more"),
        ({"x": 1}, True, "a pipeline of dicts must yield 'image' and, .* got 'x'; rename the keys, or use pairs"),
        ({"x": 1}, False, "a dict of data must have 'image' and"),
        ({("secret",): 1}, False, "got tuple; rename"),
        ({}, True, "got none of them"),
        (None, True, "the data pipeline must yield samples, got None"),
        ((None, "y"), False, "data must have samples, got None"),
    ],
)
def test_other_elements_are_refused(element, yielded, message):
    with pytest.raises(ganreg.DataError, match=message) as error:
        parts_of(element, translates=False, yielded=yielded)
    assert "secret" not in str(error.value)
