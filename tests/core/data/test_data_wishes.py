"""Wishes: how they are read, and which rows satisfy them."""

import numpy as np
import pytest

import ganreg
from ganreg.data.wishes import Wish, all_fit, as_wishes

TABLE = ganreg.Table(
    [
        ganreg.Column("age"),
        ganreg.Column("kind", "category", ("a", "b=c")),
        ganreg.Column("when", "date"),
    ],
    [[40, 0, 0], [39, 1, 86400], [np.nan, np.nan, 2 * 86400]],
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("age>=40", [0]),
        ("age > 38.5", [0, 1]),
        ("age<40", [1]),
        ("age == 39", [1]),
        ("age!=40", [1, 2]),
        ("age=", [2]),
        ("age!=", [0, 1]),
        ("kind=a", [0]),
        ("kind=b=c", [1]),
        ("kind!=a", [1, 2]),
        ("kind=", [2]),
        ("when<=1970-01-02", [0, 1]),
        ("when>1970-01-02T12:00", [2]),
    ],
)
def test_rows_that_satisfy_a_wish(text, rows):
    np.testing.assert_array_equal(np.flatnonzero(Wish.of(text).fits(TABLE)), rows)


def test_all_wishes_have_to_be_satisfied():
    np.testing.assert_array_equal(all_fit(as_wishes(["age>0", "kind=a"]), TABLE), [True, False, False])
    assert all_fit((), TABLE).all()
    assert as_wishes("age<3") == (Wish("age", "<", "3"),)
    assert str(Wish.of("age >= 3")) == "age>=3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("age", "'age' does not compare a column with a value; write it like fraud=yes"),
        ("agee=3", r"no column 'agee' is generated, .* did you mean 'age'\?"),
        ("age=old", "column 'age' holds numbers, which 'old' is not"),
        ("kind=A", "column 'kind' has no category 'A'"),
        ("kind<a", "column 'kind' holds categories, which have no order; use = or != instead of <"),
        ("when=soon", "column 'when' holds dates, which 'soon' is not; write 2024-12-31"),
    ],
)
def test_refuses(text, message):
    with pytest.raises(ganreg.DataError, match=message):
        Wish.of(text).fits(TABLE)
