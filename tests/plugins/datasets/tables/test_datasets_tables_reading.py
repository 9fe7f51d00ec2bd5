import csv
import datetime
import gzip
import io

import pyarrow as pa
import pytest
from ganreg_datasets.tables.reading import no_cells, read_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ganreg import DataError


def content(table):
    return {column.name: column.cells.to_pylist() for column in table.columns}


def test_cells_are_stripped_and_lines_found(save):
    table = read_table(save('name;note\n a ;"two\nlines"\n\nb; c\n'))

    assert content(table) == {"name": ["a", "b"], "note": ["two\nlines", "c"]}
    assert (table.delimiter, table.line(0), table.line(1)) == (";", "on line 3", "on line 5")


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="\ufeff"), max_size=6)


@given(st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_what_pythons_csv_module_writes_is_read_back(save, rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[f"c{index}" for index in range(len(rows[0]))], *rows])

    table = read_table(save(buffer.getvalue()), ",")

    assert [column.name for column in table.columns] == [f"c{index}" for index in range(len(rows[0]))]
    assert [list(row) for row in zip(*content(table).values(), strict=True)] == rows


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffx,y\n1,2\n3,4\n",
        "x,y\r\n1,2\r\n3,4\r\n",
        "x,y\n1,2\n\n3,4",
        ' x , y \n 1 ,"2"\n3, 4 \n',
        "\n\nx,y\n1,2\n3,4",
    ],
)
def test_how_files_are_written(save, text):
    assert content(read_table(save(text))) == {"x": ["1", "3"], "y": ["2", "4"]}


def test_missing_cells_are_empty(save):
    assert content(read_table(save('x,y\n1,\n"",2\n'))) == {"x": ["1", ""], "y": ["", "2"]}


def test_a_header_over_several_lines(save):
    assert content(read_table(save('"a\nb",c\n1,2\n'))) == {"a\nb": ["1"], "c": ["2"]}


def test_a_compressed_file(tmp_path):
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(b"x,y\n1,2\n"))

    assert content(read_table(tmp_path / "table.csv.gz")) == {"x": ["1"], "y": ["2"]}


def test_parquet_becomes_the_text_that_csv_would_hold(tmp_path):
    moment = datetime.datetime(2023, 1, 27, 20, 23)
    columns = {
        "whole": pa.array([1, None], pa.int64()),
        "float": pa.array([0.1, 1e-7]),
        "single": pa.array([0.1, 2.5], pa.float32()),
        "yes": pa.array([True, False]),
        "kind": pa.array(["a", "b"]).dictionary_encode(),
        "day": pa.array([moment.date(), moment.date()]),
        "moment": pa.array([moment, moment], pa.timestamp("s")),
    }
    parquet.write_table(pa.table(columns), tmp_path / "table.parquet")

    assert content(read_table(tmp_path / "table.parquet")) == {
        "whole": ["1", ""],
        "float": ["0.1", "1e-7"],
        "single": ["0.1", "2.5"],
        "yes": ["true", "false"],
        "kind": ["a", "b"],
        "day": ["2023-01-27", "2023-01-27"],
        "moment": ["2023-01-27 20:23:00", "2023-01-27 20:23:00"],
    }


def test_lists_in_parquet_are_refused(tmp_path):
    parquet.write_table(pa.table({"x": pa.array([[1], [2]])}), tmp_path / "table.parquet")

    with pytest.raises(DataError, match=r"table.parquet: column 'x' holds values of type list.*columns of their own"):
        read_table(tmp_path / "table.parquet")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; the first row must name the columns"),
        ("x,x\n1,2\n", "has two columns named 'x'; rename one of them"),
        ("x,y\n", "has a header but no rows"),
        ("x,y\n1\n", "line 2 has 1 cells, but the header names 2 columns; .*delimiter="),
        ("x,y\n1,2\n3,4,5\n", "line 3 has 3 cells, but the header names 2 columns"),
        ('x\n"1', "line 2 is broken: unexpected end of data; correct it"),
        ('x,y\n1,"2\n3,4\n5,6\n', "line 4 is broken: unexpected end of data"),
    ],
)
def test_a_broken_table_is_refused_with_its_file_and_line(save, text, message):
    path = save(text)

    with pytest.raises(DataError, match=f"^{path}: {message}"):
        read_table(path)


def test_a_missing_file_is_named_with_the_folder_that_was_searched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(DataError, match=rf"^none\.csv does not exist in {tmp_path}; check path=$"):
        read_table(type(tmp_path)("none.csv"))
    with pytest.raises(DataError, match=r"none\.parquet does not exist; check path=$"):
        read_table(tmp_path / "none.parquet")


def test_another_encoding(save):
    with pytest.raises(DataError, match=r"table.csv cannot be read: .*; save it as CSV in UTF-8"):
        read_table(save("x\ngrößer\n", encoding="latin-1"))


def test_no_cells():
    assert len(no_cells()) == 0
