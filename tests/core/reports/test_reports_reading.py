"""Reading the files of runs, intact or damaged."""

import os

import pytest

from ganreg.reports.reading import (
    Columns,
    finite,
    read_columns,
    read_json,
    read_json_lines,
    read_lenient_text,
    read_table,
    spaced,
)


def test_columns_are_read_with_gaps(tmp_path):
    (tmp_path / "metrics.csv").write_text("iteration,a,b\n5,1.5,\n10,nan,2\n15,x,-inf\n")
    columns = read_columns(tmp_path / "metrics.csv")
    assert columns == Columns([5, 10, 15], {"a": [1.5, None, None], "b": [None, 2.0, None]})


def test_a_partly_written_row_counts_as_far_as_it_goes(tmp_path):
    (tmp_path / "metrics.csv").write_text("iteration,a,b\n5,1,2\n\n10,3\nwhat,1,1\n15,1.23")
    assert read_columns(tmp_path / "metrics.csv") == Columns([5, 10], {"a": [1.0, 3.0], "b": [2.0, None]})


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\0\0\0", b"\xff\xfe"])
def test_a_file_of_something_else_has_no_columns(tmp_path, content):
    (tmp_path / "metrics.csv").write_bytes(content)
    assert read_columns(tmp_path / "metrics.csv") == Columns()


def test_missing_files_are_empty(tmp_path):
    assert read_columns(tmp_path / "none") == Columns()
    assert read_table(tmp_path / "none") == {}
    assert read_json(tmp_path / "none") is None
    assert read_json_lines(tmp_path / "none") == []


def test_what_leads_out_or_never_ends_is_empty(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "secret").write_text("iteration,a\n1,2\n")
    (tmp_path / "run" / "link").symlink_to("../secret")
    os.mkfifo(tmp_path / "run" / "pipe")
    for name in ("link", "pipe"):
        path = tmp_path / "run" / name
        assert read_columns(path) == Columns()
        assert read_table(path) == {}
        assert read_json(path) is None
        assert read_json_lines(path) == []
        assert read_lenient_text(path) == ""


def test_damaged_files_are_empty(tmp_path):
    (tmp_path / "file").write_text('{"iteration": 3}\n{"iter\n[1]\n{"name": "x"}\n')
    assert read_table(tmp_path / "file") == {}
    assert read_json(tmp_path / "file") is None
    assert read_json_lines(tmp_path / "file") == [{"iteration": 3}, {"name": "x"}]


@pytest.mark.parametrize(
    ("count", "limit", "expected"), [(3, 5, [0, 1, 2]), (0, 5, []), (11, 3, [0, 5, 10]), (1000, 2, [0, 999])]
)
def test_places_are_evenly_spaced(count, limit, expected):
    assert spaced(count, limit) == expected


def test_thinned_columns_keep_rows_together():
    columns = Columns(list(range(101)), {"a": [float(row) for row in range(101)]})
    assert columns.thinned(5) == Columns([0, 25, 50, 75, 100], {"a": [0.0, 25.0, 50.0, 75.0, 100.0]})


@pytest.mark.parametrize(
    ("value", "expected"), [(2, 2.0), (True, None), ("2", None), (float("nan"), None), (None, None), (10**400, None)]
)
def test_only_finite_numbers_are_numbers(value, expected):
    assert finite(value) == expected
