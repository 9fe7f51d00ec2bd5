import datetime

import pyarrow as pa
import pytest
from ganreg_datasets.tables.dates import DateFormat, described, recognised_formats, settle
from hypothesis import given, settings
from hypothesis import strategies as st

FORMATS = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d/%m/%Y %I:%M %p",
    "%d.%m.%y",
]
moments = st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2068, 1, 1))
EPOCH = datetime.datetime(1970, 1, 1)


def array(*cells):
    return pa.array(cells, pa.string())


@pytest.mark.parametrize("pattern", FORMATS)
@given(st.lists(moments, min_size=1, max_size=8))
@settings(deadline=None, max_examples=15)
def test_a_format_reads_and_writes_as_strftime_and_strptime_do(pattern, given_moments):
    texts = [moment.strftime(pattern) for moment in given_moments]

    form = settle(described(pattern), array(*texts))
    values, exist = form.read(array(*texts))

    expected = [datetime.datetime.strptime(text, pattern) - EPOCH for text in texts]
    assert exist.all()
    assert values.tolist() == [round(one / datetime.timedelta(microseconds=1)) for one in expected]
    assert [form.write(value) for value in values.tolist()] == texts


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        (("2023-01-27", "2024-02-29"), "%Y-%m-%d"),
        (("20230623", "20230101"), "%Y%m%d"),
        (("2023-01-27 20:23:00",), "%Y-%m-%d %H:%M:%S.%f"),
        (("13/2/2023", "1/11/2023"), "%d/%m/%Y"),
        (("1/27/2023 8:05 PM",), "%m/%d/%Y %I:%M %p"),
        (("2023-01-27T20:23:00.5+01:00", "2023-01-27T20:23:00+01:00"), "%Y-%m-%dT%H:%M:%S.%f"),
        (("2023-01-27T20:23:00Z",), "%Y-%m-%dT%H:%M:%S.%f"),
        (("27 Jan 2023", "1 May 2023"), "%d %b %Y"),
        (("January 2, 2023", "May 1, 2023"), "%B %d, %Y"),
        (("8:05", "23:59"), "%H:%M"),
        (("2023-01", "2023-12"), "%Y-%m"),
        (("10:11:12.123456",), "%H:%M:%S.%f"),
    ],
)
def test_formats_are_recognised_and_written_back(cells, pattern):
    form = recognised_formats(array(*cells))[0]

    values, exist = form.read(array(*cells))
    assert (form.pattern, exist.all()) == (pattern, True)
    assert [form.write(value) for value in values.tolist()] == list(cells)


@pytest.mark.parametrize(
    "cells", [("2023-02-30",), ("20231301",), ("2023-01-27", "x"), ("25:00",), ("abc",), ("12",), ("2023-01-27 20:61",)]
)
def test_what_is_not_a_date(cells):
    assert recognised_formats(array(*cells)) == []


def test_two_readings_of_one_column():
    assert [form.pattern for form in recognised_formats(array("1/2/2023", "12/11/2023"))] == ["%m/%d/%Y", "%d/%m/%Y"]


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        (DateFormat("%Y-%m"), 0),
        (DateFormat("%Y-%m-%d"), 86_400_000_000),
        (DateFormat("%H:%M"), 60_000_000),
        (DateFormat("%H:%M:%S.%f"), 1_000_000),
        (DateFormat("%H:%M:%S.%f", digits=3), 1000),
    ],
)
def test_units(form, unit):
    assert form.unit == unit


@pytest.mark.parametrize("pattern", ["%Q", "", "x", "%Y", "%d"])
def test_patterns_that_say_too_little_are_refused(pattern):
    with pytest.raises(ValueError, match="date_format"):
        described(pattern)


def test_cells_that_do_not_fit_are_marked():
    _, exist = DateFormat("%d.%m.%Y").read(array("01.02.2023", "x", "31.02.2023"))

    assert exist.tolist() == [True, False, False]
